import { formatCount } from '../../domain/count-words.ts'

interface SelectionBarProps {
  /** Null before the first answer. */
  total: number | null
  selected: number
  isLocked: boolean
  isReadOnly: boolean
  onSelectAll(): void
  onClear(): void
  onPlan(command: 'assign' | 'unassign'): void
}

export function SelectionBar(props: SelectionBarProps) {
  const { total, selected, isLocked, isReadOnly, onSelectAll, onClear, onPlan } = props
  const hasNone = selected === 0
  return (
    <div class="selection">
      <p class="selection-count" role="status">
        {total === null ? '\u00a0' : total === 1 ? '1 person' : `${formatCount(total)} people`}
        {!hasNone && `, ${formatCount(selected)} selected`}
      </p>
      {!isReadOnly && (
        <div class="selection-buttons">
          {hasNone ? (
            <button type="button" class="button" disabled={(total ?? 0) === 0} onClick={onSelectAll}>
              Select all {formatCount(total ?? 0)}
            </button>
          ) : (
            <>
              <button type="button" class="button" onClick={onClear}>
                Clear
              </button>
              <button type="button" class="button" disabled={isLocked} onClick={() => onPlan('unassign')}>
                Take seats …
              </button>
              <button
                type="button"
                class="button button-primary"
                disabled={isLocked}
                onClick={() => onPlan('assign')}
              >
                Give seats …
              </button>
            </>
          )}
        </div>
      )}
    </div>
  )
}
