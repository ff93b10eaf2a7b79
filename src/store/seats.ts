import type Sqlite from 'better-sqlite3'
import type { Instant } from '../domain/day.ts'

export class Seats {
  readonly #give: Sqlite.Statement

  constructor(database: Sqlite.Database) {
    // OR ROLLBACK, since SQLite would else copy every page of the seats aside, in case the statement has to be undone alone.
    this.#give = database.prepare(`
      INSERT OR ROLLBACK INTO seats (add_on_purchase_id, user_id, assigned_at, run_id)
      SELECT runs.add_on_purchase_id, results.user_id, :assignedAt, runs.id
      FROM results JOIN runs ON runs.id = results.run_id
      WHERE results.run_id = :runId AND results.outcome = 'assigned'
    `)
  }

  /** Gives a seat to every user whose result in a run is `assigned`. The plan has seen to it that the seats are there. */
  give(runId: number, assignedAt: Instant): void {
    this.#give.run({ runId, assignedAt })
  }
}
