import type { PurchaseInUse } from '../domain/add-on.ts'
import { addDays, type Day, dayOf, type Instant } from '../domain/day.ts'
import { judgeUseSince, type ListedUser } from '../domain/seat-list.ts'
import { countHolderUsage } from '../domain/seat-usage.ts'
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

/** Called more than once. */
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
      readAddOn(store, purchase, { inactiveForDays, now }, () =>
        readHolders(purchase.id, subscription.offering),
      ),
    ),
  }
}

function readAddOn(
  store: Store,
  purchase: PurchaseInUse,
  { inactiveForDays, now }: StatusTime,
  readHolders: () => Iterable<ListedUser>,
): AddOnStatus {
  const today = dayOf(now)
  return {
    purchase,
    pending: store.pendingChanges.count(purchase.id),
    surplus: findSurplusOf(store, purchase, now),
    holders: countHolderUsage(readHolders(), today),
    idle: store.usage.hasActivity() ? countIdle(readHolders(), today, inactiveForDays) : null,
  }
}

function countIdle(holders: Iterable<ListedUser>, today: Day, days: number): number {
  const limit = addDays(today, -days)
  let idle = 0
  for (const holder of holders)
    if (holder.reason === null && judgeUseSince(holder, limit) === 'idle') idle += 1
  return idle
}
