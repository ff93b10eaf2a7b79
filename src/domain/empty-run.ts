import { outcomeCodes, outcomes } from './outcome.ts'
import type { RunReport } from './run.ts'
import { runCommands } from './run-command.ts'

/** Null for a run with rows to show. The summary of a reclaim without an idle seat counts the users of `--except`. */
export function describeEmptyRun({ run, summary }: Pick<RunReport, 'run' | 'summary'>): string | null {
  const { emptyRun, isEmptyUnchanged } = runCommands[run.command]
  if (summary.rows === 0) return emptyRun
  const shown = outcomeCodes.filter((code) => !['=', null].includes(outcomes[code].sign))
  return isEmptyUnchanged && shown.every((code) => !summary.outcomes[code]) ? emptyRun : null
}
