import type { App } from '../app.ts'
import type { RunSummary } from '../domain/run.ts'
import { UserError } from '../errors.ts'
import { writeRun } from '../report/formats.ts'
import { TextOutput } from '../report/text-output.ts'
import { carryOutRun } from './carry-out-run.ts'
import type { SeatRun } from './seat-run.ts'

/**
 * Shows what would change and asks, where somebody must agree to it. What they agreed to becomes the cap: nothing that changes
 * meanwhile makes the run take more seats.
 *
 * @returns the run as it may be carried out; null where somebody does not want it
 * @throws UserError where there is nobody to ask
 */
export async function agreeOnRun(app: App, run: SeatRun): Promise<SeatRun | null> {
  const { mustConfirm, options, source } = run
  if (mustConfirm === undefined || options.yes) return run
  const { createSpool } = await import('../report/spool.ts')
  const { createStderrPage, canAsk, ask } = await import('../report/question.ts')
  const spool = await createSpool()
  try {
    const { summary } = await carryOutRun(
      app,
      { ...run, options: { ...options, dryRun: true } },
      (report, group) => writeRun(report, group, 'table', createStderrPage(app.terminal, spool.output)),
    )
    if (summary.refusal !== null || !mustConfirm(summary)) return run
    if (source.name === '-' || options.tokenFile === '-' || !canAsk(app.terminal))
      throw createUnaskedError(summary)
    await spool.pipeTo(new TextOutput(app.terminal.stderr.stream))
    const isAgreed = await ask(app.terminal, `${describeChanges(summary)} Go on?`, app.signal)
    if (!isAgreed) {
      app.terminal.note('Nothing was written.')
      return null
    }
    return { ...run, options: { ...options, maxRemovals: { seats: summary.removals } } }
  } finally {
    await spool.close()
  }
}

function createUnaskedError(summary: RunSummary): UserError {
  return new UserError(
    'usage',
    `${describeChanges(summary)} That needs somebody's agreement, and there is no terminal to ask on. Nothing was written.`,
    'Look at it with --dry-run, then add --yes.',
  )
}

function describeChanges({ removals, needed, short }: RunSummary): string {
  return `Seats to take: ${removals}, to give: ${needed - short}.`
}
