import { countWords, listNames } from '../../domain/count-words.ts'
import type { RunReport } from '../../domain/run.ts'
import { runCommands } from '../../domain/run-command.ts'
import { runRefusals } from '../../domain/run-refusal.ts'
import { countUnclear, isUnclear } from '../../domain/summarize.ts'
import { escapeControls } from '../escape-controls.ts'
import { nameRejects } from '../name-rejects.ts'

interface ExplainedRefusal {
  sentence: string
  hint: string
}

/** @returns null for a run that was not refused */
export function explainRefusal(report: RunReport): ExplainedRefusal | null {
  const { run, summary } = report
  if (summary.refusal === null) return null
  const { sentence, hint } = runRefusals[summary.refusal]
  const { command, dryRun } = run
  const facts = {
    ...summary,
    command,
    dryRun,
    unclearRows: countUnclear(summary),
    unclearNames: listUnclear(report),
    removalLimit: report.removalLimit,
  }
  return { sentence: sentence(facts), hint: hint(facts) }
}

/** Null unless a list of keepers has names of no user, which protect no seat. A refusal for these names reports them. */
export function doubtRemovals({ run, summary }: RunReport): string | null {
  const rows = summary.outcomes.user_not_found ?? 0
  if (!runCommands[run.command].isOfKeepers || summary.removals === 0) return null
  if (rows === 0 || reportsUnclear(summary)) return null
  return `${countWords(rows, 'row')} ${rows === 1 ? 'matches' : 'match'} no user. Look for a misspelt name: that user could lose the seat.`
}

function reportsUnclear({ refusal }: RunReport['summary']): boolean {
  return refusal === 'unknown_users' || refusal === 'no_known_users'
}

function listUnclear(report: RunReport): string {
  if (report.summary.refusal !== 'unknown_users') return ''
  const names = nameRejects(
    report,
    ({ outcome }) => isUnclear(outcome),
    ({ input }) => `"${escapeControls(input)}"`,
  )
  return listNames(names, countUnclear(report.summary))
}
