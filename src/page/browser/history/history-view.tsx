import { useMemo } from 'preact/hooks'
import type { ViewProps } from '../frame/view-props.ts'
import { EventList } from './event-list.tsx'
import { HistoryFilters } from './history-filters.tsx'
import { formatHistoryQuery, type HistoryQuery, linkToHistory, parseHistoryQuery } from './history-query.ts'
import { RunList } from './run-list.tsx'
import { RunView } from './run-view.tsx'

const lists = { events: 'Events', runs: 'Runs' } as const

export function HistoryView({ api, store, query, changeQuery, openPlan }: ViewProps) {
  const { status, isReady, version } = store
  const view = useMemo(() => parseHistoryQuery(query), [query])
  const onView = (change: Partial<HistoryQuery>) =>
    changeQuery((old) => formatHistoryQuery({ ...parseHistoryQuery(old), ...change }))
  if (view.run !== null)
    return (
      <RunView
        key={view.run}
        {...{ api, view, version, openPlan }}
        runId={view.run}
        isReady={isReady}
        isReadOnly={status?.read_only ?? true}
      />
    )
  const List = view.show === 'runs' ? RunList : EventList
  return (
    <>
      <nav class="lists" aria-label="Lists">
        {(['events', 'runs'] as const).map((show) => (
          <a
            key={show}
            class="button"
            href={linkToHistory({ ...view, show })}
            aria-current={show === view.show ? 'page' : undefined}
          >
            {lists[show]}
          </a>
        ))}
      </nav>
      <HistoryFilters
        api={api}
        view={view}
        addOnNames={(status?.add_ons ?? []).map(({ add_on }) => add_on)}
        onView={onView}
      />
      <List key={view.show} api={api} view={view} version={version} />
    </>
  )
}
