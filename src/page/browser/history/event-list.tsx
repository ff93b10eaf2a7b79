import { useCallback, useMemo } from 'preact/hooks'
import { addOns } from '../../../domain/add-on.ts'
import { describeKnownUntil } from '../../../domain/history.ts'
import type { Api } from '../api.ts'
import { FailureNote } from '../frame/failure-note.tsx'
import { localMinute } from '../local-time.ts'
import { VirtualRows } from '../virtual-rows.tsx'
import { toneOf } from './change-titles.ts'
import type { EventRow, HistoryDocument } from './history-documents.ts'
import {
  formatEventsRequest,
  type HistoryQuery,
  isFiltered,
  linkToHistory,
  plainHistory,
} from './history-query.ts'
import { RowsFooter } from './rows-footer.tsx'
import { type RowSource, useRowPages } from './use-row-pages.ts'

interface EventListProps {
  api: Api
  view: HistoryQuery
  version: number
}

type Head = Pick<HistoryDocument, 'synced_at'>

const noRows: readonly EventRow[] = []

const columns = ['When', 'User', 'Change', 'Event', 'By', 'Run']

export function EventList({ api, view, version }: EventListProps) {
  const source = useMemo(() => makeSource(api), [api])
  const state = useRowPages(source, formatEventsRequest(view), version)
  const rows = state.pages?.rows ?? noRows
  const keyOf = useCallback((index: number) => rows[index]?.number ?? 0, [rows])
  if (state.failure !== null) return <FailureNote failure={state.failure} />
  const empty = isFiltered(view) ? 'No event matches the filters.' : 'The store has no events.'
  const note = state.head && describeKnownUntil(localMinute(state.head.synced_at))
  return (
    <>
      <VirtualRows
        label="Events"
        rowClass="event"
        columns={columns}
        count={rows.length}
        isReloading={state.isReloading}
        rowHeight={49}
        keyOf={keyOf}
        renderRow={(index) => <EventCells event={rows[index]} view={view} />}
      />
      <RowsFooter state={state} word="event" empty={empty} note={note} />
    </>
  )
}

function makeSource(api: Api): RowSource<EventRow, Head> {
  return {
    read: async (query, signal) => {
      const { events, next, ...head } = await api.get<HistoryDocument>(`history?${query}`, signal)
      return { pages: { rows: events, next }, head }
    },
    numberOf: ({ number }) => number,
  }
}

interface EventCellsProps {
  event: EventRow | undefined
  view: HistoryQuery
}

function EventCells({ event, view }: EventCellsProps) {
  if (event === undefined) return null
  const { username, change, add_on, message, run_id, actor, gitlab_username } = event
  return (
    <>
      <div role="cell" class="event-when">
        <EventTime event={event} />
      </div>
      <div role="cell" class="event-user">
        {username === null ? (
          <span class="text-weak">{addOns[add_on].product}</span>
        ) : (
          <a href={linkToHistory({ ...view, user: username })}>@{username}</a>
        )}
      </div>
      <div role="cell" class={`event-change ${toneOf(change)}`}>
        {change.replaceAll('_', ' ')}
      </div>
      <div role="cell" class="event-message">
        {message}
      </div>
      <div role="cell" class="event-who text-weak">
        {gitlab_username === null ? (actor ?? '') : `@${gitlab_username}`}
      </div>
      <div role="cell" class="event-run">
        {run_id !== null && (
          <a href={linkToHistory({ ...plainHistory, show: 'runs', run: run_id })}>Run {run_id}</a>
        )}
      </div>
    </>
  )
}

/** A sync sees that something changed since the sync before. */
function EventTime({ event: { at, since } }: { event: EventRow }) {
  if (since === null) return <time dateTime={at}>{localMinute(at)}</time>
  return (
    <>
      <span class="visually-hidden">between the syncs of </span>
      <time dateTime={since}>
        {localMinute(since)}
        <span aria-hidden="true"> –</span>
      </time>
      <span class="visually-hidden"> and</span> <time dateTime={at}>{localMinute(at)}</time>
    </>
  )
}
