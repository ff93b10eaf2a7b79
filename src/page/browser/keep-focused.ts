import { defaultRangeExtractor, type Range } from '@tanstack/virtual-core'

/** A row that leaves the page would lose the focus. */
export function keepFocused(range: Range, focused: number | null): number[] {
  const shown = defaultRangeExtractor(range)
  if (focused === null || focused >= range.count || shown.includes(focused)) return shown
  return [...shown, focused].sort((one, other) => one - other)
}
