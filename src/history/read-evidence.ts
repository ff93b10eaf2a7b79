import type { Instant } from '../domain/day.ts'
import type { HistoryEvent } from '../domain/history.ts'
import type { RecordedRun } from '../domain/recorded-run.ts'
import { requireSubscription } from '../seats/require-subscription.ts'
import type { Store } from '../store/store.ts'

/** Until is exclusive. Null: no bound. */
interface Period {
  since: Instant | null
  until: Instant | null
}

export interface EvidenceBounds extends Period {
  lastRun: number
  lastEvent: number
}

export interface StoredEvidence {
  head: EvidenceBounds & { url: string; group: string | null }
  /** Events of the time behind the last one. */
  laterEvents: number
  /** Whether a user has the name, or had it. */
  knowsName: (userId: number, username: string) => boolean
  /** Finished runs by id. */
  readRuns(): Iterable<RecordedRun>
  /** In order. */
  readEvents(): Iterable<HistoryEvent>
}

/** @throws UserError when the store is empty */
export function readEvidence(store: Store, period: Period): StoredEvidence {
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
