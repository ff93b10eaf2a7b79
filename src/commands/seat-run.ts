import { setImmediate } from 'node:timers/promises'
import { type Command, Option } from 'commander'
import type { App } from '../app.ts'
import type { AddOn } from '../domain/add-on.ts'
import type { Link } from '../domain/link.ts'
import { outcomeCodes, outcomes } from '../domain/outcome.ts'
import { type ShortagePolicy, shortagePolicies } from '../domain/plan.ts'
import type { RequestSource } from '../domain/request.ts'
import type { RunCommand, RunReport, RunSummary } from '../domain/run.ts'
import { type ExitName, UserError } from '../errors.ts'
import { type RunFormat, writeRun } from '../report/formats.ts'
import { createPage } from '../report/page.ts'
import { startProgress, waitingForStore } from '../report/progress.ts'
import type { TextOutput } from '../report/text-output.ts'
import type { RunLink } from '../workflows/decide-run.ts'
import type { LeftoverTotals } from '../workflows/push-pending.ts'
import { runRequests } from '../workflows/run-requests.ts'
import { addGitLabOptions, type GitLabOptions } from './gitlab-options.ts'
import { addOnOption, formatOption, parsePath } from './options.ts'
import { commitSideFiles, type SideFile, writeSideFiles } from './side-file.ts'

/** What every command that gives seats can be told. */
export interface SeatRunOptions extends GitLabOptions {
  addOn?: AddOn
  onShortage: ShortagePolicy
  dryRun?: boolean
  format: RunFormat
  results?: string
  /** False with `--no-push`. */
  push: boolean
}

export interface SeatRun {
  command: RunCommand
  source: RequestSource
  options: SeatRunOptions
  sideFiles: readonly SideFile[]
}

export function addSeatRunOptions(command: Command, formats: readonly RunFormat[]): Command {
  command
    .addOption(addOnOption())
    .option('--dry-run', 'show what would happen and write nothing')
    .addOption(
      new Option(
        '--on-shortage <policy>',
        'with too few seats: "fill" gives them in order, "fail" gives none',
      )
        .choices(shortagePolicies)
        .default('fill'),
    )
    .addOption(formatOption(formats))
    .option('--results <file>', 'also write every result to a file: .json, .ndjson, else CSV', parsePath)
    .option('--no-push', 'in a linked store: leave the seats pending until the next sync')
  return addGitLabOptions(command)
}

/** Runs the requests and reports them: files first, since they must be whole even when nobody reads stdout to its end. */
export async function runAndReport(app: App, run: SeatRun): Promise<void> {
  if (run.options.dryRun) return rehearseAndReport(app, run)
  await runRequestsOf(app, run, async (report, group) => {
    await writeSideFiles(run.sideFiles, report, group)
    await commitSideFiles(run.sideFiles, report)
    await printRun(app, run, report, group, app.stdout)
  })
}

/** What a dry run prints is kept until the store is free again: somebody may page through it for an hour. */
async function rehearseAndReport(app: App, run: SeatRun): Promise<void> {
  const { createSpool } = await import('../report/spool.ts')
  const spool = await createSpool()
  try {
    const report = await runRequestsOf(app, run, async (report, group) => {
      await writeSideFiles(run.sideFiles, report, group)
      await printRun(app, run, report, group, spool.output)
    })
    await commitSideFiles(run.sideFiles, report)
    await spool.pipeTo(app.stdout)
    await app.stdout.end()
  } finally {
    await spool.close()
  }
}

type Report = (report: RunReport, group: string | null) => Promise<void>

/** @returns the report, whose results can be read no more */
async function runRequestsOf(app: App, run: SeatRun, report: Report): Promise<RunReport> {
  const { command, source, options } = run
  const { addOn = null, onShortage, dryRun = false } = options
  const progress = startProgress(app.terminal, 'Assigning seats')
  try {
    return await app.useStore({ create: false }, async (store) =>
      runRequests(
        { command, addOn, onShortage, dryRun },
        {
          store,
          source,
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
            await report(makeInterruptible(app, finished), store.subscriptions.find()?.group ?? null)
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
  return { connect: push ? () => app.connect(link, { tokenFile, timeoutMs: timeout }) : null }
}

/** The results of earlier runs have changed, which nobody sees by this run's report. */
function describeLeftovers({ confirmed, refused, pending }: LeftoverTotals): string {
  const refusals = refused.map(({ outcome }) => outcome)
  const kinds = [...new Set(refusals)].map(
    (kind) => `${refusals.filter((outcome) => outcome === kind).length} ${kind}`,
  )
  const parts = [`${confirmed} confirmed`, ...kinds, ...(pending > 0 ? [`${pending} still pending`] : [])]
  return `Seats that earlier runs had left pending: ${parts.join(', ')}.`
}

const interruptions = {
  earlier_runs: new UserError(
    'interrupted',
    'Interrupted before this run was written. Seats of earlier runs that GitLab had not confirmed are pending.',
    'Run the same command again to go on.',
  ),
  this_run: new UserError(
    'interrupted',
    'Interrupted while seats were pushed: what GitLab had not confirmed is pending.',
    'Run "duo-seats sync" to go on; nothing is given twice.',
  ),
}

async function printRun(
  app: App,
  { options }: SeatRun,
  report: RunReport,
  group: string | null,
  output: TextOutput,
): Promise<void> {
  await writeRun(report, group, options.format, createPage(app.terminal, output))
  const { summary } = report
  app.exit = judgeRun(summary, options.push)
  if (report.run.linked && !summary.refused && summary.outcomes.not_attempted)
    app.terminal.warn(
      `GitLab had too few seats left for the whole list, so the run was stopped. Given before: ${summary.outcomes.assigned ?? 0}.`,
    )
  const isSaid = options.format === 'table' && !app.terminal.isQuiet
  // What a push left pending ends the command with an error of its own.
  if (summary.outcomes.pending && !options.push)
    app.terminal.note('Seats are pending: "duo-seats sync" pushes them to GitLab.')
  if (report.run.linked && summary.outcomes.user_not_found && !options.push)
    app.terminal.note('With --no-push, names that the store does not know are not looked up in GitLab.')
  else if (!isSaid && !summary.outcomes.pending) sayWhatMatters(app, summary)
}

/** With `--no-push` pending seats are what was asked for. */
function judgeRun({ failed, refused, outcomes: counts }: RunSummary, isPushed: boolean): ExitName {
  if (refused) return 'refused'
  const failures = outcomeCodes.filter((code) => counts[code] && outcomes[code].success === false)
  const isStaged = !isPushed && failures.every((code) => code === 'pending')
  return failed > 0 && !isStaged ? 'incomplete' : 'ok'
}

/** For people who look at stderr alone. */
function sayWhatMatters({ terminal }: App, summary: RunSummary): void {
  const { rows, failed, refused, needed, freeBefore } = summary
  if (rows === 0) terminal.note('Nothing to do: the file has no rows.')
  if (refused) {
    terminal.error(
      `Refused: seats needed: ${needed}, free: ${Math.max(0, freeBefore)}. Nothing was written.`,
      'Shorten the list, buy seats, or give what is free with --on-shortage fill.',
    )
  } else if (failed > 0) {
    terminal.error(
      `${failed} of ${rows} rows did not get what was asked for.`,
      'Each result has a message that tells why; --results FILE keeps them.',
    )
  }
}

/** A signal ends the printing, and after the commit it is said that the seats are given. */
function makeInterruptible(app: App, report: RunReport): RunReport {
  if (!report.run.dryRun) app.interruption = describeInterruption(report)
  return {
    ...report,
    readResults: () => app.readUntilAborted(report.readResults()),
    readRejects: () => app.readUntilAborted(report.readRejects()),
  }
}

function describeInterruption({ run, summary }: RunReport): UserError {
  if (summary.outcomes.pending) return interruptions.this_run
  return new UserError(
    'interrupted',
    `Interrupted while printing: run ${run.id} is complete and its seats are given.`,
    'Run the same command again to see who holds a seat; it changes nothing twice.',
  )
}
