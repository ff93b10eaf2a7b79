import type { RunRefusal } from '../../domain/plan.ts'
import type { RunReport } from '../../domain/run.ts'
import { countWords, listNames } from '../count-words.ts'
import { harmless } from '../harmless.ts'

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
  unknown_users: (report) => ({
    sentence: `Refused: ${describeUnknown(report, 'of --except ')}, and whoever is meant could lose the seat. Nothing was written.`,
    hint: `Mend or take out: ${listUnknown(report)}.`,
  }),
}

const mostNames = 10

/** A misspelt name keeps nobody's seat. Null where no row of a list that seats are made equal to can be one. */
export function doubtRemovals(report: RunReport): string | null {
  const { run, summary } = report
  if (run.command !== 'apply' || summary.removals === 0 || !summary.outcomes.user_not_found) return null
  return `${describeUnknown(report)}: look for a misspelt name, since whoever is meant may be among those whose seat is taken.`
}

/** `1 row names nobody`, `2 rows name nobody`. */
function describeUnknown({ summary }: RunReport, where = ''): string {
  const rows = summary.outcomes.user_not_found ?? 0
  return `${countWords(rows, 'row')} ${where}${rows === 1 ? 'names' : 'name'} nobody`
}

function listUnknown({ summary, readRejects }: RunReport): string {
  const names: string[] = []
  for (const { outcome, input, line } of readRejects()) {
    if (outcome === 'user_not_found') names.push(`"${harmless(input)}" (line ${line})`)
    if (names.length === mostNames) break
  }
  return listNames(names, summary.outcomes.user_not_found ?? 0)
}
