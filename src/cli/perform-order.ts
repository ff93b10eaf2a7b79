import type { RunReport } from '../domain/run.ts'
import type { ExitName } from '../errors.ts'
import type { Order, Question } from '../orders/order.ts'
import type { RunFormat } from '../report/reports/write-run.ts'
import { RunSession } from '../runs/run-session.ts'
import type { Store } from '../store/store.ts'
import type { App } from './app.ts'
import { confirmPlan } from './confirm-plan.ts'
import { makeInterruptible } from './make-interruptible.ts'
import type { GitLabOptions } from './options/gitlab-options.ts'
import { createPrintInterruption, judgeRun, printRun } from './print-run.ts'
import { type ReportFile, writeReportFiles } from './report-file.ts'

interface OrderOutput {
  options: GitLabOptions & { format: RunFormat; columns?: readonly string[] }
  files: readonly ReportFile[]
}

export interface PerformedOrder {
  report: RunReport
  exit: ExitName
}

/**
 * Files are written before stdout, so they are complete even if the reader of stdout stops early.
 *
 * @throws UserError also after the report, when GitLab has not answered for all changes
 */
export async function performOrder(
  app: App,
  store: Store,
  order: Order,
  output: OrderOutput,
): Promise<PerformedOrder> {
  const session = openRunSession(app, store, order, output)
  try {
    if (order.dryRun) {
      const { report } = await app.showProgress('Planning', () => session.preview())
      const shown = makeInterruptible(app, report, createPrintInterruption(report))
      return await reportOrder(app, order, shown, null, output)
    }
    const { agreedRemovals, answered } = await confirmPlan(app, order, session, isStdinTaken(order, output))
    const run = await app.showProgress('Planning', () => session.decide(agreedRemovals))
    const { report, failure } = await app.showProgress('Pushing', () => session.push(run))
    // A signal stops printing, unless it stopped the push before.
    const isStopped = failure?.exit === 'interrupted'
    const shown = isStopped ? report : makeInterruptible(app, report, createPrintInterruption(report))
    const performed = await reportOrder(app, order, shown, answered, output)
    if (failure !== null) throw failure
    return performed
  } finally {
    session.close()
  }
}

function openRunSession(app: App, store: Store, order: Order, { options }: OrderOutput): RunSession {
  const { readClock, signal, tell, actor } = app.session
  const { tokenFile, tokenCommand, timeout: timeoutMs } = options
  return new RunSession(store, order, {
    readClock,
    signal,
    tell,
    actor,
    connect: (link) =>
      app.session.connect(link, { tokenFile, tokenCommand, timeoutMs, readsPurchases: true }),
  })
}

function isStdinTaken({ source }: Order, { options }: OrderOutput): boolean {
  return source.file?.name === '-' || options.tokenFile === '-'
}

async function reportOrder(
  app: App,
  order: Order,
  report: RunReport,
  answered: Question | null,
  { options, files }: OrderOutput,
): Promise<PerformedOrder> {
  await writeReportFiles(files, report, order.source.file?.name ?? null)
  await printRun(app, order, report, options, answered)
  return { report, exit: judgeRun(order, report.summary) }
}
