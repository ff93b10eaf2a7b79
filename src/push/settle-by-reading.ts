import { splitByFreeSeats } from '../domain/split-by-free-seats.ts'
import { UnreachableError } from '../gitlab/http/gitlab-error.ts'
import type { PurchaseReading } from '../gitlab/readings.ts'
import type { CallInFlight } from '../store/calls-in-flight.ts'
import { AnswerWait } from './answer-wait.ts'
import type { PushContext } from './push-context.ts'
import { refuseAs } from './push-ledger.ts'
import { type HeldReading, readHeld } from './read-held.ts'
import { readPushedPurchase } from './read-pushed-purchase.ts'
import type { RoundEnd } from './seat-calls.ts'

/** In a row, before the push gives up. */
const mostUnsteadyReadings = 5

/**
 * Confirms users who hold a seat already, and refuses users without a free seat.
 *
 * @param end of the last round; before the first one `unknown` if an earlier push lost an answer
 * @returns the free seats by GitLab's count, below 0 if too many are held
 */
export async function settleByReading(end: RoundEnd, context: PushContext): Promise<number> {
  const { ledger } = context
  const first = await readPushedPurchase(context)
  const isReadBack = end !== 'answered' || isShort(first, context)
  const purchase = isReadBack ? await readBack(first, end, context) : first
  const { withoutSeat, notAttempted } = splitByFreeSeats(ledger.list('give'), countFree(purchase))
  await ledger.refuse('give', withoutSeat, refuseAs('no_seats_available'))
  await ledger.refuse('give', notAttempted, refuseAs('not_attempted'))
  return purchase.quantity - purchase.assigned
}

function countFree({ quantity, assigned }: PurchaseReading): number {
  return Math.max(0, quantity - assigned)
}

function isShort(purchase: PurchaseReading, { ledger }: PushContext): boolean {
  return ledger.list('give').length > countFree(purchase)
}

/**
 * Holders are not sent again: GitLab would notify them again. It may still work on calls without an answer. After a lost answer,
 * a holder who moved between the pages would be refused.
 *
 * @returns the purchase at the last reading
 */
async function readBack(
  first: PurchaseReading,
  end: RoundEnd,
  context: PushContext,
): Promise<PurchaseReading> {
  const { ledger } = context
  const wait = new AnswerWait(context)
  let unsteady = 0
  for (let purchase = first; ; purchase = await readPushedPurchase(context)) {
    const inFlight = ledger.listInFlight('give')
    const losing = new Set(inFlight.flatMap(({ userId, sent }) => (sent === 'take' ? userId : [])))
    const { held, isWhole } = await confirmHolders(purchase, losing, context)
    const isUnclear = ({ userId, sent }: CallInFlight) => sent === 'give' || held.has(userId)
    if (await wait.waitForMore(ledger.listInFlight('give').filter(isUnclear))) continue
    if (end === 'unknown' && !isWhole && isShort(purchase, context)) {
      await waitForSteadySeats(++unsteady, context)
      continue
    }
    await ledger.endCall(inFlight.map(({ userId }) => userId))
    if (held.size > 0) await ledger.confirm('give', [...held])
    return purchase
  }
}

/** `held`: users of `losing` who hold a seat: they are not confirmed. */
async function confirmHolders(
  purchase: PurchaseReading,
  losing: ReadonlySet<number>,
  { ledger, gitlab }: PushContext,
): Promise<HeldReading> {
  const { held, isWhole } = await readHeld(purchase, gitlab)
  const pending = ledger.list('give').map(({ userId }) => userId)
  const found = pending.filter((id) => held.has(id))
  const confirmed = found.filter((id) => !losing.has(id))
  if (confirmed.length > 0) await ledger.confirm('give', confirmed)
  return { held: new Set(found.filter((id) => losing.has(id))), isWhole }
}

/** @throws UnreachableError after too many readings */
async function waitForSteadySeats(readings: number, { gitlab }: PushContext): Promise<void> {
  const what = 'changed seats while it listed the holders'
  if (readings < mostUnsteadyReadings) return gitlab.waitAfterFailures(readings, what)
  throw new UnreachableError(
    `GitLab ${what}, ${readings} times in a row. A holder may be missing in the list.`,
    'Wait until fewer seats change.',
  )
}
