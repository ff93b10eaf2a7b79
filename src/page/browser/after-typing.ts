import { useEffect, useRef } from 'preact/hooks'

/** So long a pause ends a word. */
export const typingMs = 120

/** @returns a function that begins some work after a pause in typing, unless more is typed or the view is left */
export function useAfterTyping(): (work: () => void) => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  return (work) => {
    clearTimeout(timer.current)
    timer.current = setTimeout(work, typingMs)
  }
}
