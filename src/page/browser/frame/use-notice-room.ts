import type { RefObject } from 'preact'
import { useLayoutEffect } from 'preact/hooks'

/** Keeps the height of the messages in `--notice-room`: the view ends above them, and so do buttons at the bottom of the window. */
export function useNoticeRoom(region: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const shown = region.current
    if (shown === null) return
    const { style } = document.documentElement
    const observer = new ResizeObserver(() => style.setProperty('--notice-room', `${shown.offsetHeight}px`))
    observer.observe(shown)
    return () => observer.disconnect()
  }, [region])
}
