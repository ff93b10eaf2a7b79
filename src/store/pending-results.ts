import { changeOutcomes } from '../domain/change-outcomes.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { Result } from '../domain/result.ts'
import type { SeatChange } from '../domain/seat-change.ts'
import type { Statement, Statements } from './statements.ts'

export interface ChangeSet {
  addOnPurchaseId: number
  change: SeatChange
  /** A JSON array of ids. */
  userIds: string
}

const { give, take } = changeOutcomes

const codes = {
  giving: give.pending,
  taking: take.pending,
  givingDiscarded: give.discarded,
  takingDiscarded: take.discarded,
}

/** The results that wait for the linked GitLab. A result is pending as long as its change is. */
export class PendingResults {
  readonly #mark: Statement<[typeof codes & { runId: number }]>
  readonly #supersede: Statement<[typeof codes & { runId: number }]>
  readonly #promote: Statement<[{ runId: number; outcome: Outcome }], number>
  readonly #settle: Statement<[Record<string, unknown>]>

  constructor(statements: Statements) {
    this.#mark = statements.prepare(`
      UPDATE results
      SET pushed = 'pending',
        outcome = CASE change WHEN 'give' THEN :giving WHEN 'take' THEN :taking ELSE outcome END
      WHERE run_id = :runId AND pushed IS NULL AND (change <> 'none' OR outcome IN (:giving, :taking))
    `)
    this.#supersede = statements.prepare(`
      UPDATE results
      SET outcome = 'not_attempted', detail = iif(outcome = :giving, :givingDiscarded, :takingDiscarded),
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
    // GitLab may have refused a user for want of a seat before it refused another user for a reason of their own.
    this.#promote = statements
      .prepare<[{ runId: number; outcome: Outcome }], number>(`
        UPDATE results SET outcome = :outcome, change = 'give', pushed = NULL
        WHERE run_id = :runId AND number = (
          SELECT number
          FROM results JOIN runs ON runs.id = results.run_id
          WHERE run_id = :runId AND outcome = 'no_seats_available' AND NOT EXISTS (
            SELECT 1 FROM seats
            WHERE seats.add_on_purchase_id = runs.add_on_purchase_id AND seats.user_id = results.user_id
            UNION ALL
            SELECT 1 FROM pending_changes AS wanted
            WHERE wanted.add_on_purchase_id = runs.add_on_purchase_id AND wanted.user_id = results.user_id
          )
          ORDER BY number LIMIT 1
        )
        RETURNING user_id
      `)
      .pluck()
    // Facts from the decision stay, such as why the seat was removed. The purchase is looked up row by row: few results are
    // pending, and there may be thousands of runs.
    this.#settle = statements.prepare(`
      UPDATE results
      SET outcome = :outcome, reason = coalesce(:reason, reason), detail = coalesce(:detail, detail), pushed = :pushed,
        change = iif(:pushed = 'confirmed', change, 'none')
      WHERE pushed = 'pending' AND outcome = :pendingOutcome
        AND user_id IN (SELECT value FROM json_each(:userIds))
        AND (SELECT add_on_purchase_id FROM runs WHERE runs.id = results.run_id) = :addOnPurchaseId
    `)
  }

  /** The opposite results of earlier runs are discarded. */
  mark(runId: number): void {
    this.#mark.run({ runId, ...codes })
    this.#supersede.run({ runId, ...codes })
  }

  /** Gives a seat to the first user of a run who got none; returns the user's id, or null. */
  promote(runId: number): number | null {
    return this.#promote.get({ runId, outcome: give.done }) ?? null
  }

  settle(
    { change, ...set }: ChangeSet,
    result: Pick<Result, 'outcome' | 'reason' | 'detail'>,
    pushed: 'confirmed' | 'refused',
  ): void {
    this.#settle.run({ ...set, ...result, pushed, pendingOutcome: changeOutcomes[change].pending })
  }
}
