import { type AddOn, isActive } from '../domain/add-on.ts'
import { addDays, dayOf, type Instant } from '../domain/day.ts'
import { countHolderUsage, leaveOutUnknown, type UsageReport } from '../domain/seat-usage.ts'
import { divideUsage, endBought, type PeriodName } from '../domain/usage-periods.ts'
import { choosePurchaseToShow } from '../seats/choose-purchase.ts'
import { listHolders } from '../seats/list-holders.ts'
import { requireSubscription } from '../seats/require-subscription.ts'
import type { Store } from '../store/store.ts'
import type { ReadHolders } from './read-status.ts'

export interface UsageOptions {
  addOn: AddOn | null
  by: PeriodName
  /** Null: about as many periods as fit a screen. */
  since: Instant | null
}

/**
 * @param readHolders in place of reading the store
 * @throws UserError when the store is empty, or the choice between two add-ons is missing
 */
export function readUsageReport(
  store: Store,
  { addOn, by, since }: UsageOptions,
  now: Instant,
  readHolders: ReadHolders = (addOnPurchaseId) => listHolders(store, addOnPurchaseId),
): UsageReport {
  const { offering, url, group, takenAt } = requireSubscription(store)
  const today = dayOf(now)
  const purchases = store.addOnPurchases.listKnown()
  const purchase = choosePurchaseToShow(purchases, addOn, today)
  const hasActivity = store.usage.hasActivity()
  return {
    purchase,
    source: { url, group },
    today,
    now,
    linked: store.links.isLinked(),
    syncedAt: takenAt,
    hasActivity,
    needsAddOn: purchases.filter((known) => isActive(known, today)).length > 1,
    by,
    holders: leaveOutUnknown(
      countHolderUsage(readHolders(purchase.id, offering), today),
      today,
      hasActivity ? dayOf(takenAt) : null,
    ),
    periods: divideUsage(endBought(store.usage.readSeries(purchase.id), purchase.expiresOn, today), by, {
      since: since === null ? addDays(today, -usualDays[by]) : dayOf(since),
      today,
    }),
  }
}

const usualDays: Record<PeriodName, number> = { day: 30, week: 26 * 7, month: 730 }
