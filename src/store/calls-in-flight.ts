import type { Instant } from '../domain/day.ts'
import type { SeatChange } from '../domain/seat-change.ts'
import type { Statement, Statements } from './statements.ts'

/** A pending change about whose user GitLab was called, without an answer. */
export interface CallInFlight {
  userId: number
  /** Another than the pending change if a later run wants the opposite. */
  sent: SeatChange
  sentAt: Instant
}

interface SentSet {
  addOnPurchaseId: number
  /** A JSON array of ids. */
  userIds: string
}

/** Calls that GitLab may still work on. The answer to a pending change ends its call as well. */
export class CallsInFlight {
  readonly #begin: Statement<[SentSet & { sent: SeatChange; sentAt: Instant }]>
  readonly #end: Statement<[SentSet]>
  readonly #list: Statement<[number, SeatChange], CallInFlight>

  constructor(statements: Statements) {
    const isOfSet =
      'add_on_purchase_id = :addOnPurchaseId AND user_id IN (SELECT value FROM json_each(:userIds))'
    this.#begin = statements.prepare(`
      UPDATE pending_changes SET sent_change = :sent, sent_at = :sentAt WHERE ${isOfSet}
    `)
    this.#end = statements.prepare(`
      UPDATE pending_changes SET sent_change = NULL, sent_at = NULL WHERE ${isOfSet}
    `)
    this.#list = statements.prepare(`
      SELECT user_id AS userId, sent_change AS sent, sent_at AS sentAt
      FROM pending_changes
      WHERE add_on_purchase_id = ? AND change = ? AND sent_at IS NOT NULL
    `)
  }

  /** Before the call. */
  begin(addOnPurchaseId: number, sent: SeatChange, userIds: readonly number[], sentAt: Instant): void {
    this.#begin.run({ addOnPurchaseId, userIds: JSON.stringify(userIds), sent, sentAt })
  }

  /** After an answer that settled no change, and once GitLab must be done. */
  end(addOnPurchaseId: number, userIds: readonly number[]): void {
    this.#end.run({ addOnPurchaseId, userIds: JSON.stringify(userIds) })
  }

  /** @param change the pending one */
  list(addOnPurchaseId: number, change: SeatChange): CallInFlight[] {
    return this.#list.all(addOnPurchaseId, change)
  }
}
