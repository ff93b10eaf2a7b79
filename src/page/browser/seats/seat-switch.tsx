import type { UserRow } from '../documents.ts'
import type { ToggleState } from './use-toggles.ts'

interface SeatSwitchProps {
  row: UserRow
  state: ToggleState | undefined
  isLocked: boolean
  onToggle(row: UserRow): void
}

export function SeatSwitch({ row, state, isLocked, onToggle }: SeatSwitchProps) {
  const isAsked = state?.kind === 'asked'
  const isPending = isAsked || row.pushed === 'pending'
  return (
    <button
      type="button"
      role="switch"
      class={`switch${isPending ? ' switch-pending' : ''}${row.eligible || row.holds_seat ? '' : ' switch-weak'}`}
      aria-checked={row.holds_seat}
      aria-label={`Seat for @${row.username}`}
      aria-busy={isAsked}
      aria-disabled={isLocked}
      data-column="seat"
      onClick={() => {
        if (!isLocked) onToggle(row)
      }}
    >
      <span class="switch-thumb" />
    </button>
  )
}
