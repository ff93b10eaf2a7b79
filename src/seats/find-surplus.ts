import { type AddOn, isActive, type PurchaseInUse } from '../domain/add-on.ts'
import { dayOf, type Instant } from '../domain/day.ts'
import { judgeSurplus } from '../domain/judge-surplus.ts'
import type { ListedUser } from '../domain/seat-list.ts'
import type { Surplus } from '../domain/surplus.ts'
import type { Store } from '../store/store.ts'
import { listHolders } from './list-holders.ts'

/** By the last reading of GitLab, of the active purchases. */
export function listSurpluses(store: Store, now: Instant): Surplus[] {
  const active = store.addOnPurchases.list().filter((purchase) => isActive(purchase, dayOf(now)))
  return active.flatMap((purchase) => {
    const held = countConfirmed(store, purchase)
    return findSurplus(store, { ...purchase, held }, now) ?? []
  })
}

interface HeldPurchase {
  id: number
  addOn: AddOn
  quantity: number
  held: number
}

/** @returns null for enough seats */
export function findSurplus(
  store: Store,
  { id, addOn, quantity, held }: HeldPurchase,
  now: Instant,
): Surplus | null {
  if (held <= quantity) return null
  const stored = store.addOnPurchases.list().find((purchase) => purchase.id === id)
  const areHoldersKnown = stored !== undefined && countConfirmed(store, stored) === held
  const holders = areHoldersKnown ? listSettledHolders(store, id) : []
  const asOf = store.subscriptions.find()?.takenAt ?? now
  return judgeSurplus(holders, { addOn, quantity, held, asOf, today: dayOf(now) })
}

function countConfirmed({ pendingChanges }: Store, { id, assigned }: PurchaseInUse): number {
  return assigned - pendingChanges.countUnconfirmed(id)
}

/** Without pending changes: such a seat is not held in GitLab, or not for long. */
function listSettledHolders(store: Store, addOnPurchaseId: number): ListedUser[] {
  return [...listHolders(store, addOnPurchaseId)].filter(({ isPending }) => !isPending)
}
