import type { SyncTotals } from '../domain/sync-change.ts'
import type { Store } from '../store/store.ts'

export function readTotals({ knownSeats, addOnPurchases }: Store): SyncTotals {
  const purchases = addOnPurchases.list().filter(({ goneAt }) => goneAt === null)
  return { users: knownSeats.countUsers(), purchases }
}
