import { Virtualizer, type VirtualizerOptions } from '@tanstack/virtual-core'
import { useLayoutEffect, useReducer, useState } from 'preact/hooks'

/** Renders again when other rows come into view. */
export function useVirtualizer<Scroller extends Element | Window, Item extends Element>(
  options: VirtualizerOptions<Scroller, Item>,
): Virtualizer<Scroller, Item> {
  const [, render] = useReducer((count: number) => count + 1, 0)
  const whole = { ...options, onChange: () => render(undefined as never) }
  const [virtualizer] = useState(() => new Virtualizer(whole))
  virtualizer.setOptions(whole)
  useLayoutEffect(() => virtualizer._didMount(), [])
  useLayoutEffect(() => virtualizer._willUpdate())
  return virtualizer
}
