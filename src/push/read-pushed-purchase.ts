import { DeniedError } from '../gitlab/http/gitlab-error.ts'
import { toAddOnPurchase } from '../gitlab/read-purchases.ts'
import type { PurchaseReading } from '../gitlab/readings.ts'
import { lockWait } from '../session.ts'
import type { PushContext } from './push-context.ts'

/** Records the counts of the purchase. @throws DeniedError when GitLab no longer shows it */
export async function readPushedPurchase({ ledger, ...context }: PushContext): Promise<PurchaseReading> {
  const { store, gitlab, readClock } = context
  const purchases = await gitlab.readPurchases()
  const purchase = purchases.find(({ id }) => id === ledger.purchase.id)
  if (purchase === undefined)
    throw new DeniedError(
      'GitLab no longer shows the add-on purchase: it expired, or the token lost its rights.',
      'Renew the subscription or replace the token, or discard the pending changes with "duo-seats unlink --discard-pending".',
    )
  await store.transact(
    () => store.addOnPurchases.record(toAddOnPurchase(purchase), readClock()),
    lockWait(context),
  )
  return purchase
}
