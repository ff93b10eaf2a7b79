import { observeWindowOffset, observeWindowRect, windowScroll } from '@tanstack/virtual-core'
import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { keepFocused } from './keep-focused.ts'
import { useVirtualizer } from './use-virtualizer.ts'

interface VirtualRowsProps {
  label: string
  rowClass: string
  columns: readonly string[]
  count: number
  isReloading: boolean
  /** Pixels of a row, before it is measured. */
  rowHeight: number
  /** The row keeps focus and height when rows are added above it. */
  keyOf(index: number): number
  /** The cells of a row. */
  renderRow(index: number): ComponentChildren
}

/** A table of rows of any height, of which only those in view exist. */
export function VirtualRows(props: VirtualRowsProps) {
  const { label, rowClass, columns, count, isReloading, rowHeight, keyOf, renderRow } = props
  const body = useRef<HTMLDivElement>(null)
  const [margin, setMargin] = useState(0)
  const [focused, setFocused] = useState<number | null>(null)
  const virtualizer = useVirtualizer<Window, HTMLDivElement>({
    count,
    getScrollElement: () => window,
    estimateSize: () => rowHeight,
    getItemKey: keyOf,
    overscan: 8,
    scrollMargin: margin,
    initialRect: { width: innerWidth, height: innerHeight },
    initialOffset: () => scrollY,
    scrollToFn: windowScroll,
    observeElementRect: observeWindowRect,
    observeElementOffset: observeWindowOffset,
    rangeExtractor: (range) => keepFocused(range, focused),
  })
  useLayoutEffect(() => {
    const top = (body.current?.getBoundingClientRect().top ?? 0) + scrollY
    if (Math.round(top) !== Math.round(margin)) setMargin(top)
  })
  return (
    <div role="table" class="rows" aria-label={label} aria-rowcount={count + 1} aria-busy={isReloading}>
      <div role="rowgroup" class="rows-head">
        <div role="row" class={`row ${rowClass}`} aria-rowindex={1}>
          {columns.map((title) => (
            <div key={title} role="columnheader">
              {title}
            </div>
          ))}
        </div>
      </div>
      <div
        ref={body}
        role="rowgroup"
        class="rows-body"
        style={{ height: `${virtualizer.getTotalSize()}px` }}
        onFocusOut={() => setFocused(null)}
      >
        {virtualizer.getVirtualItems().map(({ key, index, start }) => (
          <div
            key={String(key)}
            ref={virtualizer.measureElement}
            role="row"
            class={`row ${rowClass}`}
            aria-rowindex={index + 2}
            data-index={index}
            style={{ transform: `translateY(${start - margin}px)` }}
            onFocusIn={() => setFocused(index)}
          >
            {renderRow(index)}
          </div>
        ))}
      </div>
    </div>
  )
}
