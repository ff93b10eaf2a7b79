import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import type { UserRow } from '../documents.ts'
import { useMedia } from '../use-media.ts'
import { useWindowRows } from '../use-window-rows.ts'
import type { MatchingUsers } from './matching-users.ts'
import { moveFocus } from './move-focus.ts'
import type { SeatsQuery } from './seats-query.ts'
import type { Selection } from './selection.ts'
import type { Toggles } from './use-toggles.ts'
import { UserTableHeader } from './user-table-header.tsx'
import { UserTableRow } from './user-table-row.tsx'

interface UserTableProps {
  users: MatchingUsers
  view: SeatsQuery
  selection: Selection
  toggles: Toggles
  isLocked: boolean
  isReadOnly: boolean
  onView(change: Partial<SeatsQuery>): void
  onSelect(row: UserRow, index: number, isRange: boolean): void
  onSelectAll(isSelected: boolean): void
}

/** Pixels, as in the style sheet. */
const rowHeights = { wide: 40, middle: 56, narrow: 120 }

/** The head stays in view. */
const headHeight = 56

/** Leaves a row between the head and the one with the focus. */
const coveredHeight = headHeight + rowHeights.wide

export function UserTable(props: UserTableProps) {
  const { users, view, selection, toggles, isLocked, isReadOnly, onSelect } = props
  const rowHeight = useRowHeight()
  const total = users.total ?? 0
  const rows = useWindowRows({ count: total, rowHeight, coveredHeight })
  const { body, margin, virtualizer, setFocused } = rows
  const items = virtualizer.getVirtualItems()
  const { startIndex = 0, endIndex = 0 } = virtualizer.range ?? {}
  useEffect(() => virtualizer.measure(), [rowHeight])
  useEffect(() => users.want(startIndex, Math.max(startIndex, endIndex)))
  useScrollToTop(view, margin)

  return (
    <div
      class={[
        'user-table',
        users.isReloading ? 'user-table-reloading' : [],
        isReadOnly ? 'user-table-read-only' : [],
      ]
        .flat()
        .join(' ')}
      role="table"
      aria-label="Users"
      aria-rowcount={total + 1}
      aria-busy={users.isReloading}
    >
      <UserTableHeader {...props} />
      <div
        ref={body}
        role="rowgroup"
        class="user-table-body"
        style={{ height: `${virtualizer.getTotalSize()}px` }}
        onKeyDown={(event) => moveFocus(rows, event)}
        onFocusOut={() => setFocused(null)}
      >
        {items.map(({ index, start }) => {
          const row = users.rowAt(index)
          const id = row?.user_id ?? 0
          return (
            <UserTableRow
              key={index}
              index={index}
              top={start - margin}
              row={row}
              isSelected={selection.ids.has(id)}
              state={toggles.states.get(id)}
              isLocked={isLocked}
              isReadOnly={isReadOnly}
              onFocus={setFocused}
              onToggle={toggles.toggle}
              onSelect={onSelect}
            />
          )
        })}
      </div>
    </div>
  )
}

/** Another order or filter begins at its first row. */
function useScrollToTop(view: SeatsQuery, top: number): void {
  const last = useRef(view)
  useLayoutEffect(() => {
    if (last.current !== view && scrollY > top) scrollTo({ top: top - headHeight })
    last.current = view
  }, [view])
}

function useRowHeight(): number {
  const isWide = useMedia('(min-width: 1200px)')
  const isMiddle = useMedia('(min-width: 720px)')
  if (isWide) return rowHeights.wide
  return isMiddle ? rowHeights.middle : rowHeights.narrow
}
