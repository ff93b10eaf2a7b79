import {
  type AddOn,
  addOns,
  describeFreeSeats,
  describeInactivity,
  isActive,
  type PurchaseInUse,
  phaseOf,
} from '../domain/add-on.ts'
import { countWords, formatCount } from '../domain/count-words.ts'
import type { Day } from '../domain/day.ts'
import { NoPurchaseError, UserError } from '../errors.ts'

/** @throws UserError without an active purchase today, or when two are active and `addOn` is null */
export function chooseActivePurchase(
  purchases: readonly PurchaseInUse[],
  addOn: AddOn | null,
  today: Day,
): PurchaseInUse {
  const wanted = filterWanted(purchases, addOn)
  const active = filterActive(wanted, today)
  if (active.length === 0) throw createInactiveError(wanted, today)
  return requireOne(active)
}

/** An active one if possible. */
export function choosePurchaseToShow(
  purchases: readonly PurchaseInUse[],
  addOn: AddOn | null,
  today: Day,
): PurchaseInUse {
  const wanted = filterWanted(purchases, addOn)
  const active = filterActive(wanted, today)
  return requireOne(active.length > 0 ? active : wanted)
}

function filterActive(purchases: readonly PurchaseInUse[], today: Day): PurchaseInUse[] {
  return purchases.filter((purchase) => isActive(purchase, today))
}

function filterWanted(purchases: readonly PurchaseInUse[], addOn: AddOn | null): PurchaseInUse[] {
  const wanted = purchases.filter((purchase) => addOn === null || purchase.addOn === addOn)
  if (wanted.length > 0) return wanted
  const what = addOn === null ? 'GitLab Duo Pro or GitLab Duo Enterprise' : addOns[addOn].product
  throw new NoPurchaseError(
    purchases.length === 0 ? 'failed' : 'usage',
    `The store has no purchase of ${what}.`,
    purchases.length === 0
      ? 'Buy seats, then bring a newer snapshot with "duo-seats sync --from snapshot.json".'
      : `Choose one that was bought: ${purchases.map(describeChoice).join(', ')}.`,
  )
}

function requireOne(purchases: readonly PurchaseInUse[]): PurchaseInUse {
  const [only, ...others] = purchases
  if (only !== undefined && others.length === 0) return only
  throw new UserError(
    'usage',
    'More than one add-on has seats.',
    `Choose one: ${purchases.map(describeChoice).join(', ')}.`,
  )
}

function describeChoice(purchase: PurchaseInUse): string {
  const { addOn, assigned, quantity } = purchase
  return `--add-on ${addOn} (${formatCount(assigned)} of ${countWords(quantity, 'seat')} held, ${describeFreeSeats(purchase)})`
}

function createInactiveError(purchases: readonly PurchaseInUse[], today: Day): NoPurchaseError {
  const reasons = purchases.map((purchase) => describeInactivity(purchase, today))
  const isComing = purchases.some((purchase) => phaseOf(purchase, today) === 'scheduled')
  return new NoPurchaseError(
    'failed',
    `${reasons.join(' ')} ${reasons.length === 1 ? 'Its' : 'Their'} seats cannot be changed.`,
    isComing ? 'Wait for that day.' : adviseRenewal(purchases),
  )
}

/** A sync finds a renewed purchase that GitLab had no longer shown. */
function adviseRenewal(purchases: readonly PurchaseInUse[]): string {
  return purchases.some(({ goneAt }) => goneAt !== null)
    ? 'Renew the subscription, then run "duo-seats sync".'
    : 'Renew the subscription, then bring a newer snapshot with "duo-seats sync --from snapshot.json".'
}
