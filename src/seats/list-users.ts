import type { AddOn, PurchaseInUse } from '../domain/add-on.ts'
import { addDays, dayOf, type Instant } from '../domain/day.ts'
import {
  type Idleness,
  judgeUseSince,
  type ListedUser,
  type ListReport,
  type SortKey,
} from '../domain/seat-list.ts'
import type { Offering } from '../domain/user.ts'
import { foldText, foldUser } from '../domain/user-search.ts'
import type { Store } from '../store/store.ts'
import { choosePurchaseToShow } from './choose-purchase.ts'
import { findSurplusOf } from './find-surplus.ts'
import { requireSubscription } from './require-subscription.ts'

type ListScope = 'holders' | 'free' | 'all'

export interface ListOptions {
  addOn: AddOn | null
  scope: ListScope
  search: string | null
  sort: SortKey
  reverse: boolean
  /** Seats that were idle for so long; null: all. */
  inactiveForDays: number | null
  limit: number | null
}

/** @throws UserError when the store is empty, or the choice between two add-ons is missing */
export function listUsers(store: Store, options: ListOptions, now: Instant): ListReport {
  const { offering, takenAt } = requireSubscription(store)
  const today = dayOf(now)
  const purchase = choosePurchaseToShow(store.addOnPurchases.listKnown(), options.addOn, today)
  const readWanted = () => filterUsers(readAll(store, purchase, offering, options), options)
  const { inactiveForDays, limit } = options
  const idleLimit = addDays(today, -(inactiveForDays ?? 0))
  const judge = (user: ListedUser) => judgeUseSince(user, idleLimit)
  const readShown =
    inactiveForDays === null ? readWanted : () => filter(readWanted(), (user) => judge(user) === 'idle')
  const linked = store.links.isLinked()
  const surplus = findSurplusOf(store, purchase, now)
  return {
    purchase,
    surplus,
    today,
    now,
    linked,
    syncedAt: linked ? takenAt : null,
    pending: store.pendingChanges.count(purchase.id),
    leftOut: inactiveForDays === null ? 0 : countUnknown(readWanted(), judge),
    limit,
    countAll: () => count(readShown()),
    readUsers: () => takeFirst(readShown(), limit),
  }
}

function readAll(
  store: Store,
  purchase: PurchaseInUse,
  offering: Offering,
  { scope, sort, reverse }: ListOptions,
): Iterable<ListedUser> {
  const holdersOnly = scope === 'holders'
  return store.users.list({ addOnPurchaseId: purchase.id, offering, holdersOnly, sort, reverse })
}

function filterUsers(users: Iterable<ListedUser>, { scope, search }: ListOptions): Iterable<ListedUser> {
  const wanted = search === null ? null : foldText(search)
  return filter(users, (user) => {
    if (scope === 'free' && (user.holdsSeat || user.reason !== null)) return false
    return wanted === null || foldUser(user).includes(wanted)
  })
}

function count(items: Iterable<unknown>): number {
  let number = 0
  for (const _ of items) number += 1
  return number
}

function countUnknown(users: Iterable<ListedUser>, judge: (user: ListedUser) => Idleness): number {
  let unknown = 0
  for (const user of users) if (judge(user) === 'unknown_activity') unknown += 1
  return unknown
}

function* filter<T>(items: Iterable<T>, isWanted: (item: T) => boolean): Iterable<T> {
  for (const item of items) if (isWanted(item)) yield item
}

function* takeFirst<T>(items: Iterable<T>, limit: number | null): Iterable<T> {
  let left = limit ?? Number.POSITIVE_INFINITY
  if (left === 0) return
  for (const item of items) {
    yield item
    left -= 1
    if (left === 0) return
  }
}
