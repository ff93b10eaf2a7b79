import { escapeControls } from '../../../domain/escape-controls.ts'
import type { UserRow } from '../documents.ts'
import { SeatSwitch } from './seat-switch.tsx'
import type { ToggleState } from './use-toggles.ts'
import { type UserTableColumn, userTableColumns } from './user-table-columns.ts'

interface UserTableRowProps {
  index: number
  /** Pixels below the head of the table. */
  top: number
  /** Undefined while it is loading. */
  row: UserRow | undefined
  isSelected: boolean
  state: ToggleState | undefined
  isLocked: boolean
  isReadOnly: boolean
  onFocus(index: number): void
  onToggle(row: UserRow): void
  onSelect(row: UserRow, index: number, isRange: boolean): void
}

export function UserTableRow(props: UserTableRowProps) {
  const { index, top, row, isSelected, state, isLocked, isReadOnly, onFocus, onToggle, onSelect } = props
  return (
    <div
      role="row"
      class={`user-row${isSelected ? ' user-row-selected' : ''}`}
      aria-rowindex={index + 2}
      data-index={index}
      style={{ transform: `translateY(${top}px)` }}
      onFocusIn={() => onFocus(index)}
    >
      {!isReadOnly && (
        <div role="cell" class="cell cell-select">
          {row !== undefined && (
            <input
              type="checkbox"
              aria-label={`Select @${row.username}`}
              data-column="select"
              checked={isSelected}
              onClick={(event) => onSelect(row, index, event.shiftKey)}
            />
          )}
        </div>
      )}
      {userTableColumns.map((column) => (
        <div key={column.key} role="cell" class={`cell cell-${column.key}`}>
          {row === undefined ? (
            <span class="loading-bar" />
          ) : column.read === null ? (
            <SeatSwitch row={row} state={state} isLocked={isLocked} onToggle={onToggle} />
          ) : (
            <CellText column={column} row={row} state={state} />
          )}
        </div>
      ))}
    </div>
  )
}

interface CellTextProps {
  column: UserTableColumn
  row: UserRow
  state: ToggleState | undefined
}

/** The last column has the sentence of a toggle that failed. */
function CellText({ column: { key, label, read, isMissing }, row, state }: CellTextProps) {
  const message = key === 'reason' && state !== undefined ? describeToggle(state) : null
  const text = escapeControls(message ?? read?.(row) ?? '')
  const tone = state?.kind === 'failed' && message !== null ? ' text-problem' : ''
  return (
    <span class={`text${isMissing?.(row) ? ' text-weak' : ''}${tone}`} title={text} data-label={label}>
      {text}
    </span>
  )
}

function describeToggle(state: ToggleState): string {
  return state.kind === 'asked' ? 'Waiting for the answer …' : state.message
}
