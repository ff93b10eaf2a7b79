import { useCallback, useMemo } from 'preact/hooks'
import { formatCount } from '../../../domain/count-words.ts'
import { nameCommand, runStates } from '../../../domain/describe-run.ts'
import type { Outcome } from '../../../domain/outcome.ts'
import type { RunState } from '../../../domain/recorded-run.ts'
import type { Api } from '../api.ts'
import { FailureNote } from '../frame/failure-note.tsx'
import { useStoreWords } from '../frame/store-context.ts'
import { localMinute } from '../local-time.ts'
import { VirtualRows } from '../virtual-rows.tsx'
import type { RunRow, RunsDocument } from './history-documents.ts'
import { formatRunsRequest, type HistoryQuery, isFiltered, linkToHistory } from './history-query.ts'
import { outcomeTitles } from './outcome-titles.ts'
import { RowsFooter } from './rows-footer.tsx'
import { type RowSource, useRowPages } from './use-row-pages.ts'

interface RunListProps {
  api: Api
  view: HistoryQuery
  version: number
}

const noRows: readonly RunRow[] = []

const columns = ['Run', 'Started', 'Command', 'State', 'Results', 'By']

export function RunList({ api, view, version }: RunListProps) {
  const source = useMemo(() => makeSource(api), [api])
  const state = useRowPages(source, formatRunsRequest(view), version)
  const rows = state.pages?.rows ?? noRows
  const keyOf = useCallback((index: number) => rows[index]?.id ?? 0, [rows])
  if (state.failure !== null) return <FailureNote failure={state.failure} />
  const empty = isFiltered(view) ? 'No run matches the filters.' : 'The store has no runs.'
  return (
    <>
      <VirtualRows
        label="Runs"
        rowClass="run"
        columns={columns}
        count={rows.length}
        isReloading={state.isReloading}
        rowHeight={37}
        keyOf={keyOf}
        renderRow={(index) => <RunCells run={rows[index]} view={view} />}
      />
      <RowsFooter state={state} word="run" empty={empty} note={null} />
    </>
  )
}

function makeSource(api: Api): RowSource<RunRow, null> {
  return {
    read: async (query, signal) => {
      const { runs, next } = await api.get<RunsDocument>(`runs?${query}`, signal)
      return { pages: { rows: runs, next }, head: null }
    },
    numberOf: ({ id }) => id,
  }
}

interface RunCellsProps {
  run: RunRow | undefined
  view: HistoryQuery
}

function RunCells({ run, view }: RunCellsProps) {
  const words = useStoreWords()
  if (run === undefined) return null
  const { id, started_at, source, state, actor, host } = run
  return (
    <>
      <div role="cell" class="run-id">
        <a href={linkToHistory({ ...view, run: id })}>Run {id}</a>
      </div>
      <div role="cell" class="run-started">
        <time dateTime={started_at}>{localMinute(started_at)}</time>
      </div>
      <div role="cell" class="run-command">
        {[nameCommand(run), source ?? []].flat().join(' ')}
      </div>
      <div role="cell" class={`run-state ${tones[state]}`}>
        {runStates[state].word}
      </div>
      <div role="cell" class="run-results-cell">
        {run.message === undefined ? listOutcomes(run) : words(run.message)}
      </div>
      <div role="cell" class="run-who text-weak">
        {actor} on {host}
      </div>
    </>
  )
}

const tones: Record<RunState, string> = {
  finished: 'text-weak',
  refused: 'text-problem',
  running: 'text-waiting',
  cut_off: 'text-waiting',
}

function listOutcomes({ outcomes }: RunRow): string {
  return (Object.keys(outcomes) as Outcome[])
    .map((code) => `${formatCount(outcomes[code] ?? 0)} ${outcomeTitles[code]}`)
    .join(', ')
}
