import { isActive } from '../domain/add-on.ts'
import { dayOf } from '../domain/day.ts'
import { countReclaimable, mostReclaimDays } from '../domain/reclaim-counts.ts'
import { choosePurchaseToShow } from '../seats/choose-purchase.ts'
import { requireSubscription } from '../seats/require-subscription.ts'
import type { PageContext } from './page-context.ts'
import type { ReclaimableQuery } from './usage-query.ts'

/** The seats that `reclaim` would remove after 1, 2, 3 … days without use; null unless the purchase is active. */
export async function readReclaimable(
  { store, table, session }: PageContext,
  { add_on }: ReclaimableQuery,
): Promise<string> {
  const { offering } = requireSubscription(store)
  const today = dayOf(session.readClock())
  const purchase = choosePurchaseToShow(store.addOnPurchases.listKnown(), add_on, today)
  const counts = isActive(purchase, today)
    ? countReclaimable(table.readHolders(purchase.id, offering), today, mostReclaimDays)
    : null
  const document = {
    schema: 1,
    add_on: purchase.addOn,
    with_recorded_use: counts?.withRecordedUse ?? null,
    including_never_active: counts?.includingNeverActive ?? null,
  }
  return `${JSON.stringify(document)}\n`
}
