import type Sqlite from 'better-sqlite3'
import type { Instant } from '../domain/day.ts'
import type { SeatInRun } from '../domain/fit-seats.ts'
import type { Outcome } from '../domain/outcome.ts'

/** A seat that was given here and that the linked GitLab has not confirmed yet. */
export interface PendingSeat extends SeatInRun {
  userId: number
}

/** What becomes of the results of a seat that is not to be. */
export interface Refusal {
  outcome: Outcome
  /** Why the user is not eligible, else null. */
  reason: string | null
  /** What the sentence about the outcome needs besides; see the outcome. */
  detail: string | null
}

/** Users of one purchase, as one JSON array. */
interface UserSet {
  addOnPurchaseId: number
  userIds: string
}

const lockTimeoutMs = 120_000

/**
 * The seats that are on their way to the linked GitLab. A result is `pending` as long as its seat is: both change in one
 * transaction, which is that of the caller where there is one. Everything may be said twice.
 */
export class PendingSeats {
  readonly #database: Sqlite.Database
  readonly #markStaged: Sqlite.Statement<[number]>
  readonly #stageSeats: Sqlite.Statement<[{ runId: number; assignedAt: Instant }]>
  readonly #promote: Sqlite.Statement<[{ runId: number; most: number }]>
  readonly #count: Sqlite.Statement<[], number>
  readonly #listPurchases: Sqlite.Statement<[], number>
  readonly #list: Sqlite.Statement<[number], PendingSeat>
  readonly #find: Sqlite.Statement<[number], number>
  readonly #confirmSeats: Sqlite.Statement<[UserSet]>
  readonly #deleteSeats: Sqlite.Statement<[UserSet]>
  readonly #settleResults: Sqlite.Statement<[UserSet & Refusal & { pushed: string }]>

  constructor(database: Sqlite.Database) {
    this.#database = database
    this.#markStaged = database.prepare(`
      UPDATE results SET pushed = 'pending' WHERE run_id = ? AND outcome = 'pending'
    `)
    this.#stageSeats = database.prepare(`
      INSERT INTO seats (add_on_purchase_id, user_id, assigned_at, run_id, pending)
      SELECT runs.add_on_purchase_id, results.user_id, :assignedAt, runs.id, 1
      FROM results JOIN runs ON runs.id = results.run_id
      WHERE results.run_id = :runId AND results.outcome = 'pending'
      ON CONFLICT DO NOTHING
    `)
    this.#promote = database.prepare(`
      UPDATE results SET outcome = 'pending'
      WHERE run_id = :runId AND number IN (
        SELECT number FROM results
        WHERE run_id = :runId AND outcome = 'no_seats_available' AND pushed IS NULL
        ORDER BY number LIMIT :most
      )
    `)
    this.#count = database.prepare<[], number>('SELECT count(*) FROM seats WHERE pending = 1').pluck()
    this.#listPurchases = database
      .prepare<[], number>(`
        SELECT DISTINCT add_on_purchase_id FROM seats WHERE pending = 1 ORDER BY add_on_purchase_id
      `)
      .pluck()
    this.#list = database.prepare(`
      SELECT seats.user_id AS userId, seats.run_id AS runId, runs.options ->> 'on_shortage' AS onShortage
      FROM seats
      JOIN runs ON runs.id = seats.run_id
      LEFT JOIN results
        ON results.user_id = seats.user_id AND results.run_id = seats.run_id AND results.pushed = 'pending'
      WHERE seats.pending = 1 AND seats.add_on_purchase_id = ?
      ORDER BY seats.run_id, results.number, seats.user_id
    `)
    this.#find = database
      .prepare<[number], number>('SELECT user_id FROM seats WHERE pending = 1 AND add_on_purchase_id = ?')
      .pluck()
    const ofSet =
      'add_on_purchase_id = :addOnPurchaseId AND user_id IN (SELECT value FROM json_each(:userIds))'
    this.#confirmSeats = database.prepare(`UPDATE seats SET pending = 0 WHERE pending = 1 AND ${ofSet}`)
    this.#deleteSeats = database.prepare(`DELETE FROM seats WHERE pending = 1 AND ${ofSet}`)
    // The run is asked for its purchase row by row: few results are pending, and runs there may be thousands.
    this.#settleResults = database.prepare(`
      UPDATE results SET outcome = :outcome, reason = :reason, detail = :detail, pushed = :pushed
      WHERE pushed = 'pending' AND user_id IN (SELECT value FROM json_each(:userIds))
        AND (SELECT add_on_purchase_id FROM runs WHERE runs.id = results.run_id) = :addOnPurchaseId
    `)
  }

  /**
   * Makes a pending seat of every result of a run whose outcome is `pending`. A seat that is pending already stays that of the
   * run which named the user first.
   */
  stage(runId: number, assignedAt: Instant): void {
    this.#transact(() => {
      this.#markStaged.run(runId)
      this.#stageSeats.run({ runId, assignedAt })
    })
  }

  /**
   * Makes the first results of a run that went without a seat `pending`, and stages them: seats that were meant for others came
   * free again.
   *
   * @param most how many at most
   * @returns how many
   */
  stageNext(runId: number, most: number, assignedAt: Instant): number {
    let staged = 0
    this.#transact(() => {
      staged = this.#promote.run({ runId, most }).changes
      this.stage(runId, assignedAt)
    })
    return staged
  }

  /** How many seats are pending, of all purchases. */
  count(): number {
    return this.#count.get() ?? 0
  }

  /** The ids of the purchases with pending seats. */
  listPurchases(): number[] {
    return this.#listPurchases.all()
  }

  /** The pending seats of a purchase in the order in which they were staged: run by run, each in the order of its results. */
  list(addOnPurchaseId: number): PendingSeat[] {
    return this.#list.all(addOnPurchaseId)
  }

  /** The ids of the users whose seat of a purchase is pending. */
  findPending(addOnPurchaseId: number): Set<number> {
    return new Set(this.#find.all(addOnPurchaseId))
  }

  /** GitLab has given these seats: they are pending no more, and every result that waited for one is `assigned`. */
  confirm(addOnPurchaseId: number, userIds: readonly number[]): void {
    const set = { addOnPurchaseId, userIds: JSON.stringify(userIds) }
    this.#transact(() => {
      this.#confirmSeats.run(set)
      this.#settleResults.run({
        ...set,
        outcome: 'assigned',
        reason: null,
        detail: null,
        pushed: 'confirmed',
      })
    })
  }

  /** GitLab does not give these seats: they are taken back, and every result that waited for one is the refusal. */
  refuse(addOnPurchaseId: number, userIds: readonly number[], refusal: Refusal): void {
    const set = { addOnPurchaseId, userIds: JSON.stringify(userIds) }
    this.#transact(() => {
      this.#deleteSeats.run(set)
      this.#settleResults.run({ ...set, ...refusal, pushed: 'refused' })
    })
  }

  /** Waits for other processes that write, with everything else standing still: an answer of GitLab must not get lost. */
  #transact(work: () => void): void {
    const run = this.#database.transaction(work)
    const waitUntil = Date.now() + lockTimeoutMs
    for (;;) {
      try {
        run.immediate()
        return
      } catch (error) {
        if ((error as { code?: string }).code !== 'SQLITE_BUSY' || Date.now() > waitUntil) throw error
      }
    }
  }
}
