import type { WindowRows } from '../use-window-rows.ts'

/** Arrow keys move between the same controls of two rows. */
export function moveFocus(
  { body, virtualizer, focused, setFocused }: WindowRows,
  event: KeyboardEvent,
): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  const { target } = event
  if (step === undefined || !(target instanceof HTMLElement) || focused === null) return
  const next = Math.min(Math.max(focused + step, 0), virtualizer.options.count - 1)
  const column = target.dataset['column'] ?? ''
  event.preventDefault()
  setFocused(next)
  virtualizer.scrollToIndex(next)
  // At once where the row is rendered: the next key is for it.
  const focus = () => focusControl(body.current, next, column)
  if (!focus()) requestAnimationFrame(focus)
}

/** @returns whether the row is rendered */
function focusControl(body: HTMLElement | null, index: number, column: string): boolean {
  const control = body?.querySelector<HTMLElement>(`[data-index="${index}"] [data-column="${column}"]`)
  control?.focus()
  return control != null
}
