import type { AddOn } from '../domain/add-on.ts'
import { addDays, dayOf, type Instant } from '../domain/day.ts'
import { countHolderUsage, type UsageReport } from '../domain/seat-usage.ts'
import { divideUsage, type PeriodName } from '../domain/usage-periods.ts'
import { choosePurchaseToShow } from '../seats/choose-purchase.ts'
import { requireSubscription } from '../seats/require-subscription.ts'
import type { Store } from '../store/store.ts'

export interface UsageOptions {
  addOn: AddOn | null
  by: PeriodName
  /** Null: about as many periods as fit a screen. */
  since: Instant | null
}

/** @throws UserError when the store is empty, or the choice between two add-ons is missing */
export function reportUsage(store: Store, { addOn, by, since }: UsageOptions, now: Instant): UsageReport {
  const { offering, takenAt } = requireSubscription(store)
  const today = dayOf(now)
  const purchase = choosePurchaseToShow(store.addOnPurchases.listKnown(), addOn, today)
  const holders = {
    addOnPurchaseId: purchase.id,
    offering,
    holdersOnly: true,
    sort: 'username',
    reverse: false,
  } as const
  return {
    purchase,
    today,
    linked: store.links.find() !== null,
    syncedAt: takenAt,
    by,
    holders: countHolderUsage(store.users.list(holders), today),
    periods: divideUsage(store.usage.readSeries(purchase.id), by, {
      since: since === null ? addDays(today, -usualDays[by]) : dayOf(since),
      today,
    }),
  }
}

const usualDays: Record<PeriodName, number> = { day: 30, week: 26 * 7, month: 730 }
