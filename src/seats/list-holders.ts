import type { ListedUser } from '../domain/seat-list.ts'
import type { Store } from '../store/store.ts'
import { requireSubscription } from './require-subscription.ts'

/** By username, with every pending change done. */
export function listHolders(store: Store, addOnPurchaseId: number): Iterable<ListedUser> {
  const { offering } = requireSubscription(store)
  return store.users.list({
    addOnPurchaseId,
    offering,
    holdersOnly: true,
    sort: 'username',
    reverse: false,
  })
}
