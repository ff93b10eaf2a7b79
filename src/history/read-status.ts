import type { PurchaseInUse } from '../domain/add-on.ts'
import { dayOf, type Instant } from '../domain/day.ts'
import type { ListedUser } from '../domain/seat-list.ts'
import { countUsageAndIdle } from '../domain/seat-usage.ts'
import type { AddOnStatus, StoreStatus } from '../domain/store-status.ts'
import type { Offering } from '../domain/user.ts'
import { findSurplusOf } from '../seats/find-surplus.ts'
import { listHolders } from '../seats/list-holders.ts'
import { requireSubscription } from '../seats/require-subscription.ts'
import type { Store } from '../store/store.ts'

export interface StatusTime {
  inactiveForDays: number
  now: Instant
}

export type ReadHolders = (addOnPurchaseId: number, offering: Offering) => Iterable<ListedUser>

/** @throws UserError when the store is empty */
export function readStatus(
  store: Store,
  { inactiveForDays, now }: StatusTime,
  readHolders: ReadHolders = (addOnPurchaseId) => listHolders(store, addOnPurchaseId),
): StoreStatus {
  const subscription = requireSubscription(store)
  const purchases = store.addOnPurchases.listKnown()
  return {
    subscription,
    linked: store.links.isLinked(),
    syncedAt: subscription.takenAt,
    now,
    inactiveForDays,
    addOns: purchases.map((purchase) =>
      readAddOn(store, purchase, readHolders(purchase.id, subscription.offering), { inactiveForDays, now }),
    ),
  }
}

function readAddOn(
  store: Store,
  purchase: PurchaseInUse,
  holders: Iterable<ListedUser>,
  { inactiveForDays, now }: StatusTime,
): AddOnStatus {
  const { usage, idle } = countUsageAndIdle(holders, dayOf(now), inactiveForDays)
  return {
    purchase,
    pending: store.pendingChanges.count(purchase.id),
    surplus: findSurplusOf(store, purchase, now),
    holders: usage,
    idle: store.usage.hasActivity() ? idle : null,
  }
}
