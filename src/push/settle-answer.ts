import type { SeatChange } from '../domain/seat-change.ts'
import type { SeatAnswer } from '../gitlab/change-seats.ts'
import type { PendingChange } from '../store/pending-changes.ts'
import { explainIneligibility } from './explain-ineligibility.ts'
import { findGone } from './find-gone.ts'
import type { LateConfirmations } from './late-confirmations.ts'
import type { CallEnd } from './narrow-down.ts'
import type { PushContext } from './push-context.ts'
import { refuseAs } from './push-ledger.ts'
import { readPushedPurchase } from './read-pushed-purchase.ts'

interface SettleContext extends PushContext {
  change: SeatChange
  confirmations: LateConfirmations
}

/** `not_shown`: the only user of the call exists, so the purchase is over or the token has no right. */
export interface SettledCall {
  end: CallEnd | 'not_shown'
  /** GitLab's answer as a predicate; null unless it settled nothing. */
  unsettled: string | null
}

const done: SettledCall = { end: 'done', unsettled: null }
const refused: SettledCall = { end: 'refused', unsettled: null }

/** Writes to the store what GitLab answered about the users of one call. */
export async function settleAnswer(
  answer: SeatAnswer,
  batch: readonly PendingChange[],
  context: SettleContext,
): Promise<SettledCall> {
  if (answer.kind === 'refused') return settleRefusal(answer, batch, context)
  if (answer.kind === 'not_shown') return settleNotShown(batch, context)
  if (answer.kind === 'too_many') return { end: 'too_many', unsettled: quoteAnswer(answer.message) }
  context.confirmations.begin(batch)
  return done
}

async function settleRefusal(
  { code, refusal }: Extract<SeatAnswer, { kind: 'refused' }>,
  batch: readonly PendingChange[],
  { change, ledger, gitlab }: SettleContext,
): Promise<SettledCall> {
  if (refusal.kind === 'shortage') return { end: 'too_few_seats', unsettled: quoteAnswer(code) }
  if (refusal.kind === 'add_on') await ledger.refuse(change, batch, refuseAs(refusal.outcome))
  else if (batch.length > 1) return { end: 'some_refused', unsettled: null }
  else if (refusal.kind === 'ineligible')
    await ledger.refuseUsers(change, batch, await explainIneligibility(batch, gitlab))
  else await ledger.refuseUsers(change, batch, refuseAs('refused_by_gitlab', code))
  return refused
}

/**
 * GitLab has one answer for an expired purchase, for a token without the right, and for a user who is gone. Some versions have calls
 * for several users behind a feature flag, such as 17.2 on Self-Managed. They reject such calls like a token without the right. A
 * single call shows the right.
 */
async function settleNotShown(batch: readonly PendingChange[], context: SettleContext): Promise<SettledCall> {
  const purchase = await readPushedPurchase(context)
  if (batch.length > 1) return { end: 'not_in_bulk', unsettled: null }
  const gone = await findGone(context.change, batch, purchase, context.gitlab)
  if (gone.length === 0) return { end: 'not_shown', unsettled: null }
  await settleGone(gone, context)
  return refused
}

/** A user who is gone holds no seat, so a removal is done. */
async function settleGone(gone: readonly PendingChange[], context: SettleContext): Promise<void> {
  const { change, ledger, confirmations } = context
  if (change === 'take') confirmations.begin(gone)
  else
    await ledger.refuseUsers('give', gone, {
      outcome: 'invalid_user_membership',
      reason: 'gone',
      detail: null,
    })
}

function quoteAnswer(text: string): string {
  return `answered with "${text}"`
}
