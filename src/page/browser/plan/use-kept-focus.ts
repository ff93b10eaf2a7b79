import { useEffect, useRef } from 'preact/hooks'
import type { PlanStep } from './use-plan.ts'

/** A button that goes away leaves the focus to the status. */
export function useKeptFocus(kind: PlanStep['kind']) {
  const status = useRef<HTMLParagraphElement>(null)
  const first = useRef(kind)
  useEffect(() => {
    if (first.current !== kind && document.activeElement === document.body) status.current?.focus()
  }, [kind])
  return status
}
