import type { RunSummary, SeatTotals } from '../domain/run.ts'
import type { RunRefusal } from '../domain/run-refusal.ts'
import type { ResultSummary } from '../domain/summarize.ts'

export function makeRunSummary(
  { rows, outcomes, failed, short, given, taken }: ResultSummary,
  { needed, removals, freeBefore }: Omit<SeatTotals, 'freeAfter'>,
  refusal: RunRefusal | null,
): RunSummary {
  const freeAfter = freeBefore - given + taken
  return { rows, outcomes, failed, short, needed, removals, freeBefore, freeAfter, refusal }
}
