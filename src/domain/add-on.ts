import { type Day, dayOf, daysBetween, formatDay, type Instant } from './day.ts'

/** The add-ons whose seats are assigned to users, by the name used on the command line; `type` is GitLab's own name. */
export const addOns = {
  'duo-pro': { product: 'GitLab Duo Pro', type: 'CODE_SUGGESTIONS' },
  'duo-enterprise': { product: 'GitLab Duo Enterprise', type: 'DUO_ENTERPRISE' },
} as const

export type AddOn = keyof typeof addOns

export const addOnNames = Object.keys(addOns) as AddOn[]

/** The seats that were bought of one add-on. */
export interface AddOnPurchase {
  id: number
  addOn: AddOn
  /** Seats bought. */
  quantity: number
  /** First day on which the seats can be used; null where unknown. */
  startedOn: Day | null
  /** First day on which they can not be used any more: exclusive, as in GitLab. */
  expiresOn: Day | null
  trial: boolean
}

/** A purchase and how many users hold a seat of it, once all that is pending is done. */
export interface PurchaseInUse extends AddOnPurchase {
  assigned: number
  /** When a sync found that GitLab shows it no more; null while it does. */
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

/** Whether a purchase takes changes today. */
export function isActive(purchase: PurchaseInUse, today: Day): boolean {
  return purchase.goneAt === null && phaseOf(purchase, today) === 'active'
}

/** Why a purchase takes no changes today, as a sentence, or null when it does. */
export function describeInactivity(purchase: PurchaseInUse, today: Day): string | null {
  const { product } = addOns[purchase.addOn]
  // On which day it expired, or whether it was taken out of the subscription, GitLab's API does not tell.
  if (purchase.goneAt !== null) return `GitLab shows no ${product} any more, as of ${dayOf(purchase.goneAt)}.`
  const phase = phaseOf(purchase, today)
  if (phase === 'scheduled') return `${product} starts on ${formatDay(purchase.startedOn)}.`
  if (phase === 'expired') return `${product} expired on ${formatDay(purchase.expiresOn)}.`
  return null
}

const daysOfWarning = 30

/** What `list` warns of: a purchase that is not active today, or that expires within 30 days; else null. */
export function describeExpiry(purchase: PurchaseInUse, today: Day): string | null {
  const inactivity = describeInactivity(purchase, today)
  if (inactivity !== null) return `${inactivity} No seats can be given or taken.`
  const days = purchase.expiresOn === null ? Number.POSITIVE_INFINITY : daysBetween(today, purchase.expiresOn)
  if (days > daysOfWarning) return null
  return `${addOns[purchase.addOn].product} expires on ${formatDay(purchase.expiresOn)}, in ${days === 1 ? '1 day' : `${days} days`}.`
}
