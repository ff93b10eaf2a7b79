import { useMemo } from 'preact/hooks'
import { FailureNote } from '../frame/failure-note.tsx'
import type { ViewProps } from '../frame/view-props.ts'
import { AddOnCards } from './add-on-cards.tsx'
import { AttentionList } from './attention-list.tsx'
import { EmptyUserTable } from './empty-user-table.tsx'
import { FilterBar } from './filter-bar.tsx'
import { orderUsers } from './order-users.ts'
import { formatSeatsQuery, formatUsersQuery, parseSeatsQuery, type SeatsQuery } from './seats-query.ts'
import { SelectionBar } from './selection-bar.tsx'
import { useMatchingUsers } from './use-matching-users.ts'
import { useSelection } from './use-selection.ts'
import { useToggles } from './use-toggles.ts'
import { UserTable } from './user-table.tsx'

export function SeatsView({ api, store, notices, query, changeQuery, openPlan }: ViewProps) {
  const { status, isReady } = store
  const view = useMemo(() => parseSeatsQuery(query), [query])
  const onView = (change: Partial<SeatsQuery>) =>
    changeQuery((old) => formatSeatsQuery({ ...parseSeatsQuery(old), ...change }))
  const addOns = status?.add_ons ?? null
  const chosen = addOns?.find(({ add_on }) => add_on === view.addOn) ?? addOns?.[0] ?? null
  const addOn = chosen?.add_on ?? null
  const usersQuery = status === null ? null : formatUsersQuery({ ...view, addOn })
  const users = useMatchingUsers(api, usersQuery, store.version)
  const selection = useSelection(api, usersQuery ?? '', notices)
  const toggles = useToggles({ api, addOn, notices, onDone: (row) => users.replace(row) })
  const isReadOnly = status?.read_only ?? false
  const isLocked = isReadOnly || !isReady || chosen?.state !== 'active'
  return (
    <>
      <AddOnCards rows={addOns} chosen={addOn} onChoose={(next) => onView({ addOn: next })} />
      <AttentionList attention={status?.attention ?? null} />
      <div class="tools">
        <FilterBar view={view} onView={onView} />
        <SelectionBar
          total={users.total}
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
      {users.failure !== null && <FailureNote failure={users.failure} />}
      {(users.total !== null || users.failure === null) && (
        <UserTable
          users={users}
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
      {users.failure === null && (users.total ?? 0) === 0 && (
        <EmptyUserTable view={view} isRead={users.total !== null} onView={onView} />
      )}
    </>
  )
}
