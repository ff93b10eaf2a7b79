import type { Day } from './day.ts'

/**
 * The keys of a request, ready for comparison. A null key was not given. A given key that matches no user is a mistake, never
 * a reason to use the other keys alone.
 */
export interface UserKeys {
  /** Folded by {@link foldName}. */
  username: string | null
  /** Folded by {@link foldName}. */
  email: string | null
  /** GitLab's number of the user; NaN for a cell without such a number, which matches no user. */
  userId: number | null
}

/**
 * The wish about the seat of a user.
 *
 * - `give`, `take`: change it
 * - `report`: change nothing and report whether the user has a seat
 * - `skip_changed`: change nothing, since the seat was changed after the run that is undone
 */
export type RequestAction = 'give' | 'take' | 'report' | 'skip_changed'

/** One request about one user. */
export interface Request {
  /** Physical line of the file on which the row begins, from 1; null for a name typed as an argument. */
  line: number | null
  /** The first filled key as it was typed, without spaces around it; empty when none is filled. */
  input: string
  keys: UserKeys
  /** The last use of a seat that is removed because it is idle. */
  idleSince?: Day | 'never'
  /** The user comes from the store and not from input: an id that matches no user is a user who is gone. */
  isFromStore?: true
}

/** Requests with the same action. */
export interface RequestBatch {
  action: RequestAction
  requests: readonly Request[]
}

/** A list of users: a file, or names typed as arguments. Each reading starts at the beginning and yields the same. */
export interface UserList {
  /** The path of the file as typed, `-` for standard input, null for names typed as arguments. */
  readonly name: string | null
  /** SHA-256 of the file in hexadecimal, once it was read to its end; null for names typed as arguments. */
  readonly sha256: string | null
  /** The share of the current reading that is done, from 0 to 1. */
  readonly progress: number
  /**
   * The requests in order, in batches of some thousand.
   *
   * @throws UserError where the input is malformed, with the line
   */
  readBatches(): AsyncIterable<Request[]>
}

/**
 * A username or email address for comparison: GitLab ignores case. Only ASCII letters are folded, as SQLite's NOCASE folds
 * them; GitLab's usernames have no others.
 */
export function foldName(name: string): string {
  return /[A-Z]/.test(name) ? name.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase()) : name
}

/** Whether a name is an email address: a GitLab username cannot contain `@`. */
export function isEmail(name: string): boolean {
  return name.indexOf('@') > 0
}

/**
 * The keys of a typed name: `ada`, `@ada` or `ada@example.com`. An empty name has no keys; a lone `@` has a username that
 * matches no user.
 */
export function parseName(name: string): Pick<UserKeys, 'username' | 'email'> {
  if (name === '') return { username: null, email: null }
  const bare = foldName(name.startsWith('@') ? name.slice(1).trimStart() : name) || '@'
  return isEmail(bare) ? { username: null, email: bare } : { username: bare, email: null }
}

const globalId = /^gid:\/\/gitlab\/User\/(\d+)$/

/** A user id as a number or as GitLab's global id; NaN for anything else. */
export function parseUserId(text: string): number {
  const digits = globalId.exec(text)?.[1] ?? text
  const id = /^\d+$/.test(digits) ? Number(digits) : Number.NaN
  return Number.isSafeInteger(id) ? id : Number.NaN
}

const invisible = /[\p{Cc}\p{Cf}]/u

/** The first control or format character inside a text, such as a zero-width space, as `U+200B`; or null. */
export function findInvisibleCharacter(text: string): string | null {
  const found = invisible.exec(text)?.[0].codePointAt(0)
  return found === undefined ? null : `U+${found.toString(16).toUpperCase().padStart(4, '0')}`
}
