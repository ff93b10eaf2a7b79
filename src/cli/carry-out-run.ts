import { setImmediate } from 'node:timers/promises'
import type { Link } from '../domain/link.ts'
import { isPending, type RunReport } from '../domain/run.ts'
import { UserError } from '../errors.ts'
import type { LeftoverTotals } from '../push/push-pending.ts'
import type { RunLink } from '../runs/run-context.ts'
import { runRequests } from '../runs/run-requests.ts'
import type { App } from './app.ts'
import type { SeatRunOptions } from './options/seat-run-options.ts'
import type { SeatRun } from './seat-run.ts'
import { startProgress, waitingForStore } from './terminal/progress.ts'

/** What is done with a finished run, while its results can be read. */
type Report = (report: RunReport, group: string | null) => Promise<void>

/**
 * Opens the store, runs the requests and shows how far they are.
 *
 * @returns the report, whose results can be read no more
 */
export async function carryOutRun(app: App, run: SeatRun, report: Report): Promise<RunReport> {
  const { command, source, readNamed, compose, options, agreedRemovals, needsKnownUsers, noted = {} } = run
  const { addOn = null, onShortage = null, maxRemovals = null, dryRun = false } = options
  const progress = startProgress(app.terminal, 'Changing seats')
  try {
    return await app.useStore({ create: false }, async (store) =>
      runRequests(
        { command, addOn, onShortage, maxRemovals, agreedRemovals, needsKnownUsers, dryRun, noted },
        {
          store,
          source: readNamed ? { ...source, readBatches: () => readNamed(store) } : source,
          readBatches: (purchase) => compose(store, purchase),
          link: openLink(app, store.links.find(), options),
          actor: app.actor,
          readClock: app.readClock,
          signal: app.signal,
          onProgress: (requests) => progress.update(source.progress, `(${requests} rows)`),
          onPush: (of, settled, total) => {
            app.interruption = interruptions[of]
            progress.update(settled / total, '(confirmed by GitLab)')
          },
          onLeftovers: (totals) => {
            app.interruption = interruptions.earlier_runs
            app.terminal.warn(describeLeftovers(totals))
          },
          pause: setImmediate,
          onWait: () => progress.update(null, waitingForStore),
          report: async (finished) => {
            progress.stop()
            await report(makeInterruptible(app, finished, options), store.subscriptions.find()?.group ?? null)
          },
        },
      ),
    )
  } finally {
    progress.stop()
  }
}

/** @returns null in a store that is not linked */
function openLink(app: App, link: Link | null, { push, tokenFile, timeout }: SeatRunOptions): RunLink | null {
  if (link === null) return null
  const connect = (signal: AbortSignal) =>
    app.connect(link, { tokenFile, timeoutMs: timeout, readsPurchases: true, signal })
  return { connect: push ? connect : null }
}

/** The results of earlier runs have changed, which nobody sees by this run's report. */
function describeLeftovers({ confirmed, refused, pending }: LeftoverTotals): string {
  const refusals = refused.map(({ outcome }) => outcome)
  const kinds = [...new Set(refusals)].map(
    (kind) => `${refusals.filter((outcome) => outcome === kind).length} ${kind}`,
  )
  const parts = [`${confirmed} confirmed`, ...kinds, ...(pending > 0 ? [`${pending} still pending`] : [])]
  return `Changes that earlier runs had left pending: ${parts.join(', ')}.`
}

const interruptions = {
  earlier_runs: new UserError(
    'interrupted',
    'Interrupted before this run was written. Changes of earlier runs that GitLab had not confirmed are pending.',
    'Run the same command again to go on.',
  ),
  this_run: new UserError(
    'interrupted',
    'Interrupted while changes were pushed: what GitLab had not confirmed is pending.',
    'Run "duo-seats sync" to go on; nothing is done twice.',
  ),
}

/**
 * A signal ends the printing, and after the commit it is said that the seats are given. One that ended the push before does not:
 * somebody must see how far it came. The next one ends the process.
 */
function makeInterruptible(app: App, report: RunReport, { push }: SeatRunOptions): RunReport {
  const { dryRun } = report.run
  if (app.signal.aborted && !dryRun && push && isPending(report)) return report
  if (!dryRun) app.interruption = describeInterruption(report)
  return {
    ...report,
    readResults: () => app.readUntilAborted(report.readResults()),
    readRejects: () => app.readUntilAborted(report.readRejects()),
  }
}

function describeInterruption(report: RunReport): UserError {
  const { id } = report.run
  return isPending(report)
    ? new UserError(
        'interrupted',
        `Interrupted while printing: run ${id} is written, and what GitLab has not confirmed of it is pending.`,
        'Run "duo-seats sync" to push it; nothing is done twice.',
      )
    : new UserError(
        'interrupted',
        `Interrupted while printing: run ${id} is complete and written.`,
        'Run the same command again to see who holds a seat; it changes nothing twice.',
      )
}
