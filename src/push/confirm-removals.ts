import type { PurchaseReading } from '../gitlab/readings.ts'
import { AnswerWait } from './answer-wait.ts'
import type { PushContext } from './push-context.ts'
import { readHeld } from './read-held.ts'
import { readPushedPurchase } from './read-pushed-purchase.ts'

/** A seat that a call without an answer may still give cannot be removed yet. */
export async function waitForGivenSeats(context: PushContext): Promise<void> {
  const { ledger, gitlab } = context
  const wait = new AnswerWait(context)
  for (;;) {
    const given = ledger.listInFlight('take').filter(({ sent }) => sent === 'give')
    if (given.length === 0) return
    const { held } = await readHeld(await readPushedPurchase(context), gitlab)
    if (await wait.waitForMore(given.filter(({ userId }) => !held.has(userId)))) continue
    await ledger.endCall(given.map(({ userId }) => userId))
  }
}

/** GitLab may answer each removal with an error although it is done. Lists before 17.5 hide holders who are not eligible. */
export async function confirmRemovals(
  purchase: PurchaseReading,
  { ledger, gitlab }: PushContext,
): Promise<void> {
  if (!gitlab.capabilities.filtersBySeat) return
  const { held, isWhole } = await readHeld(purchase, gitlab)
  if (!isWhole) return
  const removed = ledger.list('take').flatMap(({ userId }) => (held.has(userId) ? [] : userId))
  if (removed.length > 0) await ledger.confirm('take', removed)
}
