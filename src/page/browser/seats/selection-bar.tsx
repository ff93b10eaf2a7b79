import type { ComponentChildren } from 'preact'
import { countWords, formatCount } from '../../../domain/count-words.ts'

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
  const isUnusable = isLocked || hasNone
  return (
    <div class="selection">
      <p class="selection-count" role="status">
        {total === null ? '\u00a0' : countWords(total, 'user')}
        {!hasNone && `, ${formatCount(selected)} selected`}
      </p>
      {!isReadOnly && (
        <div class="selection-buttons">
          <Button
            kind="selection-first"
            isDisabled={hasNone && (total ?? 0) === 0}
            onClick={hasNone ? onSelectAll : onClear}
          >
            {hasNone ? ['Select all', total === null ? [] : formatCount(total)].flat().join(' ') : 'Clear'}
          </Button>
          <Button kind="" isDisabled={isUnusable} onClick={() => onPlan('unassign')}>
            Take seats …
          </Button>
          <Button kind="button-primary" isDisabled={isUnusable} onClick={() => onPlan('assign')}>
            Give seats …
          </Button>
        </div>
      )}
    </div>
  )
}

interface ButtonProps {
  kind: string
  isDisabled: boolean
  onClick(): void
  children: ComponentChildren
}

/** Keeps the focus when it is disabled, since a dialog gives the focus back to it. */
function Button({ kind, isDisabled, onClick, children }: ButtonProps) {
  return (
    <button
      type="button"
      class={`button ${kind}`}
      aria-disabled={isDisabled}
      onClick={() => {
        if (!isDisabled) onClick()
      }}
    >
      {children}
    </button>
  )
}
