import { formatCount } from '../domain/count-words.ts'
import type { RunReport, RunSummary } from '../domain/run.ts'
import { UserError } from '../errors.ts'
import { needsConfirmation, type Order, type Question } from '../orders/order.ts'
import { nameLeftOut } from '../report/reports/run-conclusion.ts'
import { writeRun } from '../report/reports/write-run.ts'
import { TextOutput } from '../report/text-output.ts'
import type { RunSession } from '../runs/run-session.ts'
import type { App } from './app.ts'

interface Confirmation {
  /** Only these users may lose a seat; undefined if no confirmation is needed. */
  agreedRemovals: ReadonlySet<number> | undefined
  /** With yes; null if it was not asked. */
  answered: Question | null
}

const unasked: Confirmation = { agreedRemovals: undefined, answered: null }

/**
 * Shows the plan on stderr and asks. Without a terminal, seats for a list that is too long are given in its order.
 *
 * @param isStdinTaken standard input is the list or the token, so it cannot be the answer
 * @throws UserError if removals cannot be confirmed without a terminal, or after a no
 */
export async function confirmPlan(
  app: App,
  order: Order,
  session: RunSession,
  isStdinTaken: boolean,
): Promise<Confirmation> {
  if (order.question === null) return unasked
  const { canAsk } = await import('./terminal/question.ts')
  const isHeard = !isStdinTaken && canAsk(app.terminal)
  if (order.question === 'shortage' && !isHeard) return unasked
  const { report, removals } = await app.showProgress('Planning', () => session.preview())
  if (report.summary.refusal !== null) return { agreedRemovals: new Set(), answered: null }
  if (!needsConfirmation(order, report.summary)) return { agreedRemovals: removals, answered: null }
  if (!isHeard) throw createUnaskedError(report.summary)
  if (order.question === 'shortage') {
    await requireYes(app, askAboutShortage(report, order))
    return { agreedRemovals: undefined, answered: 'shortage' }
  }
  const { createStderrPage } = await import('./terminal/terminal-page.ts')
  const output = new TextOutput(app.terminal.stderr.stream)
  await writeRun(report, 'table', createStderrPage(app.terminal, output), 'question')
  await requireYes(app, `${describeChanges(report.summary)} Continue?`)
  return { agreedRemovals: removals, answered: 'removals' }
}

async function requireYes({ terminal, session }: App, question: string): Promise<void> {
  const { ask } = await import('./terminal/question.ts')
  if (!(await ask(terminal, question, session.signal))) throw createCancelledError()
}

function askAboutShortage(report: RunReport, { source }: Order): string {
  const { needed, short, freeBefore } = report.summary
  const free = `${formatCount(freeBefore)} ${freeBefore === 1 ? 'is' : 'are'} free`
  return [
    `Without a seat: ${nameLeftOut(report)}.`,
    'To decide beforehand: --on-shortage fill or fail.',
    `${formatCount(needed)} need seats, ${free}: give ${formatCount(needed - short)} ${source.order ?? 'in file order'}?`,
  ].join('\n')
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
    'To carry the plan out, run the command again and answer with y.',
  )
}

function describeChanges({ removals, needed, short }: RunSummary): string {
  return `Seats to remove: ${formatCount(removals)}, to assign: ${formatCount(needed - short)}.`
}
