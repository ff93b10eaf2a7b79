import type { ListedRun, RecordedRun, RunState } from '../../domain/recorded-run.ts'
import type { Cell, RowValue } from '../report-document.ts'
import { linkedResultColumns, toLinkedResultRow } from './result-row.ts'

/** The keys of a run in the list of runs, in order. */
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
] as const

/** The keys where one user is asked for: those of the run, then those of the user's result. */
export const userRunColumns = [...recordedRunColumns, ...linkedResultColumns] as const

type RunFactKey = Exclude<(typeof recordedRunColumns)[number], 'rows' | 'outcomes'>

/** What is known of a run besides its results, in the form of the contract. */
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

/** A run of the list in the form of the contract, with the result of the user who was asked for, if any. */
export function toRecordedRunRow({
  run,
  state,
  rows,
  outcomes,
  result,
}: ListedRun): Record<string, RowValue> {
  const counts: Record<string, Cell> = outcomes
  const runRow = { ...toRunFactRow(run, state), rows, outcomes: counts }
  return result === null
    ? runRow
    : { ...runRow, ...toLinkedResultRow(result, { addOn: run.addOn, dryRun: false }) }
}
