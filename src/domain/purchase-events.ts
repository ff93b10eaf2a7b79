import type { AddOnPurchase } from './add-on.ts'
import type { Instant } from './day.ts'
import type { HistoryEvent } from './history.ts'

export type PurchaseEvent = Pick<HistoryEvent, 'change' | 'before' | 'after'>

export interface KnownPurchase extends AddOnPurchase {
  goneAt: Instant | null
}

/** @param old null for a purchase that the store sees first */
export function listPurchaseEvents(old: KnownPurchase | null, purchase: AddOnPurchase): PurchaseEvent[] {
  const quantity = String(purchase.quantity)
  if (old === null) return [{ change: 'bought', before: null, after: quantity }]
  const events: PurchaseEvent[] = []
  if (old.addOn !== purchase.addOn)
    events.push({ change: 'replaced', before: old.addOn, after: purchase.addOn })
  if (old.quantity !== purchase.quantity)
    events.push({ change: 'quantity_changed', before: String(old.quantity), after: quantity })
  const [before, after] = [old.expiresOn, purchase.expiresOn]
  const isLater = before !== null && after !== null && after > before
  if (isLater || old.goneAt !== null) events.push({ change: 'renewed', before, after })
  // GitLab's API has no last day: it is unknown again, not another one.
  else if (before !== after && after !== null) events.push({ change: 'term_changed', before, after })
  return events
}
