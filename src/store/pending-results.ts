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

const pendingOutcomes = {
  give: 'pending',
  take: 'pending_removal',
} as const satisfies Record<SeatChange, Outcome>

/** The results that wait for the linked GitLab. A result is pending as long as its change is. */
export class PendingResults {
  readonly #mark: Statement<[number]>
  readonly #supersede: Statement<[{ runId: number }]>
  readonly #promote: Statement<[{ runId: number }], number>
  readonly #settle: Statement<[Record<string, unknown>]>

  constructor(statements: Statements) {
    this.#mark = statements.prepare(`
      UPDATE results
      SET pushed = 'pending',
        outcome = CASE change WHEN 'give' THEN 'pending' WHEN 'take' THEN 'pending_removal' ELSE outcome END
      WHERE run_id = ? AND pushed IS NULL AND (change <> 'none' OR outcome IN ('pending', 'pending_removal'))
    `)
    this.#supersede = statements.prepare(`
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
    // GitLab may have refused a user for want of a seat before it refused another user for a reason of their own.
    this.#promote = statements
      .prepare<[{ runId: number }], number>(`
        UPDATE results SET outcome = 'assigned', change = 'give', pushed = NULL
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
    this.#mark.run(runId)
    this.#supersede.run({ runId })
  }

  /** Gives a seat to the first user of a run who got none; returns the user's id, or null. */
  promote(runId: number): number | null {
    return this.#promote.get({ runId }) ?? null
  }

  settle(
    { change, ...set }: ChangeSet,
    result: Pick<Result, 'outcome' | 'reason' | 'detail'>,
    pushed: 'confirmed' | 'refused',
  ): void {
    this.#settle.run({ ...set, ...result, pushed, pendingOutcome: pendingOutcomes[change] })
  }
}
