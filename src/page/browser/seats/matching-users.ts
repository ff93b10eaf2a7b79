import type { UserRow, UsersDocument } from '../documents.ts'
import { isAbort, type RequestFailure, requireFailure } from '../request-failure.ts'

const pageSize = 100

type ReadPage = (query: string, offset: number, limit: number, signal: AbortSignal) => Promise<UsersDocument>

/** Users that a query matches, read in pages as they come into view. */
export class MatchingUsers {
  readonly #readPage: ReadPage
  readonly #notify: () => void
  /** Null before the first one. */
  #query: string | null = null
  #total: number | null = null
  #failure: RequestFailure | null = null
  #isReloading = false
  #pages = new Map<number, readonly UserRow[]>()
  #wanted = { first: 0, last: 0 }
  #loading = new Map<number, AbortController>()
  #reload = new AbortController()

  constructor(readPage: ReadPage, notify: () => void) {
    this.#readPage = readPage
    this.#notify = notify
  }

  /** Null before the first answer, and for a query that the server refuses. */
  get total(): number | null {
    return this.#total
  }

  get failure(): RequestFailure | null {
    return this.#failure
  }

  /** The rows may be those of the query before. */
  get isReloading(): boolean {
    return this.#isReloading
  }

  /** Undefined while its page is loading. */
  rowAt(index: number): UserRow | undefined {
    return this.#pages.get(Math.floor(index / pageSize))?.[index % pageSize]
  }

  /** Whether the selection contains each row that was read. */
  isWithin(ids: ReadonlySet<number>): boolean {
    return [...this.#pages.values()].every((rows) => rows.every(({ user_id }) => ids.has(user_id)))
  }

  /** Rows stay visible until the new ones are there. */
  async read(query: string): Promise<void> {
    if (query !== this.#query) this.#wanted = { first: 0, last: 0 }
    this.#query = query
    this.#abortAll()
    const reload = new AbortController()
    this.#reload = reload
    this.#isReloading = true
    this.#notify()
    try {
      const { first, last } = this.#wanted
      const numbers = Array.from({ length: last - first + 1 }, (_, index) => first + index)
      const documents = await Promise.all(numbers.map((number) => this.#ask(number, reload.signal)))
      this.#pages = new Map(documents.map(({ users }, index) => [first + index, users]))
      this.#total = documents[0]?.total ?? 0
      this.#failure = null
    } catch (error) {
      if (isAbort(error)) return
      this.#fail(requireFailure(error))
    }
    this.#isReloading = false
    this.#notify()
  }

  /** @param first index of the first visible row */
  want(first: number, last: number): void {
    this.#wanted = { first: Math.floor(first / pageSize), last: Math.floor(last / pageSize) }
    // After a failure, the next change of the store or of the query asks again.
    if (this.#isReloading || this.#query === null || this.#failure !== null) return
    for (const [number, controller] of this.#loading) if (!this.#isWanted(number)) controller.abort()
    for (let number = this.#wanted.first; number <= this.#wanted.last; number += 1)
      if (!this.#pages.has(number) && !this.#loading.has(number)) void this.#load(number)
  }

  /** Shows a confirmed change before the list is read again. */
  replace(row: UserRow): void {
    for (const [number, rows] of this.#pages)
      this.#pages.set(
        number,
        rows.map((old) => (old.user_id === row.user_id ? row : old)),
      )
    this.#notify()
  }

  async #load(number: number): Promise<void> {
    const controller = new AbortController()
    this.#loading.set(number, controller)
    try {
      const { users, total } = await this.#ask(number, controller.signal)
      this.#pages.set(number, users)
      this.#total = total
    } catch (error) {
      if (!isAbort(error)) this.#fail(requireFailure(error))
    }
    if (this.#loading.get(number) === controller) this.#loading.delete(number)
    this.#notify()
  }

  /** A refused query has no rows. After other failures the page shows what it has. */
  #fail(failure: RequestFailure): void {
    this.#failure = failure
    if (failure.status !== 400) return
    this.#pages.clear()
    this.#total = null
  }

  #ask(number: number, signal: AbortSignal): Promise<UsersDocument> {
    return this.#readPage(this.#query ?? '', number * pageSize, pageSize, signal)
  }

  #isWanted(number: number): boolean {
    return number >= this.#wanted.first && number <= this.#wanted.last
  }

  #abortAll(): void {
    this.#reload.abort()
    for (const controller of this.#loading.values()) controller.abort()
    this.#loading.clear()
  }
}
