import type Sqlite from 'better-sqlite3'
import type { Instant } from '../domain/day.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { SeatChange } from '../domain/seat-change.ts'
import type { SeatInRun } from '../domain/split-by-free-seats.ts'

/** A change that the linked GitLab has not confirmed yet. */
export interface PendingChange extends SeatInRun {
  userId: number
}

/** The outcome of results whose change is not made. */
export interface ChangeRefusal {
  outcome: Outcome
  /** Why the user is not eligible, else null. */
  reason: string | null
  /** More about the outcome; see the table of outcomes. */
  detail: string | null
}

/** Pending changes of one direction. */
interface ChangeSet {
  addOnPurchaseId: number
  change: SeatChange
  /** Ids of users, as a JSON array. */
  userIds: string
}

const confirmedOutcomes = {
  give: 'assigned',
  take: 'unassigned',
} as const satisfies Record<SeatChange, Outcome>

const pendingOutcomes = {
  give: 'pending',
  take: 'pending_removal',
} as const satisfies Record<SeatChange, Outcome>

const isOfSet = `
  add_on_purchase_id = :addOnPurchaseId AND change = :change AND user_id IN (SELECT value FROM json_each(:userIds))
`

/**
 * The seats that GitLab does not count yet, minus those that it still counts: for the purchase whose id the expression `id` is.
 */
export const unconfirmedSeats = (id: string) => `(
  SELECT coalesce(sum((change = 'give') - EXISTS (
    SELECT 1 FROM seats
    WHERE seats.add_on_purchase_id = wanted.add_on_purchase_id AND seats.user_id = wanted.user_id
  )), 0)
  FROM pending_changes AS wanted WHERE wanted.add_on_purchase_id = ${id}
)`

/**
 * The changes on their way to the linked GitLab, one a user and purchase. `seats` holds what GitLab has: confirming a change
 * applies it there and deletes it here, refusing deletes it.
 *
 * A result is pending as long as its change is, so call everything that writes inside a transaction. Each call may be repeated.
 */
export class PendingChanges {
  readonly #markResults: Sqlite.Statement<[number]>
  readonly #supersede: Sqlite.Statement<[{ runId: number }]>
  readonly #record: Sqlite.Statement<[{ runId: number; requestedAt: Instant }]>
  readonly #promote: Sqlite.Statement<[{ runId: number; most: number }]>
  readonly #count: Sqlite.Statement<[], number>
  readonly #countUnconfirmed: Sqlite.Statement<[number], number>
  readonly #listPurchases: Sqlite.Statement<[], number>
  readonly #list: Sqlite.Statement<[number, SeatChange], PendingChange>
  readonly #find: Sqlite.Statement<[number, SeatChange], number>
  readonly #apply: Record<SeatChange, Sqlite.Statement<[ChangeSet]>>
  readonly #delete: Sqlite.Statement<[ChangeSet]>
  readonly #settleResults: Sqlite.Statement<[Record<string, unknown>]>

  constructor(database: Sqlite.Database) {
    this.#markResults = database.prepare(`
      UPDATE results
      SET pushed = 'pending',
        outcome = CASE change WHEN 'give' THEN 'pending' WHEN 'take' THEN 'pending_removal' ELSE outcome END
      WHERE run_id = ? AND pushed IS NULL AND (change <> 'none' OR outcome IN ('pending', 'pending_removal'))
    `)
    this.#supersede = database.prepare(`
      UPDATE results
      SET outcome = 'not_attempted', detail = iif(outcome = 'pending', 'given_up', 'removal_given_up'),
        change = 'none', pushed = 'refused'
      WHERE pushed = 'pending' AND run_id <> :runId
        AND EXISTS (
          SELECT 1 FROM results AS own
          WHERE own.pushed = 'pending' AND own.user_id = results.user_id AND own.run_id = :runId
            AND own.outcome <> results.outcome
        )
        AND (SELECT add_on_purchase_id FROM runs WHERE runs.id = results.run_id)
          = (SELECT add_on_purchase_id FROM runs WHERE runs.id = :runId)
    `)
    this.#record = database.prepare(`
      INSERT INTO pending_changes (add_on_purchase_id, user_id, change, run_id, requested_at)
      SELECT runs.add_on_purchase_id, results.user_id, results.change, runs.id, :requestedAt
      FROM results JOIN runs ON runs.id = results.run_id
      WHERE results.run_id = :runId AND results.pushed = 'pending' AND results.change <> 'none'
      ON CONFLICT DO UPDATE
        SET change = excluded.change, run_id = excluded.run_id, requested_at = excluded.requested_at
        WHERE change <> excluded.change
    `)
    this.#promote = database.prepare(`
      UPDATE results SET outcome = 'assigned', change = 'give'
      WHERE run_id = :runId AND number IN (
        SELECT number FROM results
        WHERE run_id = :runId AND outcome = 'no_seats_available' AND pushed IS NULL
        ORDER BY number LIMIT :most
      )
    `)
    this.#count = database.prepare<[], number>('SELECT count(*) FROM pending_changes').pluck()
    this.#countUnconfirmed = database.prepare<[number], number>(`SELECT ${unconfirmedSeats('?')}`).pluck()
    this.#listPurchases = database
      .prepare<[], number>(
        'SELECT DISTINCT add_on_purchase_id FROM pending_changes ORDER BY add_on_purchase_id',
      )
      .pluck()
    this.#list = database.prepare(`
      SELECT wanted.user_id AS userId, wanted.run_id AS runId, runs.options ->> 'on_shortage' AS onShortage
      FROM pending_changes AS wanted
      JOIN runs ON runs.id = wanted.run_id
      LEFT JOIN results
        ON results.user_id = wanted.user_id AND results.run_id = wanted.run_id AND results.pushed = 'pending'
      WHERE wanted.add_on_purchase_id = ? AND wanted.change = ?
      ORDER BY wanted.run_id, results.number, wanted.user_id
    `)
    this.#find = database
      .prepare<[number, SeatChange], number>(
        'SELECT user_id FROM pending_changes WHERE add_on_purchase_id = ? AND change = ?',
      )
      .pluck()
    this.#apply = {
      give: database.prepare(`
        INSERT INTO seats (add_on_purchase_id, user_id, assigned_at, run_id)
        SELECT add_on_purchase_id, user_id, requested_at, run_id FROM pending_changes WHERE ${isOfSet}
        ON CONFLICT DO UPDATE SET assigned_at = excluded.assigned_at, run_id = excluded.run_id
      `),
      take: database.prepare(`
        DELETE FROM seats
        WHERE add_on_purchase_id = :addOnPurchaseId
          AND user_id IN (SELECT user_id FROM pending_changes WHERE ${isOfSet})
      `),
    }
    this.#delete = database.prepare(`DELETE FROM pending_changes WHERE ${isOfSet}`)
    // Facts about a user from the decision stay, such as why the seat was removed. The purchase of a run is looked up row by
    // row: few results are pending, and there may be thousands of runs.
    this.#settleResults = database.prepare(`
      UPDATE results
      SET outcome = :outcome, reason = coalesce(:reason, reason), detail = coalesce(:detail, detail), pushed = :pushed,
        change = iif(:pushed = 'confirmed', change, 'none')
      WHERE pushed = 'pending' AND outcome = :pendingOutcome
        AND user_id IN (SELECT value FROM json_each(:userIds))
        AND (SELECT add_on_purchase_id FROM runs WHERE runs.id = results.run_id) = :addOnPurchaseId
    `)
  }

  /**
   * Makes every change of a run pending, with its results. A change that an earlier run requested stays that run's; an
   * earlier request for the opposite is discarded.
   */
  record(runId: number, requestedAt: Instant): void {
    this.#markResults.run(runId)
    this.#supersede.run({ runId })
    this.#record.run({ runId, requestedAt })
  }

  /**
   * Gives seats to the first users of a run that went without: seats that were requested for others came free again.
   *
   * @param most the number of free seats
   * @returns the number of changes that became pending
   */
  recordNext(runId: number, most: number, requestedAt: Instant): number {
    const { changes } = this.#promote.run({ runId, most })
    if (changes > 0) this.record(runId, requestedAt)
    return changes
  }

  /** The number of pending changes of all purchases. */
  count(): number {
    return this.#count.get() ?? 0
  }

  /** The ids of the purchases with pending changes. */
  listPurchases(): number[] {
    return this.#listPurchases.all()
  }

  /** The pending changes of a purchase, run by run, each in the order of its results. */
  list(addOnPurchaseId: number, change: SeatChange): PendingChange[] {
    return this.#list.all(addOnPurchaseId, change)
  }

  /** The ids of the users with a pending change of a purchase. */
  find(addOnPurchaseId: number): Record<SeatChange, Set<number>> {
    const find = (change: SeatChange) => new Set(this.#find.all(addOnPurchaseId, change))
    return { give: find('give'), take: find('take') }
  }

  /** The seats held once all pending changes are done, minus those that GitLab has now. */
  countUnconfirmed(addOnPurchaseId: number): number {
    return this.#countUnconfirmed.get(addOnPurchaseId) ?? 0
  }

  /** Applies changes that GitLab has made. Every result that waited for one is confirmed. */
  confirm(addOnPurchaseId: number, change: SeatChange, userIds: readonly number[]): void {
    const set = { addOnPurchaseId, change, userIds: JSON.stringify(userIds) }
    this.#apply[change].run(set)
    this.#delete.run(set)
    this.#settle(set, { outcome: confirmedOutcomes[change], reason: null, detail: null }, 'confirmed')
  }

  /** Deletes changes that GitLab does not make. Every result that waited for one gets the refusal. */
  refuse(
    addOnPurchaseId: number,
    change: SeatChange,
    userIds: readonly number[],
    refusal: ChangeRefusal,
  ): void {
    const set = { addOnPurchaseId, change, userIds: JSON.stringify(userIds) }
    this.#delete.run(set)
    this.#settle(set, refusal, 'refused')
  }

  #settle({ change, ...set }: ChangeSet, result: ChangeRefusal, pushed: 'confirmed' | 'refused'): void {
    this.#settleResults.run({ ...set, ...result, pushed, pendingOutcome: pendingOutcomes[change] })
  }
}
