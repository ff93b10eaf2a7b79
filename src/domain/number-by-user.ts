const pageSize = 64

/**
 * A small positive number for each user id, of a million users in a few MiB: GitLab counts ids up, so that users of one
 * instance lie close together and share pages. A Map of numbers takes ten times that.
 */
export class NumberByUser {
  readonly #pages = new Map<number, Int32Array>()

  /** @returns 0 where none was set */
  get(userId: number): number {
    return this.#pages.get(Math.floor(userId / pageSize))?.[userId % pageSize] ?? 0
  }

  set(userId: number, number: number): void {
    const key = Math.floor(userId / pageSize)
    let page = this.#pages.get(key)
    if (page === undefined) {
      page = new Int32Array(pageSize)
      this.#pages.set(key, page)
    }
    page[userId % pageSize] = number
  }
}
