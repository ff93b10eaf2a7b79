import {
  defaultKeyExtractor,
  observeWindowOffset,
  observeWindowRect,
  windowScroll,
} from '@tanstack/virtual-core'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { keepFocused } from './keep-focused.ts'
import { useVirtualizer } from './use-virtualizer.ts'

interface WindowRowsOptions {
  count: number
  /** Pixels of a row, before it is measured. */
  rowHeight: number
  /** Pixels at the top of the window that something covers. */
  coveredHeight?: number
  /** Another function measures all rows again. Default: the index. */
  keyOf?: (index: number) => number
}

export type WindowRows = ReturnType<typeof useWindowRows>

/** Rows that scroll with the window. The row with the focus exists also out of view. */
export function useWindowRows({
  count,
  rowHeight,
  coveredHeight = 0,
  keyOf = defaultKeyExtractor,
}: WindowRowsOptions) {
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
    scrollPaddingStart: coveredHeight,
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
  return { body, margin, virtualizer, focused, setFocused }
}
