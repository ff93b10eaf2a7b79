import type { ListedUser } from './seat-list.ts'

/** Unicode writes `ö` in two ways. */
export function foldText(text: string): string {
  return text.normalize('NFC').toLowerCase()
}

type Named = Pick<ListedUser, 'username' | 'name' | 'email'>

/** A folded text that contains every folded search that finds the user. The line feeds keep its parts apart. */
export function foldUser({ username, name, email }: Named): string {
  return foldText(`${username}\n${name}\n${email ?? ''}`)
}
