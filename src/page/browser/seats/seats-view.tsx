import { useEffect, useMemo } from 'preact/hooks'
import { FailureNote } from '../frame/failure-note.tsx'
import type { ViewProps } from '../frame/view-props.ts'
import { AddOnCards } from './add-on-cards.tsx'
import { AttentionList } from './attention-list.tsx'
import { EmptyPeople } from './empty-people.tsx'
import { FilterBar } from './filter-bar.tsx'
import { orderUsers } from './order-users.ts'
import { PeopleTable } from './people-table.tsx'
import { formatSeatsQuery, formatUsersQuery, parseSeatsQuery, type SeatsQuery } from './seats-query.ts'
import { SelectionBar } from './selection-bar.tsx'
import { usePeople } from './use-people.ts'
import { useSelection } from './use-selection.ts'
import { useToggles } from './use-toggles.ts'

export function SeatsView({ api, store, notices, query, changeQuery, openPlan }: ViewProps) {
  const { status, isReady } = store
  const view = useMemo(() => parseSeatsQuery(query), [query])
  const onView = (change: Partial<SeatsQuery>) =>
    changeQuery((old) => formatSeatsQuery({ ...parseSeatsQuery(old), ...change }))
  const addOns = status?.add_ons ?? null
  const chosen = addOns?.find(({ add_on }) => add_on === view.addOn) ?? addOns?.[0] ?? null
  const addOn = chosen?.add_on ?? null
  const users = status === null ? null : formatUsersQuery({ ...view, addOn })
  const people = usePeople(api, users)
  useEffect(() => {
    if (people.total !== null || people.failure !== null) void people.refresh()
  }, [store.version])
  const selection = useSelection(api, users ?? '', notices)
  const toggles = useToggles({ api, addOn, notices, onDone: (row) => people.replace(row) })
  const isReadOnly = status?.read_only ?? false
  const isLocked = isReadOnly || !isReady || chosen?.state !== 'active'
  return (
    <>
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
          onPlan={(command) => {
            if (addOn === null) return
            const user_ids = [...selection.current.ids]
            openPlan({ ...orderUsers(api, { command, add_on: addOn, user_ids }), onDone: selection.clear })
          }}
        />
      </div>
      {people.failure !== null && <FailureNote failure={people.failure} />}
      {(people.total !== null || people.failure === null) && (
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
      )}
      {people.failure === null && (people.total ?? 0) === 0 && (
        <EmptyPeople
          view={view}
          isRead={people.total !== null}
          isLinked={status?.linked ?? false}
          onView={onView}
        />
      )}
    </>
  )
}
