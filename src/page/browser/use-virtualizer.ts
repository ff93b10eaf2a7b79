import { Virtualizer, type VirtualizerOptions } from '@tanstack/virtual-core'
import { useLayoutEffect, useState } from 'preact/hooks'
import { useRender } from './use-render.ts'

/** Renders again when other rows come into view. */
export function useVirtualizer<Scroller extends Element | Window, Item extends Element>(
  options: VirtualizerOptions<Scroller, Item>,
): Virtualizer<Scroller, Item> {
  const render = useRender()
  const whole = { ...options, onChange: render }
  const [virtualizer] = useState(() => new Virtualizer(whole))
  virtualizer.setOptions(whole)
  useLayoutEffect(() => virtualizer._didMount(), [])
  useLayoutEffect(() => virtualizer._willUpdate())
  return virtualizer
}
