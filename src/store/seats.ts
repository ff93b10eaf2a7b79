import type Sqlite from 'better-sqlite3'
import type { Instant } from '../domain/day.ts'

/** Ids that go into one statement: enough to make its cost vanish, few enough to keep the text of the list small. */
const chunkSize = 10_000

export interface GivenSeats {
  addOnPurchaseId: number
  runId: number
  assignedAt: Instant
}

export class Seats {
  readonly #give: Sqlite.Statement

  constructor(database: Sqlite.Database) {
    this.#give = database.prepare(`
      INSERT INTO seats (add_on_purchase_id, user_id, assigned_at, run_id)
      SELECT :addOnPurchaseId, value, :assignedAt, :runId FROM json_each(:userIds)
    `)
  }

  /** Gives each user a seat. Nobody of them may hold one; the caller has counted the free seats in the same transaction. */
  give(userIds: readonly number[], seats: GivenSeats): void {
    // In the order of the key, so that the B-tree is written from left to right.
    const sorted = Float64Array.from(userIds).sort()
    for (let start = 0; start < sorted.length; start += chunkSize) {
      const chunk = Array.from(sorted.subarray(start, start + chunkSize))
      this.#give.run({ ...seats, userIds: JSON.stringify(chunk) })
    }
  }
}
