import type { Instant } from '../domain/day.ts'
import type { NamedUser } from '../domain/named-user.ts'
import type { Seat } from '../domain/snapshot.ts'
import type { Statement, Statements } from './statements.ts'
import type { StoreEvents } from './store-events.ts'

const holdersPerPage = 2_000

export class Seats {
  readonly #events: StoreEvents
  readonly #give: Statement
  readonly #take: Statement
  readonly #readHolders: Statement<[number, number], NamedUser>
  readonly #readAll: Statement<[], Seat>
  readonly #countUnpushed: Statement<[], number>

  constructor(statements: Statements, events: StoreEvents) {
    this.#events = events
    // OR ROLLBACK: else SQLite copies every page of the seats, to be able to undo the statement alone. In the order of the table,
    // each page is read and written once: a list in no order would fetch one for every seat. LIMIT keeps the order in the join, and
    // only ids are sorted.
    this.#give = statements.prepare(`
      INSERT OR ROLLBACK INTO seats (add_on_purchase_id, user_id, assigned_at, run_id)
      SELECT runs.add_on_purchase_id, given.user_id, :assignedAt, runs.id
      FROM (SELECT user_id FROM results WHERE run_id = :runId AND change = 'give' ORDER BY user_id LIMIT -1) AS given
      CROSS JOIN runs ON runs.id = :runId
    `)
    this.#take = statements.prepare(`
      DELETE FROM seats
      WHERE add_on_purchase_id = (SELECT add_on_purchase_id FROM runs WHERE id = :runId)
        AND user_id IN (SELECT user_id FROM results WHERE run_id = :runId AND change = 'take')
    `)
    this.#readHolders = statements.prepare(`
      SELECT user_id AS userId, username
      FROM held_seats CROSS JOIN users ON users.id = user_id AND gone_at IS NULL
      WHERE add_on_purchase_id = ? AND user_id > ?
      ORDER BY user_id LIMIT ${holdersPerPage}
    `)
    this.#readAll = statements.prepare(`
      SELECT add_on_purchase_id AS addOnPurchaseId, user_id AS userId, assigned_at AS assignedAt
      FROM seats
      JOIN users ON users.id = user_id AND users.gone_at IS NULL AND looked_up = 0
      JOIN add_on_purchases ON add_on_purchases.id = add_on_purchase_id AND add_on_purchases.gone_at IS NULL
      ORDER BY add_on_purchase_id, user_id
    `)
    this.#countUnpushed = statements
      .prepare<[], number>(`
        SELECT count(*)
        FROM seats
        JOIN results ON results.run_id = seats.run_id AND results.user_id = seats.user_id
        WHERE results.change = 'give' AND results.pushed IS NULL
      `)
      .pluck()
  }

  /** Seats that runs gave while the store was not linked. */
  countUnpushed(): number {
    return this.#countUnpushed.getOne()
  }

  /** Notes the event of the run, also if it gives no seat. */
  give(runId: number, assignedAt: Instant): void {
    this.#events.recordRun(runId, assignedAt)
    this.#give.run({ runId, assignedAt })
  }

  take(runId: number): void {
    this.#take.run({ runId })
  }

  /** Pages by id, without users who are gone: between two pages the store can be used. */
  *readHolders(addOnPurchaseId: number): Iterable<NamedUser[]> {
    let last = 0
    for (;;) {
      const holders = this.#readHolders.all(addOnPurchaseId, last)
      if (holders.length > 0) yield holders
      if (holders.length < holdersPerPage) return
      last = holders.at(-1)?.userId ?? last
    }
  }

  /** Seats of GitLab, for users and purchases of the last sync, by purchase and user id. */
  *readAll(): Iterable<Seat> {
    yield* this.#readAll.iterate()
  }
}
