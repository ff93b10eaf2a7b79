import { type AddOn, isActive, type PurchaseInUse } from '../domain/add-on.ts'
import { dayOf, type Instant } from '../domain/day.ts'
import { judgeSurplus } from '../domain/judge-surplus.ts'
import type { ListedUser } from '../domain/seat-list.ts'
import type { Surplus } from '../domain/surplus.ts'
import type { Store } from '../store/store.ts'
import { listHolders } from './list-holders.ts'

/** By the last reading of GitLab, of the active purchases. */
export function listSurpluses(store: Store, now: Instant): Surplus[] {
  return store.addOnPurchases.list().flatMap((purchase) => findSurplusOf(store, purchase, now) ?? [])
}

/** By the last reading of GitLab. @returns null for enough seats, and for a purchase that is not active */
export function findSurplusOf(store: Store, purchase: PurchaseInUse, now: Instant): Surplus | null {
  if (!isActive(purchase, dayOf(now))) return null
  return findSurplus(store, { ...purchase, held: purchase.confirmed, areHoldersKnown: true }, now)
}

/** By a new reading of GitLab, which the store does not have. @returns null for enough seats */
export function findNewSurplus(
  store: Store,
  { id, addOn, quantity, assigned: held }: Pick<PurchaseInUse, 'id' | 'addOn' | 'quantity' | 'assigned'>,
  now: Instant,
): Surplus | null {
  const stored = store.addOnPurchases.list().find((purchase) => purchase.id === id)
  return findSurplus(store, { id, addOn, quantity, held, areHoldersKnown: stored?.confirmed === held }, now)
}

interface HeldPurchase {
  id: number
  addOn: AddOn
  quantity: number
  held: number
  /** The store has as many holders. */
  areHoldersKnown: boolean
}

function findSurplus(
  store: Store,
  { id, addOn, quantity, held, areHoldersKnown }: HeldPurchase,
  now: Instant,
): Surplus | null {
  if (held <= quantity) return null
  const holders = areHoldersKnown ? listSettledHolders(store, id) : []
  const asOf = store.subscriptions.find()?.takenAt ?? now
  return judgeSurplus(holders, { addOn, quantity, held, asOf, today: dayOf(now) })
}

/** Without pending changes: such a seat is not held in GitLab, or not for long. */
function listSettledHolders(store: Store, addOnPurchaseId: number): ListedUser[] {
  return [...listHolders(store, addOnPurchaseId)].filter(({ isPending }) => !isPending)
}
