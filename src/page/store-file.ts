import { statSync } from 'node:fs'
import { UserError } from '../errors.ts'

/** The store file as it was when the page began: an open file goes on being read after another one took its place. */
export class StoreFile {
  readonly #path: string
  readonly #identity: string

  constructor(path: string) {
    this.#path = path
    this.#identity = identify(path)
  }

  isThere(): boolean {
    return identify(this.#path) === this.#identity
  }

  /** @throws UserError after the file was deleted or replaced */
  require(): void {
    if (this.isThere()) return
    throw new UserError(
      'failed',
      `The store ${this.#path} was deleted or replaced while the page was open.`,
      'Nothing was changed. End the page with Ctrl-C, and start it again.',
    )
  }
}

/** Empty for a missing file. */
function identify(path: string): string {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false })
  return found === undefined ? '' : `${found.dev} ${found.ino}`
}
