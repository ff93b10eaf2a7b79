import type { RunReport, RunSummary } from '../domain/run.ts'
import { UserError } from '../errors.ts'
import { writeRun } from '../report/formats/formats.ts'
import { TextOutput } from '../report/text-output.ts'
import type { App } from './app.ts'
import { carryOutRun } from './carry-out-run.ts'
import type { SeatRun } from './seat-run.ts'

/**
 * Shows what would change and asks, where somebody must agree to it. Whoever loses a seat in what they saw may lose it, and
 * nobody else, whatever changes meanwhile.
 *
 * @returns the run as it may be carried out
 * @throws UserError where there is nobody to ask, or where the answer is no
 */
export async function agreeOnRun(app: App, run: SeatRun): Promise<SeatRun> {
  const { mustConfirm, options, source } = run
  if (mustConfirm === undefined || options.yes) return run
  const { createSpool } = await import('../report/spool.ts')
  const { createStderrPage } = await import('./terminal/terminal-page.ts')
  const { canAsk, ask } = await import('./terminal/question.ts')
  const spool = await createSpool()
  try {
    const rehearsed = { ...run, options: { ...options, dryRun: true } }
    let agreedRemovals: ReadonlySet<number> = new Set()
    const { summary } = await carryOutRun(app, rehearsed, async (report, group) => {
      agreedRemovals = findRemovals(report)
      await writeRun(report, group, 'table', createStderrPage(app.terminal, spool.output))
    })
    // Nobody has agreed to anything in a plan that is refused.
    if (summary.refusal !== null) return { ...run, agreedRemovals: new Set() }
    if (!mustConfirm(summary)) return { ...run, agreedRemovals }
    if (source.name === '-' || options.tokenFile === '-' || !canAsk(app.terminal))
      throw createUnaskedError(summary)
    const talk = new TextOutput(app.terminal.stderr.stream)
    await spool.pipeTo(talk)
    await talk.end()
    const isAgreed = await ask(app.terminal, `${describeChanges(summary)} Go on?`, app.signal)
    if (!isAgreed) throw createDisagreedError()
    return { ...run, agreedRemovals }
  } finally {
    await spool.close()
  }
}

/** Whose seat a dry run takes. */
function findRemovals({ readResults }: RunReport): ReadonlySet<number> {
  const userIds = new Set<number>()
  for (const { outcome, userId } of readResults())
    if (outcome === 'unassigned' && userId !== null) userIds.add(userId)
  return userIds
}

function createUnaskedError(summary: RunSummary): UserError {
  return new UserError(
    'usage',
    `${describeChanges(summary)} That needs somebody's agreement, and there is no terminal to ask on. Nothing was written.`,
    'Look at it with --dry-run, then add --yes.',
  )
}

function createDisagreedError(): UserError {
  return new UserError(
    'refused',
    'It was not agreed to. Nothing was written.',
    'Run the same command again to be asked again.',
  )
}

function describeChanges({ removals, needed, short }: RunSummary): string {
  return `Seats to take: ${removals}, to give: ${needed - short}.`
}
