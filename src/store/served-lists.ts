import type Sqlite from 'better-sqlite3'
import type { User } from '../domain/user.ts'
import { composeQuery, passesFilter, type ServedQuery } from './served-query.ts'
import type { Statement, Statements } from './statements.ts'

const maxKeptLists = 8

type ListedRow = [id: number, state: User['state'], type: string, member: number]

/** Ids of users and counts of seats. They are kept until the store changes: each page of a list would read all of it. */
export class ServedLists {
  readonly #database: Sqlite.Database
  readonly #lists = new Map<string, readonly number[]>()
  readonly #counts = new Map<number, number>()
  #dataVersion: number | undefined
  readonly #findVersion: Statement<[], number>
  readonly #countSeats: Statement<[number], number>
  readonly #listIdsWithEmail: Statement<[], number>

  constructor(database: Sqlite.Database, statements: Statements) {
    this.#database = database
    this.#findVersion = statements.prepare<[], number>('PRAGMA data_version').pluck()
    this.#countSeats = statements
      .prepare<[number], number>('SELECT count(*) FROM seats WHERE add_on_purchase_id = ?')
      .pluck()
    this.#listIdsWithEmail = statements
      .prepare<[], number>(`
        SELECT id FROM users
        WHERE gone_at IS NULL AND (email IS NOT NULL OR id IN (SELECT user_id FROM emails))
        ORDER BY id DESC
      `)
      .pluck()
  }

  countSeats(purchaseId: number): number {
    this.#forgetOutdated()
    const count = this.#counts.get(purchaseId) ?? this.#countSeats.getOne(purchaseId)
    this.#counts.set(purchaseId, count)
    return count
  }

  /** The ids of users with an address, newest first. The list is shared: do not change it. */
  listIdsWithEmail(): readonly number[] {
    return this.#keepList('with email', () => this.#listIdsWithEmail.all())
  }

  /** The ids of all users of a list. The list is shared: do not change it. */
  listIds(query: ServedQuery): readonly number[] {
    return this.#keepList(JSON.stringify(query), () => this.#readIds(query))
  }

  #keepList(key: string, read: () => number[]): readonly number[] {
    this.#forgetOutdated()
    const known = this.#lists.get(key)
    if (known !== undefined) return known
    if (this.#lists.size >= maxKeptLists) this.#lists.clear()
    const ids = read()
    this.#lists.set(key, ids)
    return ids
  }

  #readIds(query: ServedQuery): number[] {
    const { sql, parameters } = composeQuery(query)
    const users = this.#database.prepare<[object], ListedRow>(sql).raw()
    const ids: number[] = []
    for (const [id, state, type, member] of users.iterate(parameters))
      if (passesFilter({ state, type, member: member === 1 }, query.filter)) ids.push(id)
    return ids
  }

  /** After a change of this process. */
  forget(): void {
    this.#lists.clear()
    this.#counts.clear()
  }

  /** SQLite's `data_version` changes with every commit of another connection. */
  #forgetOutdated(): void {
    const version = this.#findVersion.get()
    if (version !== this.#dataVersion) this.forget()
    this.#dataVersion = version
  }
}
