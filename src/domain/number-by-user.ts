const pageSize = 64

/** A positive 32-bit number for each user id. A million users take a few MiB; a Map takes ten times that. */
export class NumberByUser {
  readonly #pages = new Map<number, Int32Array>()
  /** The page that was found last: a number is usually set just after it was read. */
  #key = -1
  #page: Int32Array | undefined

  /** @returns 0 for a user without a number */
  get(userId: number): number {
    return this.#find(Math.floor(userId / pageSize))?.[userId % pageSize] ?? 0
  }

  set(userId: number, number: number): void {
    const key = Math.floor(userId / pageSize)
    const page = this.#find(key) ?? this.#add(key)
    page[userId % pageSize] = number
  }

  #find(key: number): Int32Array | undefined {
    if (key === this.#key) return this.#page
    this.#key = key
    this.#page = this.#pages.get(key)
    return this.#page
  }

  #add(key: number): Int32Array {
    this.#page = new Int32Array(pageSize)
    this.#pages.set(key, this.#page)
    return this.#page
  }
}
