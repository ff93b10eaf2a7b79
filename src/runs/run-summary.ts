import type { RunSummary, SeatTotals } from '../domain/run.ts'
import type { RunRefusal } from '../domain/run-refusal.ts'
import type { ResultSummary } from '../domain/summarize.ts'

export function makeRunSummary(
  { pushed: _, ...results }: ResultSummary,
  { needed, removals, freeBefore }: Omit<SeatTotals, 'freeAfter'>,
  refusal: RunRefusal | null,
): RunSummary {
  const freeAfter = freeBefore - results.given + results.taken
  return { ...results, needed, removals, freeBefore, freeAfter, refusal }
}
