const pageSize = 64

/** A positive 32-bit number for each user id. A million users take a few MiB; a Map takes ten times that. */
export class NumberByUser {
  readonly #pages = new Map<number, Int32Array>()

  /** @returns 0 for a user without a number */
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
