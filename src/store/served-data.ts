import type Sqlite from 'better-sqlite3'
import type { AddOnPurchase } from '../domain/add-on.ts'
import type { Instant } from '../domain/day.ts'
import type { HistoryChange } from '../domain/history.ts'
import type { User } from '../domain/user.ts'
import { composeQuery, listTerms, passesFilter, type ServedQuery } from './served-query.ts'
import { takeLock } from './take-lock.ts'
import { toUser, type UserRow } from './user-row.ts'

/** GitLab ends a request after that time. */
const lockTimeoutMs = 30_000

const maxKeptLists = 8

export interface ServedUser extends User {
  heldPurchaseIds: number[]
  /** Further addresses, folded. */
  emails: string[]
}

type ListedRow = [id: number, state: User['state'], type: string, member: number]

/** The part of a store that the played GitLab reads and changes. Lists and counts are kept until the store changes. */
export class ServedData {
  readonly #database: Sqlite.Database
  readonly #signal: AbortSignal
  readonly #lists = new Map<string, readonly number[]>()
  readonly #counts = new Map<number, number>()
  #lastChange: Promise<unknown> = Promise.resolve()
  #dataVersion: unknown = null

  /** @param signal ends the wait for the lock */
  constructor(database: Sqlite.Database, signal: AbortSignal) {
    this.#database = database
    this.#signal = signal
    // A power failure may undo the last changes: scripts under test do not wait for the disk.
    database.pragma('synchronous = NORMAL')
    // SQLite would block all other requests while it waits; takeLock does not.
    database.pragma('busy_timeout = 0')
  }

  /** Active or not. */
  listPurchases(): AddOnPurchase[] {
    const purchases = this.#database.prepare<[], Omit<AddOnPurchase, 'trial'> & { trial: number }>(`
      SELECT id, add_on AS addOn, quantity, started_on AS startedOn, expires_on AS expiresOn, trial
      FROM add_on_purchases
      WHERE gone_at IS NULL
      ORDER BY id
    `)
    return purchases.all().map((purchase) => ({ ...purchase, trial: purchase.trial === 1 }))
  }

  countSeats(purchaseId: number): number {
    this.#forgetOutdated()
    const count = this.#counts.get(purchaseId) ?? this.#readSeatCount(purchaseId)
    this.#counts.set(purchaseId, count)
    return count
  }

  #readSeatCount(purchaseId: number): number {
    const sql = 'SELECT count(*) FROM seats WHERE add_on_purchase_id = ?'
    return this.#database.prepare<[number], number>(sql).pluck().get(purchaseId) ?? 0
  }

  /** In the order of the ids, without unknown ones. */
  readUsers(ids: readonly number[]): ServedUser[] {
    const users = this.#database.prepare<[string], UserRow & { held: string; emails: string }>(`
      SELECT users.*, (
        SELECT json_group_array(add_on_purchases.id)
        FROM add_on_purchases CROSS JOIN seats
          ON seats.add_on_purchase_id = add_on_purchases.id AND seats.user_id = users.id
      ) AS held, (SELECT json_group_array(address) FROM emails WHERE user_id = users.id) AS emails
      FROM json_each(?) AS wanted CROSS JOIN users ON users.id = wanted.value
      ORDER BY wanted.key
    `)
    const rows = users.all(JSON.stringify(ids))
    return rows.map((row) => ({
      ...toUser(row),
      heldPurchaseIds: JSON.parse(row.held) as number[],
      emails: JSON.parse(row.emails) as string[],
    }))
  }

  /** The ids of matching users that GitLab still has, newest first. Usernames match in any case. */
  findIds(key: 'username' | 'id', values: readonly (string | number)[]): number[] {
    const ids = this.#database.prepare<[string], number>(`
      SELECT DISTINCT users.id
      FROM json_each(?) AS wanted
        CROSS JOIN users ON users.${key} = wanted.value COLLATE NOCASE AND users.gone_at IS NULL
      ORDER BY users.id DESC
    `)
    return ids.pluck().all(JSON.stringify(values))
  }

  /** The ids of users with an address, newest first. The list is shared: do not change it. */
  listIdsWithEmail(): readonly number[] {
    const ids = this.#database.prepare<[], number>(`
      SELECT id FROM users
      WHERE gone_at IS NULL AND (email IS NOT NULL OR id IN (SELECT user_id FROM emails))
      ORDER BY id DESC
    `)
    return this.#keepList('with email', () => ids.pluck().all())
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
    const users = this.#database.prepare<[object], ListedRow>(composeQuery(query)).raw()
    const { search, privateAddress, seat } = query
    const parameters = {
      search,
      ...Object.fromEntries(listTerms(search ?? '').map((term, number) => [`term${number}`, term])),
      privateAddress,
      purchaseId: seat?.purchaseId ?? null,
    }
    const ids: number[] = []
    for (const [id, state, type, member] of users.iterate(parameters))
      if (passesFilter({ state, type, member: member === 1 }, query.filter)) ids.push(id)
    return ids
  }

  /**
   * Runs `work` in an immediate transaction of its own, after all changes that were asked for before. Other requests are
   * answered while it waits for the lock of another process.
   *
   * @throws an SQLITE_BUSY error after 30 s, the signal's reason when it was aborted
   */
  change<T>(work: () => T): Promise<T> {
    const waitUntil = Date.now() + lockTimeoutMs
    const change = this.#lastChange.then(() => this.#transact(work, waitUntil - Date.now()))
    this.#lastChange = change.catch(() => {})
    return change
  }

  async #transact<T>(work: () => T, timeoutMs: number): Promise<T> {
    const wait = { signal: this.#signal, onWait: () => {} }
    await takeLock(this.#database, 'BEGIN IMMEDIATE', wait, timeoutMs)
    try {
      const answer = work()
      this.#database.exec('COMMIT')
      return answer
    } finally {
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK')
      this.#forget()
    }
  }

  /** Gives a seat without a run. Only within {@link change}. */
  giveSeat(purchaseId: number, userId: number, now: Instant): void {
    const sql =
      'INSERT OR IGNORE INTO seats (add_on_purchase_id, user_id, assigned_at, run_id) VALUES (?, ?, ?, NULL)'
    const { changes } = this.#database.prepare(sql).run(purchaseId, userId, now)
    if (changes > 0) this.#recordChange('found', purchaseId, userId, now)
  }

  /** Only within {@link change}. */
  takeSeat(purchaseId: number, userId: number, now: Instant): void {
    const sql = 'DELETE FROM seats WHERE add_on_purchase_id = ? AND user_id = ?'
    const { changes } = this.#database.prepare(sql).run(purchaseId, userId)
    if (changes > 0) this.#recordChange('lost', purchaseId, userId, now)
  }

  #recordChange(change: HistoryChange, purchaseId: number, userId: number, now: Instant): void {
    const sql = `
      INSERT INTO history (at, add_on_purchase_id, user_id, change, cause) VALUES (?, ?, ?, ?, 'changed_in_gitlab')
    `
    this.#database.prepare(sql).run(now, purchaseId, userId, change)
    this.#forget()
  }

  /** SQLite's `data_version` changes with every commit of another connection. */
  #forgetOutdated(): void {
    const version = this.#database.pragma('data_version', { simple: true })
    if (version !== this.#dataVersion) this.#forget()
    this.#dataVersion = version
  }

  #forget(): void {
    this.#lists.clear()
    this.#counts.clear()
  }
}
