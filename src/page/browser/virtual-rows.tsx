import type { ComponentChildren } from 'preact'
import { useWindowRows } from './use-window-rows.ts'

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
  const { body, margin, virtualizer, setFocused } = useWindowRows({ count, rowHeight, keyOf })
  return (
    <div role="table" aria-label={label} aria-rowcount={count + 1} aria-busy={isReloading}>
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
