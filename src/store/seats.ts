import type Sqlite from 'better-sqlite3'
import type { Instant } from '../domain/day.ts'

export class Seats {
  readonly #give: Sqlite.Statement

  constructor(database: Sqlite.Database) {
    this.#give = database.prepare(`
      INSERT INTO seats (add_on_purchase_id, user_id, assigned_at, run_id)
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
