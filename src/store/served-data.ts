import type Sqlite from 'better-sqlite3'
import type { AddOnPurchase } from '../domain/add-on.ts'
import type { Instant } from '../domain/day.ts'
import type { HistoryChange } from '../domain/history.ts'
import type { User } from '../domain/user.ts'
import { ServedLists } from './served-lists.ts'
import type { Statement, Statements } from './statements.ts'
import { toUser, type UserRow } from './user-row.ts'

/** GitLab ends a request after that time. */
const lockTimeoutMs = 30_000

export interface ServedUser extends User {
  heldPurchaseIds: number[]
  /** Further addresses, folded. */
  emails: string[]
}

type PurchaseRow = Omit<AddOnPurchase, 'trial'> & { trial: number }
type ServedUserRow = UserRow & { held: string; emails: string }

/** @param waitUntil as of `performance.now()` */
type Transact = <T>(work: () => T, waitUntil: number) => Promise<T>

interface Change {
  purchaseId: number
  userId: number
  now: Instant
}

/** The part of a store that the played GitLab reads and changes. */
export class ServedData {
  readonly #transact: Transact
  readonly lists: ServedLists
  readonly #listPurchases: Statement<[], PurchaseRow>
  readonly #readUsers: Statement<[string], ServedUserRow>
  readonly #findIds: Record<'username' | 'id', Statement<[string], number>>
  readonly #giveSeat: Statement<[Change]>
  readonly #takeSeat: Statement<[Change]>
  readonly #recordChange: Statement<[Change & { change: HistoryChange }]>

  constructor(database: Sqlite.Database, statements: Statements, transact: Transact) {
    this.#transact = transact
    this.lists = new ServedLists(database, statements)
    // A power failure may undo the last changes: scripts under test do not wait for the disk.
    database.pragma('synchronous = NORMAL')
    // SQLite would block all other requests while it waits; takeLock does not.
    database.pragma('busy_timeout = 0')
    this.#listPurchases = statements.prepare(`
      SELECT id, add_on AS addOn, quantity, started_on AS startedOn, expires_on AS expiresOn, trial
      FROM add_on_purchases
      WHERE gone_at IS NULL
      ORDER BY id
    `)
    this.#readUsers = statements.prepare(`
      SELECT users.*, (
        SELECT json_group_array(add_on_purchases.id)
        FROM add_on_purchases CROSS JOIN seats
          ON seats.add_on_purchase_id = add_on_purchases.id AND seats.user_id = users.id
      ) AS held, (SELECT json_group_array(address) FROM emails WHERE user_id = users.id) AS emails
      FROM json_each(?) AS wanted CROSS JOIN users ON users.id = wanted.value
      ORDER BY wanted.key
    `)
    this.#findIds = {
      username: prepareFindIds(statements, 'username'),
      id: prepareFindIds(statements, 'id'),
    }
    this.#giveSeat = statements.prepare(`
      INSERT OR IGNORE INTO seats (add_on_purchase_id, user_id, assigned_at, run_id)
      VALUES (:purchaseId, :userId, :now, NULL)
    `)
    this.#takeSeat = statements.prepare(
      'DELETE FROM seats WHERE add_on_purchase_id = :purchaseId AND user_id = :userId',
    )
    this.#recordChange = statements.prepare(`
      INSERT INTO history (at, add_on_purchase_id, user_id, change, cause)
      VALUES (:now, :purchaseId, :userId, :change, 'changed_in_gitlab')
    `)
  }

  /** Active or not. */
  listPurchases(): AddOnPurchase[] {
    return this.#listPurchases.all().map((purchase) => ({ ...purchase, trial: purchase.trial === 1 }))
  }

  /** In the order of the ids, without unknown ones. */
  readUsers(ids: readonly number[]): ServedUser[] {
    return this.#readUsers.all(JSON.stringify(ids)).map((row) => ({
      ...toUser(row),
      heldPurchaseIds: JSON.parse(row.held) as number[],
      emails: JSON.parse(row.emails) as string[],
    }))
  }

  /** The ids of matching users that GitLab still has, newest first. Usernames match in any case. */
  findIds(key: 'username' | 'id', values: readonly (string | number)[]): number[] {
    return this.#findIds[key].all(JSON.stringify(values))
  }

  /**
   * Runs `work` in an immediate transaction of its own, after all changes that were asked for before. Other requests are
   * answered while it waits for the lock of another process.
   *
   * @throws an SQLITE_BUSY error after 30 s, the signal's reason when it was aborted
   */
  change<T>(work: () => T): Promise<T> {
    return this.#transact(work, performance.now() + lockTimeoutMs).finally(() => this.lists.forget())
  }

  /** Gives a seat without a run. Only within {@link change}. */
  giveSeat(purchaseId: number, userId: number, now: Instant): void {
    this.#record('found', this.#giveSeat, { purchaseId, userId, now })
  }

  /** Only within {@link change}. */
  takeSeat(purchaseId: number, userId: number, now: Instant): void {
    this.#record('lost', this.#takeSeat, { purchaseId, userId, now })
  }

  #record(kind: HistoryChange, statement: Statement<[Change]>, change: Change): void {
    if (statement.run(change).changes === 0) return
    this.#recordChange.run({ ...change, change: kind })
    this.lists.forget()
  }
}

function prepareFindIds(statements: Statements, column: string): Statement<[string], number> {
  const find = statements.prepare<[string], number>(`
    SELECT DISTINCT users.id
    FROM json_each(?) AS wanted
      CROSS JOIN users ON users.${column} = wanted.value COLLATE NOCASE AND users.gone_at IS NULL
    ORDER BY users.id DESC
  `)
  return find.pluck()
}
