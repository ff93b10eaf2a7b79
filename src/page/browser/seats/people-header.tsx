import { formatCount } from '../../../domain/count-words.ts'
import type { SeatSort } from '../../../domain/seat-table.ts'
import { peopleColumns } from './people-columns.ts'
import type { PeopleList } from './people-list.ts'
import type { SeatsQuery } from './seats-query.ts'
import type { Selection } from './selection.ts'

interface PeopleHeaderProps {
  people: PeopleList
  view: SeatsQuery
  selection: Selection
  isReadOnly: boolean
  onView(change: Partial<SeatsQuery>): void
  onSelectAll(isSelected: boolean): void
}

export function PeopleHeader({
  people,
  view,
  selection,
  isReadOnly,
  onView,
  onSelectAll,
}: PeopleHeaderProps) {
  const total = people.total ?? 0
  const hasSome = selection.ids.size > 0
  const hasAll = total > 0 && selection.ids.size >= total && people.isWithin(selection.ids)
  return (
    <div role="rowgroup" class="people-head">
      <div role="row" class="person person-head" aria-rowindex={1}>
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
        {peopleColumns.map(({ key, title }) => (
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
