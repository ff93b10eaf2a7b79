import type { HistoryList } from '../domain/history.ts'
import { findPastUser } from '../runs/find-past-user.ts'
import { requireSubscription } from '../seats/require-subscription.ts'
import type { HistoryFilter } from '../store/history.ts'
import type { Store } from '../store/store.ts'

interface ListHistoryOptions extends Omit<HistoryFilter, 'userId'> {
  user: string | null
}

/** @throws UserError when the store is empty, or the name does not match one user */
export function listHistory(store: Store, { user: name, ...filter }: ListHistoryOptions): HistoryList {
  const { takenAt } = requireSubscription(store)
  const user = name === null ? null : findPastUser(store, name)
  return {
    user,
    linked: store.links.isLinked(),
    syncedAt: takenAt,
    readEvents: () => store.history.list({ ...filter, userId: user?.userId ?? null }),
  }
}
