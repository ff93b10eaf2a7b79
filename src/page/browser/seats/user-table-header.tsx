import { formatCount } from '../../../domain/count-words.ts'
import type { SeatSort } from '../../../domain/seat-table.ts'
import type { MatchingUsers } from './matching-users.ts'
import type { SeatsQuery } from './seats-query.ts'
import type { Selection } from './selection.ts'
import { userTableColumns } from './user-table-columns.ts'

interface UserTableHeaderProps {
  users: MatchingUsers
  view: SeatsQuery
  selection: Selection
  isReadOnly: boolean
  onView(change: Partial<SeatsQuery>): void
  onSelectAll(isSelected: boolean): void
}

export function UserTableHeader({
  users,
  view,
  selection,
  isReadOnly,
  onView,
  onSelectAll,
}: UserTableHeaderProps) {
  const total = users.total ?? 0
  const hasSome = selection.ids.size > 0
  const hasAll = total > 0 && selection.ids.size >= total && users.isWithin(selection.ids)
  return (
    <div role="rowgroup" class="user-table-head">
      <div role="row" class="user-row user-row-head" aria-rowindex={1}>
        {!isReadOnly && (
          <div role="columnheader" class="cell cell-select">
            <input
              type="checkbox"
              aria-label={`Select all ${formatCount(total)}`}
              checked={hasAll}
              indeterminate={hasSome && !hasAll}
              disabled={total === 0}
              onChange={(event) => onSelectAll(event.currentTarget.checked)}
            />
          </div>
        )}
        {userTableColumns.map(({ key, title }) => (
          <div key={key} role="columnheader" class={`cell cell-${key}`} aria-sort={nameOrder(view, key)}>
            <button type="button" class="sort" onClick={() => onView(sortBy(view, key))}>
              {title}
              <span class="sort-mark" aria-hidden="true">
                {view.sort === key ? (view.reverse ? '↓' : '↑') : ''}
              </span>
            </button>
          </div>
        ))}
      </div>
    </div>
  )
}

function nameOrder({ sort, reverse }: SeatsQuery, key: SeatSort): 'ascending' | 'descending' | 'none' {
  if (sort !== key) return 'none'
  return reverse ? 'descending' : 'ascending'
}

/** A second click reverses the order. */
function sortBy({ sort, reverse }: SeatsQuery, key: SeatSort): Partial<SeatsQuery> {
  return { sort: key, reverse: sort === key && !reverse }
}
