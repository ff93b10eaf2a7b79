import type { RefObject } from 'preact'
import { useCallback, useEffect, useRef } from 'preact/hooks'
import { focusMain } from '../focus-main.ts'

export const noticeKey = 'F8'

/**
 * The key moves the focus to the newest message, and back. Escape moves it back, too.
 *
 * @returns a function for a focus whose message goes away: it goes back to its place before the key, or else to the view
 */
export function useNoticeFocus(region: RefObject<HTMLElement | null>): () => void {
  const origin = useRef<Element | null>(null)
  const giveBack = useCallback(() => {
    const place = origin.current
    origin.current = null
    if (place instanceof HTMLElement && place.isConnected && place !== document.body)
      place.focus({ preventScroll: true })
    else focusMain()
  }, [])
  useEffect(() => {
    const end = new AbortController()
    const isInside = (target: unknown) => target instanceof Node && region.current?.contains(target) === true
    const move = (event: KeyboardEvent) => {
      const isKey = event.key === noticeKey && !event.ctrlKey && !event.altKey && !event.metaKey
      if (isInside(document.activeElement)) {
        if (isKey || event.key === 'Escape') giveBack()
      } else if (isKey) origin.current = focusNewest(region.current) ?? origin.current
      if (isKey) event.preventDefault()
    }
    const leave = ({ relatedTarget }: FocusEvent) => {
      if (relatedTarget !== null && !isInside(relatedTarget)) origin.current = null
    }
    document.addEventListener('keydown', move, { signal: end.signal })
    region.current?.addEventListener('focusout', leave, { signal: end.signal })
    return () => end.abort()
  }, [region, giveBack])
  return giveBack
}

/** @returns the place of the focus before; null without a message, and behind a dialog */
function focusNewest(region: HTMLElement | null): Element | null {
  const before = document.activeElement
  const button = region?.querySelector<HTMLElement>('.notice:last-child button')
  button?.focus({ preventScroll: true })
  return button != null && document.activeElement === button ? before : null
}
