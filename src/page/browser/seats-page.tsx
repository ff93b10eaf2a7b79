import { useCallback, useRef, useState } from 'preact/hooks'
import { AddOnCards } from './add-on-cards.tsx'
import type { Api } from './api.ts'
import { AttentionList } from './attention-list.tsx'
import { ConnectionBanner } from './connection-banner.tsx'
import { EmptyPeople } from './empty-people.tsx'
import { FailureNote } from './failure-note.tsx'
import { FilterBar } from './filter-bar.tsx'
import { NoticeList } from './notice-list.tsx'
import { useNotices } from './notices.ts'
import { PeopleTable } from './people-table.tsx'
import { PlanDialog } from './plan-dialog.tsx'
import { SelectionBar } from './selection-bar.tsx'
import { StoreHeader } from './store-header.tsx'
import { useAddress } from './use-address.ts'
import { usePeople } from './use-people.ts'
import type { PlanOrder } from './use-plan.ts'
import { useRuns } from './use-runs.ts'
import { useSelection } from './use-selection.ts'
import { useStore } from './use-store.ts'
import { useToggles } from './use-toggles.ts'
import { formatQuery } from './view-address.ts'

interface SeatsPageProps {
  api: Api
}

export function SeatsPage({ api }: SeatsPageProps) {
  const notices = useNotices()
  const [view, onView] = useAddress()
  const [order, setOrder] = useState<PlanOrder | null>(null)
  const refreshPeople = useRef(() => {})
  const store = useStore(
    api,
    useCallback(() => refreshPeople.current(), []),
  )
  const { status, connection, progress } = store
  const addOns = status?.add_ons ?? null
  const chosen = addOns?.find(({ add_on }) => add_on === view.addOn) ?? addOns?.[0] ?? null
  const addOn = chosen?.add_on ?? null
  const query = status === null ? null : formatQuery({ ...view, addOn })
  const people = usePeople(api, query)
  refreshPeople.current = () => {
    if (people.total !== null || people.failure !== null) void people.refresh()
  }
  const selection = useSelection(api, query ?? '', notices)
  const toggles = useToggles({ api, addOn, notices, onDone: (row) => people.replace(row) })
  const runs = useRuns(api, notices, store)
  const isReadOnly = status?.read_only ?? false
  const isLocked = isReadOnly || connection !== 'open' || chosen?.state !== 'active'
  const isEmpty = people.total === 0 || (people.total === null && people.failure !== null)
  if (status === null && store.failure !== null)
    return (
      <main>
        <ConnectionBanner connection={connection} />
        <h1>GitLab Duo seats</h1>
        <FailureNote failure={store.failure} />
      </main>
    )
  return (
    <>
      <ConnectionBanner connection={connection} />
      <StoreHeader store={store} onSync={runs.sync} />
      <main>
        <AddOnCards rows={addOns} chosen={addOn} onChoose={(next) => onView({ addOn: next })} />
        <AttentionList attention={status?.attention ?? null} />
        <div class="tools">
          <FilterBar view={view} onView={onView} />
          <SelectionBar
            total={people.total}
            selected={selection.current.ids.size}
            isLocked={isLocked}
            isReadOnly={isReadOnly}
            onSelectAll={() => selection.selectAll(true)}
            onClear={selection.clear}
            onPlan={(command) =>
              addOn !== null && setOrder({ command, add_on: addOn, user_ids: [...selection.current.ids] })
            }
          />
        </div>
        <PeopleTable
          people={people}
          view={view}
          selection={selection.current}
          toggles={toggles}
          isLocked={isLocked}
          isReadOnly={isReadOnly}
          onView={onView}
          onSelect={selection.select}
          onSelectAll={selection.selectAll}
        />
        {isEmpty && <EmptyPeople view={view} failure={people.failure} onView={onView} />}
      </main>
      {order !== null && (
        <PlanDialog
          api={api}
          order={order}
          bought={chosen?.bought ?? 0}
          progress={progress}
          onDone={selection.clear}
          onUndo={runs.undo}
          onClose={() => setOrder(null)}
        />
      )}
      <NoticeList notices={notices} onUndo={runs.undo} />
    </>
  )
}
