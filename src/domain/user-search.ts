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

/** Searches many users at once: one long text is searched faster than one for each user. */
export class UserSearch {
  readonly #text: string
  /** The beginning of the text of each user. */
  readonly #starts: Uint32Array

  constructor(users: readonly Named[]) {
    const texts = users.map(foldUser)
    this.#starts = new Uint32Array(users.length + 1)
    let start = 0
    for (const [position, text] of texts.entries()) {
      start += text.length + separator.length
      this.#starts[position + 1] = start
    }
    this.#text = texts.join(separator)
  }

  /** @returns 1 for each user that matches, by position */
  find(search: string): Uint8Array {
    const wanted = foldText(search)
    const matches = new Uint8Array(this.#starts.length - 1)
    let position = 0
    for (let found = this.#text.indexOf(wanted); found !== -1; ) {
      while ((this.#starts[position + 1] ?? Number.POSITIVE_INFINITY) <= found) position += 1
      matches[position] = 1
      const next = this.#starts[position + 1] ?? Number.POSITIVE_INFINITY
      found = position + 1 < matches.length ? this.#text.indexOf(wanted, next) : -1
    }
    return matches
  }
}

/** In no username, name or address. */
const separator = '\n\n'
