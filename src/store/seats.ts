import type Sqlite from 'better-sqlite3'
import type { Instant } from '../domain/day.ts'
import type { Seat } from '../domain/snapshot.ts'

export class Seats {
  readonly #give: Sqlite.Statement
  readonly #readAll: Sqlite.Statement<[], Seat>

  constructor(database: Sqlite.Database) {
    // OR ROLLBACK, since SQLite would else copy every page of the seats aside, in case the statement has to be undone alone.
    this.#give = database.prepare(`
      INSERT OR ROLLBACK INTO seats (add_on_purchase_id, user_id, assigned_at, run_id)
      SELECT runs.add_on_purchase_id, results.user_id, :assignedAt, runs.id
      FROM results JOIN runs ON runs.id = results.run_id
      WHERE results.run_id = :runId AND results.outcome = 'assigned'
    `)
    this.#readAll = database.prepare(`
      SELECT add_on_purchase_id AS addOnPurchaseId, user_id AS userId, assigned_at AS assignedAt
      FROM seats
      JOIN users ON users.id = user_id AND users.gone_at IS NULL AND looked_up = 0
      JOIN add_on_purchases ON add_on_purchases.id = add_on_purchase_id AND add_on_purchases.gone_at IS NULL
      WHERE pending = 0
      ORDER BY add_on_purchase_id, user_id
    `)
  }

  /** Gives a seat to every user whose result in a run is `assigned`. The plan has seen to it that the seats are there. */
  give(runId: number, assignedAt: Instant): void {
    this.#give.run({ runId, assignedAt })
  }

  /** Every confirmed seat of the users and purchases that the last sync knew, by purchase and user id. */
  *readAll(): Iterable<Seat> {
    yield* this.#readAll.iterate()
  }
}
