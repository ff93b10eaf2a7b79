import type { RunRefusal } from '../domain/plan.ts'
import type { RunReport } from '../domain/run.ts'
import { countWords } from './count-words.ts'

/** Why a run was refused as a whole, and what to do about it. */
export interface ExplainedRefusal {
  sentence: string
  hint: string
}

/** @returns null of a run that was not refused */
export function explainRefusal(report: RunReport): ExplainedRefusal | null {
  const { refusal } = report.summary
  return refusal === null ? null : explanations[refusal](report)
}

const explanations: Record<RunRefusal, (report: RunReport) => ExplainedRefusal> = {
  too_few_seats: ({ summary: { needed, removals, freeBefore } }) => ({
    sentence: `Refused: seats needed: ${needed}, free: ${Math.max(0, freeBefore + removals)}. Nothing was written.`,
    hint: 'Shorten the list, buy seats, or give what is free with --on-shortage fill.',
  }),
  too_many_removals: ({ run: { dryRun }, summary: { removals } }) => ({
    sentence: `Refused: ${countWords(removals, 'seat')} would be taken, which is more than --max-removals allows. Nothing was written.`,
    hint: `${dryRun ? '' : 'Look at them with --dry-run. '}If it is meant, say so: --max-removals ${removals}.`,
  }),
  more_than_agreed: () => ({
    sentence:
      'Refused: somebody would lose a seat who was not in the plan that was agreed to. Nothing was written.',
    hint: 'Seats have changed meanwhile: run the same command again to look at the new plan.',
  }),
}
