import { setTimeout as delay } from 'node:timers/promises'
import type Sqlite from 'better-sqlite3'
import type { AddOnPurchase } from '../domain/add-on.ts'
import type { Instant } from '../domain/day.ts'
import type { Membership, User } from '../domain/user.ts'
import { toUser, type UserRow } from './user-row.ts'

/** How long a change waits for other processes that write: as long as GitLab lets a request take. */
const lockTimeoutMs = 30_000
const lockRetryMs = 25

/** Lists of users that are kept; a script that reads several at once needs no more. */
const mostLists = 8

/** A user as a GitLab that is rehearsed with shows one. */
export interface RehearsalUser extends User {
  /** Ids of the purchases whose seat the user holds. */
  heldPurchaseIds: number[]
}

/** GitLab's orders. Users of whom no activity is known are the least active ones. */
const orders = {
  ID_ASC: 'users.id',
  ID_DESC: 'users.id DESC',
  NAME_ASC: 'name COLLATE NOCASE, users.id',
  NAME_DESC: 'name COLLATE NOCASE DESC, users.id DESC',
  LAST_ACTIVITY_ON_ASC: 'last_activity_on NULLS FIRST, users.id DESC',
  LAST_ACTIVITY_ON_DESC: 'last_activity_on DESC NULLS LAST, users.id',
  RELEVANCE: `(username = :search COLLATE NOCASE OR name = :search COLLATE NOCASE) DESC, name COLLATE NOCASE, users.id`,
} as const

export type RehearsalOrder = keyof typeof orders

export interface RehearsalQuery {
  /** Only holders of this purchase's seat, only others, or both. */
  seat: { purchaseId: number; isHeld: boolean } | null
  /** Part of a username or name; the whole of it where it is shorter than three characters. Null: everybody. */
  search: string | null
  order: RehearsalOrder
  /** Who is listed; `name` stands for it, so that equal questions are answered once. */
  filter: { name: string; accepts: (user: Membership) => boolean }
}

interface HoldingRow extends UserRow {
  held: string
}

type ListedRow = [id: number, state: User['state'], type: string, member: number]

/** What the GitLab that `serve` plays reads and changes. Lists are kept until somebody changes the store. */
export class Rehearsal {
  readonly #database: Sqlite.Database
  readonly #readDataVersion: Sqlite.Statement<[], number>
  readonly #readUsers: Sqlite.Statement<[string], HoldingRow>
  readonly #listPurchases: Sqlite.Statement<[], Omit<AddOnPurchase, 'trial'> & { trial: number }>
  readonly #countSeats: Sqlite.Statement<[number], number>
  readonly #giveSeat: Sqlite.Statement<[number, number, Instant]>
  readonly #takeSeat: Sqlite.Statement<[number, number]>
  readonly #findIds: Record<'username' | 'id', Sqlite.Statement<[string], number>>
  readonly #listIds = new Map<string, Sqlite.Statement<[Record<string, unknown>], ListedRow>>()
  readonly #lists = new Map<string, number[]>()
  readonly #counts = new Map<number, number>()
  #dataVersion = 0

  constructor(database: Sqlite.Database) {
    this.#database = database
    // Nobody's seats are lost with the power: the changes of a script that rehearses are not waited for.
    database.pragma('synchronous = NORMAL')
    this.#readDataVersion = database.prepare<[], number>('PRAGMA data_version').pluck()
    this.#readUsers = database.prepare(`
      SELECT users.*, (
        SELECT json_group_array(add_on_purchases.id)
        FROM add_on_purchases CROSS JOIN seats
          ON seats.add_on_purchase_id = add_on_purchases.id AND seats.user_id = users.id
      ) AS held
      FROM json_each(?) AS wanted CROSS JOIN users ON users.id = wanted.value
      ORDER BY wanted.key
    `)
    this.#listPurchases = database.prepare(`
      SELECT id, add_on AS addOn, quantity, started_on AS startedOn, expires_on AS expiresOn, trial
      FROM add_on_purchases
      WHERE gone_at IS NULL
      ORDER BY id
    `)
    this.#countSeats = database
      .prepare<[number], number>('SELECT count(*) FROM seats WHERE add_on_purchase_id = ?')
      .pluck()
    this.#giveSeat = database.prepare(`
      INSERT OR IGNORE INTO seats (add_on_purchase_id, user_id, assigned_at, run_id) VALUES (?, ?, ?, NULL)
    `)
    this.#takeSeat = database.prepare('DELETE FROM seats WHERE add_on_purchase_id = ? AND user_id = ?')
    this.#findIds = {
      username: prepareFinder(database, 'username = wanted.value COLLATE NOCASE'),
      id: prepareFinder(database, 'users.id = wanted.value'),
    }
  }

  /** All purchases that are not gone, active or not. */
  listPurchases(): AddOnPurchase[] {
    return this.#listPurchases.all().map((purchase) => ({ ...purchase, trial: purchase.trial === 1 }))
  }

  /** How many users hold a seat of the purchase. */
  countSeats(purchaseId: number): number {
    this.#forgetWhatChanged()
    const known = this.#counts.get(purchaseId)
    if (known !== undefined) return known
    const count = this.#countSeats.get(purchaseId) ?? 0
    this.#counts.set(purchaseId, count)
    return count
  }

  /** Users by their ids, in the order of the ids; who is unknown is left out. */
  readUsers(ids: readonly number[]): RehearsalUser[] {
    return this.#readUsers.all(JSON.stringify(ids)).map(toRehearsalUser)
  }

  /** The ids of the users whom GitLab still has among these, the newest user first. Names match without regard to case. */
  findIds(key: 'username' | 'id', values: readonly (string | number)[]): number[] {
    return this.#findIds[key].all(JSON.stringify(values))
  }

  /** The ids of all users whom a question is about, in order. Do not change the list: it is kept. */
  listIds(query: RehearsalQuery): readonly number[] {
    this.#forgetWhatChanged()
    const key = JSON.stringify(query)
    const known = this.#lists.get(key)
    if (known !== undefined) return known
    const ids = this.#collectIds(query)
    if (this.#lists.size >= mostLists) this.#lists.clear()
    this.#lists.set(key, ids)
    return ids
  }

  #collectIds({ seat, search, order, filter }: RehearsalQuery): number[] {
    const ids: number[] = []
    const parameters = { search, purchaseId: seat?.purchaseId ?? null }
    const rows = this.#prepareList({ seat, search, order }).iterate(parameters)
    for (const [id, state, type, member] of rows)
      if (filter.accepts({ state, type, member: member === 1 })) ids.push(id)
    return ids
  }

  #prepareList({
    seat,
    search,
    order,
  }: Omit<RehearsalQuery, 'filter'>): Sqlite.Statement<[Record<string, unknown>], ListedRow> {
    const conditions = [
      // Whoever holds a seat is shown, gone or not: the seat counts.
      seat?.isHeld ? holdsSeat : seat === null ? isThere : `${isThere} AND NOT ${holdsSeat}`,
      search === null ? 'TRUE' : [...search].length < 3 ? isExactly : holdsText,
    ]
    const sql = `SELECT id, state, type, member FROM users WHERE ${conditions.join(' AND ')} ORDER BY ${orders[order]}`
    const known = this.#listIds.get(sql)
    if (known !== undefined) return known
    const statement = this.#database.prepare<[Record<string, unknown>], ListedRow>(sql).raw()
    this.#listIds.set(sql, statement)
    return statement
  }

  /**
   * Runs `work` in one immediate transaction: nobody else writes meanwhile. Other requests get their turns while it waits for
   * the lock.
   *
   * @throws an SQLITE_BUSY error when another process keeps the lock for 30 s
   */
  async change<T>(work: () => T): Promise<T> {
    const run = this.#database.transaction(work)
    const waitUntil = Date.now() + lockTimeoutMs
    for (;;) {
      try {
        return run.immediate()
      } catch (error) {
        this.#forget()
        if ((error as { code?: string }).code !== 'SQLITE_BUSY' || Date.now() > waitUntil) throw error
        await delay(lockRetryMs)
      }
    }
  }

  /** A seat that no run gave. Within {@link change} only. */
  giveSeat(purchaseId: number, userId: number, now: Instant): void {
    this.#giveSeat.run(purchaseId, userId, now)
    this.#forget()
  }

  /** Within {@link change} only. */
  takeSeat(purchaseId: number, userId: number): void {
    this.#takeSeat.run(purchaseId, userId)
    this.#forget()
  }

  /** SQLite counts in `data_version` what other connections commit; what this one changes it forgets by itself. */
  #forgetWhatChanged(): void {
    const version = this.#readDataVersion.get() ?? 0
    if (version !== this.#dataVersion) this.#forget()
    this.#dataVersion = version
  }

  #forget(): void {
    this.#lists.clear()
    this.#counts.clear()
  }
}

const isThere = 'gone_at IS NULL'
const holdsSeat = 'EXISTS (SELECT 1 FROM seats WHERE add_on_purchase_id = :purchaseId AND user_id = users.id)'
const isExactly = '(username = :search COLLATE NOCASE OR name = :search COLLATE NOCASE)'
/** In small letters, since LIKE would take % and _ in what is looked for as wildcards. */
const holdsText =
  '(instr(lower(username), lower(:search)) > 0 OR instr(lower(name), lower(:search)) > 0 OR email = :search COLLATE NOCASE)'

function prepareFinder(database: Sqlite.Database, condition: string): Sqlite.Statement<[string], number> {
  return database
    .prepare<[string], number>(`
      SELECT DISTINCT users.id
      FROM json_each(?) AS wanted CROSS JOIN users ON ${condition} AND users.gone_at IS NULL
      ORDER BY users.id DESC
    `)
    .pluck()
}

function toRehearsalUser(row: HoldingRow): RehearsalUser {
  return { ...toUser(row), heldPurchaseIds: JSON.parse(row.held) as number[] }
}
