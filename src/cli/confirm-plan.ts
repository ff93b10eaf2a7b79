import type { RunSummary } from '../domain/run.ts'
import { UserError } from '../errors.ts'
import { needsConfirmation, type Order } from '../orders/order.ts'
import { writeRun } from '../report/formats/formats.ts'
import { TextOutput } from '../report/text-output.ts'
import type { RunSession } from '../runs/run-session.ts'
import type { App } from './app.ts'

/**
 * Shows the plan on stderr and asks. Only users shown as removals may lose a seat afterwards.
 *
 * @param isStdinTaken standard input is the list or the token, so it cannot be the answer
 * @returns undefined if no confirmation is needed
 * @throws UserError without a terminal, or after a no
 */
export async function confirmPlan(
  app: App,
  order: Order,
  session: RunSession,
  isStdinTaken: boolean,
): Promise<ReadonlySet<number> | undefined> {
  if (order.confirmation === 'never') return undefined
  const { report, removals } = await app.showProgress('Planning', () => session.preview())
  // A refused plan is not confirmed.
  if (report.summary.refusal !== null) return new Set()
  if (!needsConfirmation(order, report.summary)) return removals
  const { canAsk, ask } = await import('./terminal/question.ts')
  if (isStdinTaken || !canAsk(app.terminal)) throw createUnaskedError(report.summary)
  const { createStderrPage } = await import('./terminal/terminal-page.ts')
  const output = new TextOutput(app.terminal.stderr.stream)
  await writeRun(report, 'table', createStderrPage(app.terminal, output))
  const question = `${describeChanges(report.summary)} Continue?`
  if (!(await ask(app.terminal, question, app.session.signal))) throw createCancelledError()
  return removals
}

function createUnaskedError(summary: RunSummary): UserError {
  return new UserError(
    'usage',
    `${describeChanges(summary)} This needs a confirmation, and there is no terminal to ask on. Nothing was written.`,
    'Check the plan with --dry-run, then add --yes.',
  )
}

function createCancelledError(): UserError {
  return new UserError(
    'refused',
    'Cancelled. Nothing was written.',
    'Run the same command again to be asked again.',
  )
}

function describeChanges({ removals, needed, short }: RunSummary): string {
  return `Seats to remove: ${removals}, to assign: ${needed - short}.`
}
