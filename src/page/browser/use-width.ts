import type { RefObject } from 'preact'
import { useLayoutEffect, useState } from 'preact/hooks'

/** In pixels; 0 before the first layout. */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0)
  useLayoutEffect(() => {
    const shown = element.current
    if (shown === null) return
    const measure = () => setWidth(shown.clientWidth)
    const observer = new ResizeObserver(measure)
    measure()
    observer.observe(shown)
    return () => observer.disconnect()
  }, [element])
  return width
}
