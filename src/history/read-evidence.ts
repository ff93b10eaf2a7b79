import type { EvidenceBounds, StoredEvidence } from '../domain/evidence.ts'
import { requireSubscription } from '../seats/require-subscription.ts'
import type { Store } from '../store/store.ts'

/** @throws UserError when the store is empty */
export function readEvidence(store: Store, period: Pick<EvidenceBounds, 'since' | 'until'>): StoredEvidence {
  return readBounded(store, {
    ...period,
    lastRun: store.runs.findLast(),
    lastEvent: store.history.findLast(),
  })
}

/** The runs and events that the store had when a file with these bounds was written. */
export function readBounded(store: Store, bounds: EvidenceBounds): StoredEvidence {
  const { url, group } = requireSubscription(store)
  return {
    head: { ...bounds, url, group },
    laterEvents: store.history.countAfter(bounds.lastEvent, bounds),
    knowsName: (userId, username) => store.history.knowsName(userId, username),
    readRuns: () => store.runs.listUpTo(bounds.lastRun, bounds),
    readEvents: () => store.history.listUpTo(bounds.lastEvent, bounds),
  }
}
