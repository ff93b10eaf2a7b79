import type { RunSummary } from '../domain/run.ts'
import { UserError } from '../errors.ts'
import { needsConfirmation, type Order } from '../orders/order.ts'
import { writeRun } from '../report/formats/formats.ts'
import { TextOutput } from '../report/text-output.ts'
import type { RunSession } from '../runs/run-session.ts'
import type { App } from './app.ts'

interface Confirmation {
  /** Only these users may lose a seat; undefined if no confirmation is needed. */
  agreedRemovals: ReadonlySet<number> | undefined
  isAsked: boolean
}

/**
 * Shows the plan on stderr and asks.
 *
 * @param isStdinTaken standard input is the list or the token, so it cannot be the answer
 * @throws UserError without a terminal, or after a no
 */
export async function confirmPlan(
  app: App,
  order: Order,
  session: RunSession,
  isStdinTaken: boolean,
): Promise<Confirmation> {
  if (!order.mayNeedYes) return { agreedRemovals: undefined, isAsked: false }
  const { report, removals } = await app.showProgress('Planning', () => session.preview())
  // A refused plan is not confirmed.
  if (report.summary.refusal !== null) return { agreedRemovals: new Set(), isAsked: false }
  if (!needsConfirmation(order, report.summary)) return { agreedRemovals: removals, isAsked: false }
  const { canAsk, ask } = await import('./terminal/question.ts')
  if (isStdinTaken || !canAsk(app.terminal)) throw createUnaskedError(report.summary)
  const { createStderrPage } = await import('./terminal/terminal-page.ts')
  const output = new TextOutput(app.terminal.stderr.stream)
  await writeRun(report, 'table', createStderrPage(app.terminal, output), 'question')
  const question = `${describeChanges(report.summary)} Continue?`
  if (!(await ask(app.terminal, question, app.session.signal))) throw createCancelledError()
  return { agreedRemovals: removals, isAsked: true }
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
