import { countWords, formatCount } from '../domain/count-words.ts'
import { describeEmptyRun } from '../domain/empty-run.ts'
import { outcomeCodes, outcomes } from '../domain/outcome.ts'
import { isPending, type RunReport, type RunSummary } from '../domain/run.ts'
import { createInterruption, type ExitName, UserError } from '../errors.ts'
import { missesGoal, type Order, type Question } from '../orders/order.ts'
import { describeSource } from '../report/reports/describe-source.ts'
import { doubtRemovals, explainRefusal } from '../report/reports/explain-refusal.ts'
import type { RunView } from '../report/reports/run-view.ts'
import { type RunFormat, writeRun } from '../report/reports/write-run.ts'
import type { App } from './app.ts'
import { explainPrintFailure } from './print-failure.ts'
import { isTableShown, printReport } from './print-report.ts'

export async function printRun(
  app: App,
  order: Order,
  report: RunReport,
  options: { format: RunFormat; columns?: readonly string[] | undefined },
  answered: Question | null,
): Promise<void> {
  const { terminal } = app
  await printReport(app, options, createPrintInterruption(report), (page) =>
    writeRun(report, options.format, page, chooseView(app, report, answered)),
  ).catch((error: unknown) => {
    throw explainUnprinted(error, report)
  })
  const { run, summary } = report
  if (run.linked && summary.refusal === null && summary.outcomes.not_attempted)
    terminal.warn(
      `GitLab had too few free seats for the whole list, so the run was stopped. Assigned before: ${formatCount(summary.outcomes.assigned ?? 0)}.`,
    )
  if (isPending(report) && !order.push)
    terminal.note('Changes are pending: "duo-seats sync" pushes them to GitLab.')
  if (run.linked && summary.outcomes.user_not_found && !order.push)
    terminal.note('With --no-push, names that are not in the store are not looked up in GitLab.')
  if (options.format !== 'rake' && order.question === 'shortage' && answered === null && summary.short > 0)
    terminal.note(
      'A list that is too long gets the free seats in its order. To give all or none: --on-shortage fail.',
    )
  const isShown = isTableShown(app, options)
  const source = describeSource(report)
  if (!isShown && source !== null && (!run.linked || !run.isGitLabAsked)) terminal.note(source)
  // An error of its own reports changes that a push left pending.
  if (!isShown && (!isPending(report) || summary.refusal !== null)) summarizeOnStderr(app, report)
}

/** The plan above a question about removals had the results, unless the run was refused. On a terminal, the other runs name their undo. */
function chooseView({ terminal }: App, { summary }: RunReport, answered: Question | null): RunView {
  if (answered === 'removals' && summary.refusal === null) return 'answered'
  return terminal.stdout.isTty ? 'with_undo' : 'whole'
}

/** Without a failure of GitLab. With `--no-push`, pending changes are as requested. */
export function judgeRun(order: Order, summary: RunSummary): ExitName {
  if (summary.refusal !== null) return 'refused'
  const isAsAsked = order.push
    ? summary.failed === 0
    : listStatuses(summary).every((status) => status !== 'failed')
  if (!isAsAsked) return 'incomplete'
  if (!missesGoal(order, summary)) return 'ok'
  return order.goal?.kind === 'no_difference' ? 'different' : 'incomplete'
}

function listStatuses({ outcomes: counts }: RunSummary): string[] {
  return outcomeCodes.filter((code) => counts[code]).map((code) => outcomes[code].status)
}

function summarizeOnStderr({ terminal }: App, report: RunReport): void {
  const { rows, failed } = report.summary
  const doubt = doubtRemovals(report)
  if (doubt !== null) terminal.warn(doubt)
  const empty = describeEmptyRun(report)
  if (empty !== null) terminal.note(empty)
  const refused = explainRefusal(report)
  if (refused !== null) terminal.error(refused.sentence, refused.hint)
  else if (failed > 0)
    terminal.error(
      `${formatCount(failed)} of ${countWords(rows, 'row')} failed.`,
      'The message of each result has the reason; --results FILE writes them to a file.',
    )
}

function explainUnprinted(error: unknown, report: RunReport): unknown {
  const { id, dryRun } = report.run
  if (dryRun)
    return explainPrintFailure(error, 'Nothing was written.', 'Make room, then run the command again.')
  const state = isPending(report)
    ? 'is written, and GitLab has not confirmed it yet'
    : 'is complete and written'
  return explainPrintFailure(error, `Run ${id} ${state}.`, `To print it: duo-seats runs show ${id}`)
}

export function createPrintInterruption(report: RunReport): UserError {
  const { id, dryRun } = report.run
  if (dryRun) return createInterruption()
  return isPending(report)
    ? new UserError(
        'interrupted',
        `Interrupted while printing: run ${id} is written, and its changes that GitLab has not confirmed are pending.`,
        'Run "duo-seats sync" to push them; it is safe to repeat.',
      )
    : new UserError(
        'interrupted',
        `Interrupted while printing: run ${id} is complete and written.`,
        `To print it again: duo-seats runs show ${id}`,
      )
}
