import type { SyncTotals } from '../domain/sync-change.ts'
import type { Store } from '../store/store.ts'

export function readTotals({ knownSeats, addOnPurchases }: Store): SyncTotals {
  return { users: knownSeats.countUsers(), purchases: addOnPurchases.list() }
}
