import type { Instant } from './day.ts'
import type { HistoryEvent } from './history.ts'
import type { RecordedRun } from './recorded-run.ts'

export interface EvidenceBounds {
  /** Null: from the beginning. */
  since: Instant | null
  /** Exclusive; null: to the end. */
  until: Instant | null
  /** The last run and the last event of the store when the file was written; 0 without one. */
  lastRun: number
  lastEvent: number
  /** Ids of earlier runs that had not ended then. */
  unfinishedRuns: readonly number[]
}

export interface EvidenceHead extends EvidenceBounds {
  url: string
  group: string | null
}

/** The runs and events of the store within the bounds of its head. */
export interface StoredEvidence {
  head: EvidenceHead
  /** Events of the time that came after the file was written. */
  laterEvents: number
  /** Whether a user has the name, or had it. */
  knowsName: (userId: number, username: string) => boolean
  /** By id; without the unfinished ones. */
  readRuns(): Iterable<RecordedRun>
  /** In order. */
  readEvents(): Iterable<HistoryEvent>
}
