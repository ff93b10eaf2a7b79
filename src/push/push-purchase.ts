import { confirmRemovals, waitForGivenSeats } from './confirm-removals.ts'
import type { PushContext } from './push-context.ts'
import { PushRounds, type Round } from './push-rounds.ts'
import { readPushedPurchase } from './read-pushed-purchase.ts'
import type { RoundEnd } from './seat-calls.ts'
import { settleByReading } from './settle-by-reading.ts'

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
  let round: Round | null = null
  do {
    await waitForGivenSeats(context)
    if (round?.end === 'unknown') await readAfterLostAnswer(round, context)
    round = await rounds.send()
  } while (round !== null)
}

/** A query is retried until GitLab is back, a mutation is not. */
async function readAfterLostAnswer({ fruitless }: Round, context: PushContext): Promise<void> {
  const purchase = await readPushedPurchase(context)
  if (fruitless > 1) await confirmRemovals(purchase, context)
}

async function giveSeats(start: Start, context: PushContext): Promise<number | null> {
  const { ledger } = context
  const rounds = new PushRounds('give', context)
  let counted: { free: number; confirmed: number } | null = null
  let end: Start | RoundEnd | null = judgeStart(start, context)
  while (end !== null) {
    if (end !== 'fresh' && ledger.list('give').length > 0)
      counted = { free: await settleByReading(end, context), confirmed: ledger.confirmed }
    end = (await rounds.send())?.end ?? null
  }
  return counted && counted.free - (ledger.confirmed - counted.confirmed)
}

function judgeStart(start: Start, { ledger }: PushContext): 'fresh' | RoundEnd {
  if (ledger.listInFlight('give').length > 0) return 'unknown'
  // A refused removal leaves a seat missing.
  return start === 'fresh' && ledger.refused.length > 0 ? 'answered' : start
}
