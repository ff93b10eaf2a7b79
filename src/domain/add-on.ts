import { type Day, dayOf, daysBetween, formatDay, type Instant } from './day.ts'

/** The add-ons whose seats are assigned to users, by the name used on the command line. */
export const addOns = {
  'duo-pro': { product: 'GitLab Duo Pro' },
  'duo-enterprise': { product: 'GitLab Duo Enterprise' },
} as const

export type AddOn = keyof typeof addOns

export const addOnNames = Object.keys(addOns) as AddOn[]

/** The seats bought of one add-on. */
export interface AddOnPurchase {
  id: number
  addOn: AddOn
  /** Seats bought. */
  quantity: number
  /** First day on which the seats can be used; null where unknown. */
  startedOn: Day | null
  /** First day on which the seats can no longer be used: exclusive, as in GitLab; null where unknown. */
  expiresOn: Day | null
  trial: boolean
}

/** A purchase with the number of seats held once every pending change is done. */
export interface PurchaseInUse extends AddOnPurchase {
  assigned: number
  /** When a sync found that GitLab no longer shows the purchase; null while it does. */
  goneAt: Instant | null
}

/** Free seats; below zero after the quantity shrank under the number of holders. */
export function countFreeSeats(purchase: PurchaseInUse): number {
  return purchase.quantity - purchase.assigned
}

export type PurchasePhase = 'scheduled' | 'active' | 'expired'

/** GitLab's rule: active while `started_on <= today < expires_on`, in days, UTC. */
export function phaseOf(purchase: AddOnPurchase, today: Day): PurchasePhase {
  if (purchase.startedOn !== null && today < purchase.startedOn) return 'scheduled'
  if (purchase.expiresOn !== null && today >= purchase.expiresOn) return 'expired'
  return 'active'
}

/** Whether seats of a purchase can change today. */
export function isActive(purchase: PurchaseInUse, today: Day): boolean {
  return purchase.goneAt === null && phaseOf(purchase, today) === 'active'
}

/** Why seats of a purchase cannot change today, as a sentence; null where they can. */
export function describeInactivity(purchase: PurchaseInUse, today: Day): string | null {
  const { product } = addOns[purchase.addOn]
  // GitLab's API shows neither the day of expiry nor whether the product left the subscription.
  if (purchase.goneAt !== null) return `GitLab no longer shows ${product}, as of ${dayOf(purchase.goneAt)}.`
  const phase = phaseOf(purchase, today)
  if (phase === 'scheduled') return `${product} starts on ${formatDay(purchase.startedOn)}.`
  if (phase === 'expired') return `${product} expired on ${formatDay(purchase.expiresOn)}.`
  return null
}

const daysOfWarning = 30

/** A warning about a purchase that is not active today or expires within 30 days; else null. */
export function describeExpiry(purchase: PurchaseInUse, today: Day): string | null {
  const inactivity = describeInactivity(purchase, today)
  if (inactivity !== null) return `${inactivity} Its seats cannot be changed.`
  const days = purchase.expiresOn === null ? Number.POSITIVE_INFINITY : daysBetween(today, purchase.expiresOn)
  if (days > daysOfWarning) return null
  return `${addOns[purchase.addOn].product} expires on ${formatDay(purchase.expiresOn)}, in ${days === 1 ? '1 day' : `${days} days`}.`
}
