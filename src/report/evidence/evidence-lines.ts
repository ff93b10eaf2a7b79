import { createHash } from 'node:crypto'
import type { Instant } from '../../domain/day.ts'
import type { EvidenceHead, StoredEvidence } from '../../domain/evidence.ts'
import type { HistoryEvent } from '../../domain/history.ts'
import type { RecordedRun } from '../../domain/recorded-run.ts'
import type { RowValue } from '../report-document.ts'
import { toHistoryRow } from '../reports/history-row.ts'
import { toRunFactRow } from '../reports/recorded-run-row.ts'

export interface Evidence extends Pick<StoredEvidence, 'head' | 'readRuns' | 'readEvents'> {
  createdAt: Instant
}

export type EvidenceLine = Readonly<Record<string, RowValue>>

/** One line a run and event, between a line about the period and a line with their numbers. */
export function* listEvidence({ head, createdAt, readRuns, readEvents }: Evidence): Iterable<EvidenceLine> {
  let [runs, events] = [0, 0]
  yield makeHeadLine(head, createdAt)
  for (const run of readRuns()) {
    runs += 1
    yield toRunLine(run)
  }
  for (const event of readEvents()) {
    events += 1
    yield toEventLine(event)
  }
  yield { type: 'end', runs, events }
}

export function makeHeadLine(head: EvidenceHead, createdAt: Instant): EvidenceLine {
  return {
    type: 'evidence',
    version: 1,
    url: head.url,
    group: head.group,
    since: head.since,
    until: head.until,
    last_run: head.lastRun,
    last_event: head.lastEvent,
    ...(head.unfinishedRuns.length > 0 && { unfinished_runs: head.unfinishedRuns }),
    created_at: createdAt,
  }
}

/** Without facts that a later sync changes. */
export function toRunLine(run: RecordedRun): EvidenceLine {
  const { state: _state, add_on: _addOn, ...facts } = toRunFactRow(run, 'finished')
  const { addOnPurchaseId, gitlabUserId, gitlabUsername, ciUser, refusal, needed, removals } = run
  return {
    type: 'run',
    ...facts,
    add_on_purchase_id: addOnPurchaseId,
    gitlab_user_id: gitlabUserId,
    gitlab_username: gitlabUsername,
    ci_user: ciUser,
    refusal,
    needed,
    removals,
  }
}

/** Without the sentence, which follows from the other facts. */
export function toEventLine(event: HistoryEvent): EvidenceLine {
  const { message: _message, ...facts } = toHistoryRow(event)
  return { type: 'event', ...facts }
}

/**
 * Writes each line with the hash of the line before: a line cannot be taken out unseen.
 *
 * @param write gets the text of a line, without its end
 * @returns the number of lines, and the hash of the last one: SHA-256 in hexadecimal
 */
export async function chainLines(
  lines: Iterable<EvidenceLine>,
  write: (line: string) => Promise<void>,
): Promise<{ count: number; sha256: string }> {
  let previous: string | null = null
  let count = 0
  for (const line of lines) {
    const text: string = JSON.stringify({ previous, ...line })
    await write(text)
    previous = hashLine(text)
    count += 1
  }
  return { count, sha256: previous ?? '' }
}

export function hashLine(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
