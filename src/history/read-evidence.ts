import type { EvidenceBounds, StoredEvidence } from '../domain/evidence.ts'
import type { RecordedRun } from '../domain/recorded-run.ts'
import { requireSubscription } from '../seats/require-subscription.ts'
import type { Store } from '../store/store.ts'

/** @throws UserError when the store is empty */
export function readEvidence(store: Store, period: Pick<EvidenceBounds, 'since' | 'until'>): StoredEvidence {
  const lastRun = store.runs.findLast()
  return readBounded(store, {
    ...period,
    lastRun,
    lastEvent: store.history.findLast(),
    unfinishedRuns: store.runs.listUnfinishedIds(lastRun),
  })
}

/** The runs and events that the store had when a file with these bounds was written. */
export function readBounded(store: Store, bounds: EvidenceBounds): StoredEvidence {
  const { url, group } = requireSubscription(store)
  return {
    head: { ...bounds, url, group },
    laterEvents: store.history.countAfter(bounds.lastEvent, bounds),
    knowsName: (userId, username) => store.history.knowsName(userId, username),
    readRuns: () => readRuns(store, bounds),
    readEvents: () => store.history.listUpTo(bounds.lastEvent, bounds),
  }
}

/** A run that was unfinished may have ended since. */
function* readRuns({ runs }: Store, bounds: EvidenceBounds): Iterable<RecordedRun> {
  const unfinished = new Set(bounds.unfinishedRuns)
  for (const run of runs.listUpTo(bounds.lastRun, bounds)) if (!unfinished.has(run.id)) yield run
}
