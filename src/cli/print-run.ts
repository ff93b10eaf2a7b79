import { outcomeCodes, outcomes } from '../domain/outcome.ts'
import { isPending, type RunReport, type RunSummary } from '../domain/run.ts'
import type { ExitName } from '../errors.ts'
import { writeRun } from '../report/formats/formats.ts'
import { doubtRemovals, explainRefusal } from '../report/reports/explain-refusal.ts'
import type { TextOutput } from '../report/text-output.ts'
import type { App } from './app.ts'
import type { SeatRun } from './seat-run.ts'
import { createPage } from './terminal/terminal-page.ts'

/** Prints a run, decides how the command ends, and says on stderr what the report does not say. */
export async function printRun(
  app: App,
  run: SeatRun,
  report: RunReport,
  group: string | null,
  output: TextOutput,
): Promise<void> {
  const { options } = run
  await writeRun(report, group, options.format, createPage(app.terminal, output))
  const { summary } = report
  app.exit = judgeRun(summary, options.push)
  if (app.exit === 'ok' && run.isIncomplete?.(summary)) app.exit = 'incomplete'
  if (report.run.linked && summary.refusal === null && summary.outcomes.not_attempted)
    app.terminal.warn(
      `GitLab had too few seats left for the whole list, so the run was stopped. Given before: ${summary.outcomes.assigned ?? 0}.`,
    )
  const isSaid = options.format === 'table' && !app.terminal.isQuiet
  if (isPending(report) && !options.push)
    app.terminal.note('Changes are pending: "duo-seats sync" pushes them to GitLab.')
  if (report.run.linked && summary.outcomes.user_not_found && !options.push)
    app.terminal.note('With --no-push, names that the store does not know are not looked up in GitLab.')
  // What a push left pending ends the command with an error of its own.
  if (!isSaid && (!isPending(report) || summary.refusal !== null)) sayWhatMatters(app, report)
}

/** With `--no-push` pending seats are what was asked for. */
function judgeRun({ failed, refusal, outcomes: counts }: RunSummary, isPushed: boolean): ExitName {
  if (refusal !== null) return 'refused'
  const failures = outcomeCodes.filter((code) => counts[code] && outcomes[code].success === false)
  const isStaged = !isPushed && failures.every((code) => code === 'pending' || code === 'pending_removal')
  return failed > 0 && !isStaged ? 'incomplete' : 'ok'
}

/** For people who look at stderr alone. */
function sayWhatMatters({ terminal }: App, report: RunReport): void {
  const { rows, failed } = report.summary
  const doubt = doubtRemovals(report)
  if (doubt !== null) terminal.warn(doubt)
  if (rows === 0) terminal.note('Nothing to do.')
  const refused = explainRefusal(report)
  if (refused !== null) terminal.error(refused.sentence, refused.hint)
  else if (failed > 0) {
    terminal.error(
      `${failed} of ${rows} rows did not get what was asked for.`,
      'Each result has a message that tells why; --results FILE keeps them.',
    )
  }
}
