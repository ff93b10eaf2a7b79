import { changeOutcomes } from '../domain/change-outcomes.ts'
import type { Instant } from '../domain/day.ts'
import type { Result } from '../domain/result.ts'
import type { SeatChange } from '../domain/seat-change.ts'
import type { SeatInRun } from '../domain/split-by-free-seats.ts'
import type { History } from './history.ts'
import { type ChangeSet, PendingResults } from './pending-results.ts'
import type { Statement, Statements } from './statements.ts'
import type { StoreEvents } from './store-events.ts'

/** Not confirmed by the linked GitLab. */
export interface PendingChange extends SeatInRun {
  userId: number
}

export type ChangeRefusal = Pick<Result, 'outcome' | 'reason' | 'detail'>

const isOfSet = `
  add_on_purchase_id = :addOnPurchaseId AND change = :change AND user_id IN (SELECT value FROM json_each(:userIds))
`

/**
 * One change a user and purchase. `seats` holds what GitLab has: a confirmation applies the change there, a refusal does not.
 *
 * Call writing methods inside a transaction, since results change as well. Each call may be repeated.
 */
export class PendingChanges {
  readonly #events: StoreEvents
  readonly #history: History
  readonly #results: PendingResults
  readonly #record: Statement<[{ runId: number; requestedAt: Instant }]>
  readonly #count: Statement<[], number>
  readonly #countOf: Statement<[number], number>
  readonly #listPurchases: Statement<[], number>
  readonly #list: Statement<[number, SeatChange], PendingChange>
  readonly #listUserIds: Statement<[number, SeatChange], number>
  readonly #apply: Record<SeatChange, Statement<[ChangeSet]>>
  readonly #delete: Statement<[ChangeSet]>

  constructor(statements: Statements, events: StoreEvents, history: History) {
    this.#events = events
    this.#history = history
    this.#results = new PendingResults(statements)
    this.#record = statements.prepare(`
      INSERT INTO pending_changes (add_on_purchase_id, user_id, change, run_id, requested_at)
      SELECT runs.add_on_purchase_id, results.user_id, results.change, runs.id, :requestedAt
      FROM results JOIN runs ON runs.id = results.run_id
      WHERE results.run_id = :runId AND results.pushed = 'pending' AND results.change <> 'none'
      ON CONFLICT DO UPDATE
        SET change = excluded.change, run_id = excluded.run_id, requested_at = excluded.requested_at
        WHERE change <> excluded.change
    `)
    this.#count = statements.prepare<[], number>('SELECT count(*) FROM pending_changes').pluck()
    this.#countOf = statements
      .prepare<[number], number>('SELECT count(*) FROM pending_changes WHERE add_on_purchase_id = ?')
      .pluck()
    this.#listPurchases = statements
      .prepare<[], number>(
        'SELECT DISTINCT add_on_purchase_id FROM pending_changes ORDER BY add_on_purchase_id',
      )
      .pluck()
    this.#list = statements.prepare(`
      SELECT wanted.user_id AS userId, wanted.run_id AS runId, runs.options ->> 'on_shortage' AS onShortage
      FROM pending_changes AS wanted
      JOIN runs ON runs.id = wanted.run_id
      LEFT JOIN results
        ON results.user_id = wanted.user_id AND results.run_id = wanted.run_id AND results.pushed = 'pending'
      WHERE wanted.add_on_purchase_id = ? AND wanted.change = ?
      ORDER BY wanted.run_id, results.number, wanted.user_id
    `)
    this.#listUserIds = statements
      .prepare<[number, SeatChange], number>(
        'SELECT user_id FROM pending_changes WHERE add_on_purchase_id = ? AND change = ?',
      )
      .pluck()
    this.#apply = {
      give: statements.prepare(`
        INSERT INTO seats (add_on_purchase_id, user_id, assigned_at, run_id)
        SELECT add_on_purchase_id, user_id, requested_at, run_id FROM pending_changes WHERE ${isOfSet}
        ON CONFLICT DO UPDATE SET assigned_at = excluded.assigned_at, run_id = excluded.run_id
      `),
      take: statements.prepare(`
        DELETE FROM seats
        WHERE add_on_purchase_id = :addOnPurchaseId
          AND user_id IN (SELECT user_id FROM pending_changes WHERE ${isOfSet})
      `),
    }
    this.#delete = statements.prepare(`DELETE FROM pending_changes WHERE ${isOfSet}`)
  }

  /** A change that an earlier run requested stays that run's; an earlier request for the opposite is discarded. */
  record(runId: number, requestedAt: Instant): void {
    this.#events.recordRun(runId, requestedAt)
    this.#results.mark(runId)
    this.#record.run({ runId, requestedAt })
  }

  /** Requests a seat for the next user of a run who got none; returns the user's id, or null. */
  recordNext(runId: number, requestedAt: Instant): number | null {
    const promoted = this.#results.promote(runId)
    if (promoted !== null) this.record(runId, requestedAt)
    return promoted
  }

  /** For every purchase, or for one. */
  count(addOnPurchaseId?: number): number {
    return (addOnPurchaseId === undefined ? this.#count.get() : this.#countOf.get(addOnPurchaseId)) ?? 0
  }

  listPurchases(): number[] {
    return this.#listPurchases.all()
  }

  /** Run by run, each in the order of its results. */
  list(addOnPurchaseId: number, change: SeatChange): PendingChange[] {
    return this.#list.all(addOnPurchaseId, change)
  }

  listUserIds(addOnPurchaseId: number): Record<SeatChange, number[]> {
    const list = (change: SeatChange) => this.#listUserIds.all(addOnPurchaseId, change)
    return { give: list('give'), take: list('take') }
  }

  /** Every result that waited for a change is confirmed. */
  confirm(addOnPurchaseId: number, change: SeatChange, userIds: readonly number[], at: Instant): void {
    const set: ChangeSet = { addOnPurchaseId, change, userIds: JSON.stringify(userIds) }
    this.#history.recordPushed(set, at)
    this.#apply[change].run(set)
    this.#delete.run(set)
    this.#results.settle(
      set,
      { outcome: changeOutcomes[change].done, reason: null, detail: null },
      'confirmed',
    )
  }

  /** Every result that waited for a change gets the refusal. */
  refuse(
    addOnPurchaseId: number,
    change: SeatChange,
    userIds: readonly number[],
    refusal: ChangeRefusal,
  ): void {
    const set: ChangeSet = { addOnPurchaseId, change, userIds: JSON.stringify(userIds) }
    this.#delete.run(set)
    this.#results.settle(set, refusal, 'refused')
  }
}
