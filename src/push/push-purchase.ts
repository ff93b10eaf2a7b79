import type { PushContext } from './push-context.ts'
import { PushRounds } from './push-rounds.ts'
import { confirmRemoved, settleByReading, waitForGivenSeats } from './read-back.ts'
import { readPushedPurchase } from './read-pushed-purchase.ts'
import type { RoundEnd } from './seat-calls.ts'

/** `fresh`: nothing was sent, and each user has a free seat. */
type Start = 'fresh' | 'unknown'

/**
 * Removes seats first, so they are free.
 *
 * @returns the free seats by GitLab's last count, below 0 if too many are held; null if it was not asked
 */
export async function pushPurchase(start: Start, context: PushContext): Promise<number | null> {
  context.ledger.reportProgress()
  await removeSeats(context)
  return giveSeats(start, context)
}

/** Removals are idempotent, so they are sent again before they are read back. */
async function removeSeats(context: PushContext): Promise<void> {
  const rounds = new PushRounds('take', context)
  do {
    await waitForGivenSeats(context)
    if (rounds.end === 'unknown') await readAfterLostAnswer(rounds, context)
  } while (await rounds.send())
}

/** A query is retried until GitLab is back, a mutation is not. */
async function readAfterLostAnswer({ fruitless }: PushRounds, context: PushContext): Promise<void> {
  const purchase = await readPushedPurchase(context)
  if (fruitless > 1) await confirmRemoved(purchase, context)
}

async function giveSeats(start: Start, context: PushContext): Promise<number | null> {
  const { ledger } = context
  const rounds = new PushRounds('give', context)
  let counted: { free: number; confirmed: number } | null = null
  do {
    const end = rounds.end ?? judgeStart(start, context)
    if (end !== 'fresh' && ledger.list('give').length > 0)
      counted = { free: await settleByReading(end, context), confirmed: ledger.confirmed }
  } while (await rounds.send())
  return counted && counted.free - (ledger.confirmed - counted.confirmed)
}

function judgeStart(start: Start, { ledger }: PushContext): 'fresh' | RoundEnd {
  if (ledger.listInFlight('give').length > 0) return 'unknown'
  // A refused removal leaves a seat missing.
  return start === 'fresh' && ledger.refused.length > 0 ? 'answered' : start
}
