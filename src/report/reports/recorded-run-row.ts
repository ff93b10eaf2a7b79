import { contextOf, type ListedRun, type RecordedRun, type RunState } from '../../domain/recorded-run.ts'
import type { Cell, RowValue } from '../report-document.ts'
import { linkedResultColumns, toLinkedResultRow } from './result-row.ts'

export const recordedRunColumns = [
  'id',
  'command',
  'add_on',
  'options',
  'source',
  'source_sha256',
  'actor',
  'host',
  'ci_job_url',
  'started_at',
  'finished_at',
  'state',
  'rows',
  'outcomes',
  'ci_user',
  'gitlab_user_id',
  'gitlab_username',
] as const

export const userRunColumns = [...recordedRunColumns, ...linkedResultColumns] as const

type CallerKey = 'ci_user' | 'gitlab_user_id' | 'gitlab_username'

type RunFactKey = Exclude<(typeof recordedRunColumns)[number], 'rows' | 'outcomes' | CallerKey>

export function toRunFactRow(run: RecordedRun, state: RunState): Record<RunFactKey, RowValue> {
  return {
    id: run.id,
    command: run.command,
    add_on: run.addOn,
    options: run.options,
    source: run.source,
    source_sha256: run.sourceSha256,
    actor: run.actor,
    host: run.host,
    ci_job_url: run.ciJobUrl,
    started_at: run.startedAt,
    finished_at: run.finishedAt,
    state,
  }
}

/** These facts come last: 0.1.0 did not have them. */
export function toCallerRow(run: RecordedRun): Record<CallerKey, Cell> {
  return { ci_user: run.ciUser, gitlab_user_id: run.gitlabUserId, gitlab_username: run.gitlabUsername }
}

export function toRecordedRunRow(listed: ListedRun): Record<string, RowValue> {
  const { run, state, rows, outcomes, result } = listed
  const counts: Record<string, Cell> = outcomes
  const runRow = { ...toRunFactRow(run, state), rows, outcomes: counts, ...toCallerRow(run) }
  return result === null ? runRow : { ...runRow, ...toLinkedResultRow(result, contextOf(listed)) }
}
