import { observeWindowOffset, observeWindowRect, windowScroll } from '@tanstack/virtual-core'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { UserRow } from '../documents.ts'
import { keepFocused } from '../keep-focused.ts'
import { useMedia } from '../use-media.ts'
import { useVirtualizer } from '../use-virtualizer.ts'
import { PeopleHeader } from './people-header.tsx'
import type { PeopleList } from './people-list.ts'
import { PersonRow } from './person-row.tsx'
import type { SeatsQuery } from './seats-query.ts'
import type { Selection } from './selection.ts'
import type { Toggles } from './use-toggles.ts'

interface PeopleTableProps {
  people: PeopleList
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

export function PeopleTable(props: PeopleTableProps) {
  const { people, view, selection, toggles, isLocked, isReadOnly, onSelect } = props
  const body = useRef<HTMLDivElement>(null)
  const [margin, setMargin] = useState(0)
  const [focused, setFocused] = useState<number | null>(null)
  const rowHeight = useRowHeight()
  const total = people.total ?? 0
  const virtualizer = useVirtualizer<Window, HTMLDivElement>({
    count: total,
    getScrollElement: () => window,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollMargin: margin,
    scrollPaddingStart: 96,
    initialRect: { width: innerWidth, height: innerHeight },
    initialOffset: () => scrollY,
    scrollToFn: windowScroll,
    observeElementRect: observeWindowRect,
    observeElementOffset: observeWindowOffset,
    rangeExtractor: (range) => keepFocused(range, focused),
  })
  const items = virtualizer.getVirtualItems()
  const { startIndex = 0, endIndex = 0 } = virtualizer.range ?? {}
  useLayoutEffect(() => {
    const top = (body.current?.getBoundingClientRect().top ?? 0) + scrollY
    if (Math.round(top) !== Math.round(margin)) setMargin(top)
  })
  useEffect(() => virtualizer.measure(), [rowHeight])
  useEffect(() => people.want(startIndex, Math.max(startIndex, endIndex)))
  useScrollToTop(view, margin)

  const moveFocus = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    const target = event.target
    if (step === undefined || !(target instanceof HTMLElement) || focused === null) return
    const next = Math.min(Math.max(focused + step, 0), total - 1)
    const column = target.dataset['column'] ?? ''
    event.preventDefault()
    setFocused(next)
    virtualizer.scrollToIndex(next)
    // At once where the row is rendered: the next key is for it.
    const focus = () => focusControl(body.current, next, column)
    if (!focus()) requestAnimationFrame(focus)
  }

  return (
    <div
      class={['people', people.isReloading ? 'people-reloading' : [], isReadOnly ? 'people-read-only' : []]
        .flat()
        .join(' ')}
      role="table"
      aria-label="People"
      aria-rowcount={total + 1}
      aria-busy={people.isReloading}
    >
      <PeopleHeader {...props} />
      <div
        ref={body}
        role="rowgroup"
        class="people-body"
        style={{ height: `${virtualizer.getTotalSize()}px` }}
        onKeyDown={moveFocus}
        onFocusOut={() => setFocused(null)}
      >
        {items.map(({ index, start }) => (
          <PersonRow
            key={index}
            index={index}
            top={start - margin}
            row={people.rowAt(index)}
            isSelected={selection.ids.has(people.rowAt(index)?.user_id ?? 0)}
            state={toggles.states.get(people.rowAt(index)?.user_id ?? 0)}
            isLocked={isLocked}
            isReadOnly={isReadOnly}
            sort={view.sort}
            onFocus={setFocused}
            onToggle={toggles.toggle}
            onSelect={onSelect}
          />
        ))}
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

/** @returns whether the row is rendered */
function focusControl(body: HTMLElement | null, index: number, column: string): boolean {
  const control = body?.querySelector<HTMLElement>(`[data-index="${index}"] [data-column="${column}"]`)
  control?.focus()
  return control != null
}
