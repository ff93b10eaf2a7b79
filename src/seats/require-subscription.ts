import { UserError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import type { RecordedSubscription } from '../store/subscriptions.ts'

/** @throws UserError when the store was never filled */
export function requireSubscription(store: Store): RecordedSubscription {
  const subscription = store.subscriptions.find()
  if (subscription !== null) return subscription
  throw new UserError(
    'failed',
    'The store is empty: it has no users and no seats.',
    store.links.isLinked()
      ? 'Fill it with "duo-seats sync".'
      : 'Link it with "duo-seats link URL", or fill it with "duo-seats sync --from snapshot.json".',
  )
}
