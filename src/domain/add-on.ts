import { countWords, formatCount } from './count-words.ts'
import { type Day, dayOf, daysBetween, formatDay, type Instant } from './day.ts'

/** The add-ons whose seats are assigned to users, by the name used on the command line; `type` is GitLab's own name. */
export const addOns = {
  'duo-pro': { product: 'GitLab Duo Pro', type: 'CODE_SUGGESTIONS' },
  'duo-enterprise': { product: 'GitLab Duo Enterprise', type: 'DUO_ENTERPRISE' },
} as const

export type AddOn = keyof typeof addOns

export const addOnNames = Object.keys(addOns) as AddOn[]

export interface AddOnPurchase {
  id: number
  addOn: AddOn
  quantity: number
  /** First day; null if unknown. */
  startedOn: Day | null
  /** Exclusive, as in GitLab; null if unknown. */
  expiresOn: Day | null
  trial: boolean
}

export interface PurchaseInUse extends AddOnPurchase {
  /** With every pending change done. */
  assigned: number
  /** Without pending changes. */
  confirmed: number
  /** The sync that no longer found it in GitLab; else null. */
  goneAt: Instant | null
}

/** Below 0 after the quantity shrank. */
export function countFreeSeats(purchase: PurchaseInUse): number {
  return purchase.quantity - purchase.assigned
}

/** `3`, or `0 (2 too many held)`. */
export function describeFree(free: number): string {
  return `${formatCount(Math.max(0, free))}${describeExcess(free)}`
}

/** Behind a number of free seats: ` (2 too many held)`, or empty. */
export function describeExcess(free: number): string {
  return free < 0 ? ` (${formatCount(-free)} too many held)` : ''
}

/** `3 free`, or `2 too many`. */
export function describeFreeSeats(purchase: PurchaseInUse): string {
  const free = countFreeSeats(purchase)
  return free < 0 ? `${formatCount(-free)} too many` : `${formatCount(free)} free`
}

/** `GitLab Duo Pro: 3 of 6 seats held`. */
export function describeSeatsHeld({ addOn, quantity, assigned }: SeatCounts): string {
  return `${addOns[addOn].product}: ${formatCount(assigned)} of ${countWords(quantity, 'seat')} held`
}

export type SeatCounts = Pick<PurchaseInUse, 'addOn' | 'quantity' | 'assigned'>

type PurchasePhase = 'scheduled' | 'active' | 'expired'

/** GitLab's rule: active while `started_on <= today < expires_on`, in days, UTC. */
export function phaseOf(purchase: AddOnPurchase, today: Day): PurchasePhase {
  if (purchase.startedOn !== null && today < purchase.startedOn) return 'scheduled'
  if (purchase.expiresOn !== null && today >= purchase.expiresOn) return 'expired'
  return 'active'
}

export function isActive(purchase: PurchaseInUse, today: Day): boolean {
  return purchase.goneAt === null && phaseOf(purchase, today) === 'active'
}

/** @returns a sentence; null for an active purchase */
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

export function describeExpiry(purchase: PurchaseInUse, today: Day): string | null {
  const inactivity = describeInactivity(purchase, today)
  if (inactivity !== null) return `${inactivity} Its seats cannot be changed.`
  const days = purchase.expiresOn === null ? Number.POSITIVE_INFINITY : daysBetween(today, purchase.expiresOn)
  if (days > daysOfWarning) return null
  return `${addOns[purchase.addOn].product} expires on ${formatDay(purchase.expiresOn)}, in ${countWords(days, 'day')}.`
}
