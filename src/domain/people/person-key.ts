/** One key of a person in a row; names and addresses are folded. */
export type PersonKey =
  | {
      kind: 'username'
      value: string
      /** The address of the profile that the cell contains. */
      profile?: string
    }
  | { kind: 'email'; value: string }
  /** GitLab's number; of any form: also a username of digits. */
  | { kind: 'user_id'; value: number; isAnyForm?: true }

export type KeyKind = PersonKey['kind']

/** GitLab ignores case. Only ASCII is folded, as by SQLite's NOCASE: GitLab's usernames have no other letters. */
export function foldName(name: string): string {
  return /[A-Z]/.test(name) ? name.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase()) : name
}
