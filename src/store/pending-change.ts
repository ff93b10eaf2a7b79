import type Sqlite from 'better-sqlite3'
import type { SeatInRun } from '../domain/fit-seats.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { SeatChange } from '../domain/pushed.ts'

/** A seat that was given or taken here, which the linked GitLab has not confirmed yet. */
export interface PendingSeat extends SeatInRun {
  userId: number
}

/** What becomes of the results of a change that is not to be. */
export interface Refusal {
  outcome: Outcome
  /** Why the user is not eligible, else null. */
  reason: string | null
  /** What the sentence about the outcome needs besides; see the outcome. */
  detail: string | null
}

/** Users of one purchase, as one JSON array. */
export interface UserSet {
  addOnPurchaseId: number
  userIds: string
}

/** What depends on the direction of a change. */
export interface ChangeStatements {
  list: Sqlite.Statement<[number], PendingSeat>
  find: Sqlite.Statement<[number], number>
  confirmSeats: Sqlite.Statement<[UserSet]>
  /** Of what is not to be: GitLab has the seat still, or never had it. */
  restoreSeats: Sqlite.Statement<[UserSet]>
  dropSeats: Sqlite.Statement<[UserSet]>
  settleResults: Sqlite.Statement<[UserSet & Refusal & { pushed: string }]>
  confirmed: Outcome
}

/** The SQL of one direction of change. */
interface ChangeWords {
  /** Which of the pending seats are those of the change. */
  isOfChange: string
  /** The run that made the change. */
  runId: string
  /** Outcome of a result that waits for GitLab, and of one that waits no more. */
  pending: Outcome
  confirmed: Outcome
  confirm: string
  restore: string
}

const changeWords: Record<SeatChange, ChangeWords> = {
  give: {
    isOfChange: 'removal_run_id IS NULL',
    runId: 'seats.run_id',
    pending: 'pending',
    confirmed: 'assigned',
    confirm: 'UPDATE seats SET pending = 0',
    restore: 'UPDATE seats SET pending = 0, run_id = NULL, assigned_at = NULL',
  },
  take: {
    isOfChange: 'removal_run_id IS NOT NULL',
    runId: 'seats.removal_run_id',
    pending: 'pending_removal',
    confirmed: 'unassigned',
    confirm: 'DELETE FROM seats',
    restore: 'UPDATE seats SET pending = 0, removal_run_id = NULL',
  },
}

/** The statements of one direction of change. */
export function prepareChange(database: Sqlite.Database, change: SeatChange): ChangeStatements {
  const words = changeWords[change]
  const isPending = `pending = 1 AND ${words.isOfChange}`
  const isOfSet = `
    add_on_purchase_id = :addOnPurchaseId AND user_id IN (SELECT value FROM json_each(:userIds)) AND ${isPending}
  `
  return {
    list: database.prepare(`
      SELECT seats.user_id AS userId, ${words.runId} AS runId, runs.options ->> 'on_shortage' AS onShortage
      FROM seats
      JOIN runs ON runs.id = ${words.runId}
      LEFT JOIN results
        ON results.user_id = seats.user_id AND results.run_id = ${words.runId} AND results.pushed = 'pending'
      WHERE seats.add_on_purchase_id = ? AND ${isPending}
      ORDER BY ${words.runId}, results.number, seats.user_id
    `),
    find: database
      .prepare<[number], number>(`SELECT user_id FROM seats WHERE add_on_purchase_id = ? AND ${isPending}`)
      .pluck(),
    confirmSeats: database.prepare(`${words.confirm} WHERE ${isOfSet}`),
    restoreSeats: database.prepare(`${words.restore} WHERE ${isOfSet} AND in_gitlab = 1`),
    dropSeats: database.prepare(`DELETE FROM seats WHERE ${isOfSet} AND in_gitlab = 0`),
    // The run is asked for its purchase row by row: few results are pending, and runs there may be thousands. What is known of a
    // user from the plan stays, such as why the seat was taken.
    settleResults: database.prepare(`
      UPDATE results
      SET outcome = :outcome, reason = coalesce(:reason, reason), detail = coalesce(:detail, detail), pushed = :pushed
      WHERE pushed = 'pending' AND outcome = '${words.pending}'
        AND user_id IN (SELECT value FROM json_each(:userIds))
        AND (SELECT add_on_purchase_id FROM runs WHERE runs.id = results.run_id) = :addOnPurchaseId
    `),
    confirmed: words.confirmed,
  }
}
