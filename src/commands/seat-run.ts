import { setImmediate } from 'node:timers/promises'
import { type Command, Option } from 'commander'
import type { App } from '../app.ts'
import type { AddOn, PurchaseInUse } from '../domain/add-on.ts'
import type { Link } from '../domain/link.ts'
import { outcomeCodes, outcomes } from '../domain/outcome.ts'
import { type RunRefusal, type ShortagePolicy, shortagePolicies } from '../domain/plan.ts'
import { defaultRemovalCap, formatRemovalCap, type RemovalCap } from '../domain/removal-cap.ts'
import type { RequestBatch, RequestSource } from '../domain/request.ts'
import type { RunCommand, RunReport, RunSummary } from '../domain/run.ts'
import { type ExitName, UserError } from '../errors.ts'
import { type RunFormat, writeRun } from '../report/formats.ts'
import { createPage } from '../report/page.ts'
import { startProgress, waitingForStore } from '../report/progress.ts'
import { TextOutput } from '../report/text-output.ts'
import type { Store } from '../store/store.ts'
import type { RunLink, RunOptions } from '../workflows/decide-run.ts'
import type { LeftoverTotals } from '../workflows/push-pending.ts'
import { runRequests } from '../workflows/run-requests.ts'
import { addGitLabOptions, type GitLabOptions } from './gitlab-options.ts'
import { addOnOption, formatOption, parsePath, parseRemovalCap } from './options.ts'
import {
  commitSideFiles,
  discardSideFiles,
  openResultsFile,
  type SideFile,
  writeSideFiles,
} from './side-file.ts'

/** What every command that changes seats can be told. */
export interface SeatRunOptions extends GitLabOptions {
  addOn?: AddOn
  /** Of a command that gives seats. */
  onShortage?: ShortagePolicy
  /** Of a command that takes seats from many. */
  maxRemovals?: RemovalCap
  dryRun?: boolean
  /** Nobody is asked. */
  yes?: boolean
  format: RunFormat
  results?: string
  /** False with `--no-push`. */
  push: boolean
}

/** What is asked for, once the store is open. */
export type Compose = (store: Store, purchase: PurchaseInUse) => AsyncIterable<RequestBatch>

export interface SeatRun {
  command: RunCommand
  /** Whom somebody named. */
  source: RequestSource
  compose: Compose
  /** Whether somebody must agree to what the run would change; undefined: never. */
  mustConfirm?: (summary: RunSummary) => boolean
  /** Whether a run without a failure ends as one that has some. */
  isIncomplete?: (summary: RunSummary) => boolean
  /** What else decided, for the audit trail. */
  noted?: RunOptions['noted']
  options: SeatRunOptions
  sideFiles: readonly SideFile[]
}

export function addSeatRunOptions(command: Command, formats: readonly RunFormat[]): Command {
  command
    .option('--dry-run', 'show what would happen and write nothing')
    .addOption(formatOption(formats))
    .option('--results <file>', 'also write every result to a file: .json, .ndjson, else CSV', parsePath)
    .option('--no-push', 'in a linked store: leave the changes pending until the next sync')
  return addGitLabOptions(command)
}

/** For commands that do not know by themselves whose seats are meant. */
export function addAddOnOption(command: Command): Command {
  return command.addOption(addOnOption())
}

/** For commands that give seats. */
export function addShortageOption(command: Command): Command {
  return command.addOption(
    new Option('--on-shortage <policy>', 'with too few seats: "fill" gives them in order, "fail" gives none')
      .choices(shortagePolicies)
      .default('fill'),
  )
}

/** For commands that take seats from many. */
export function addRemovalOptions(command: Command): Command {
  return addYesOption(command).addOption(
    new Option(
      '--max-removals <number>',
      'refuse to take more seats than this: a number, or a percentage of those held',
    )
      .argParser(parseRemovalCap)
      .default(defaultRemovalCap, formatRemovalCap(defaultRemovalCap)),
  )
}

export function addYesOption(command: Command): Command {
  return command.option('-y, --yes', 'do it without asking')
}

/** Runs the requests and reports them, `--results` included. */
export async function runWithResultsFile(app: App, run: Omit<SeatRun, 'sideFiles'>): Promise<void> {
  const { results } = run.options
  const sideFiles = results === undefined ? [] : [await openResultsFile(app, results)]
  try {
    await runAndReport(app, { ...run, sideFiles })
  } finally {
    await discardSideFiles(sideFiles)
  }
}

/** Runs the requests and reports them: files first, since they must be whole even when nobody reads stdout to its end. */
export async function runAndReport(app: App, run: SeatRun): Promise<void> {
  if (run.options.dryRun) return rehearseAndReport(app, run)
  const agreed = await agreeOnRun(app, run)
  if (agreed === null) return
  await runRequestsOf(app, agreed, async (report, group) => {
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

/**
 * Shows what would change and asks, where somebody must agree to it. What they agreed to becomes the cap: nothing that changes
 * meanwhile makes the run take more seats.
 *
 * @returns the run as it may be carried out; null where somebody does not want it
 * @throws UserError where there is nobody to ask
 */
async function agreeOnRun(app: App, run: SeatRun): Promise<SeatRun | null> {
  const { mustConfirm, options, source } = run
  if (mustConfirm === undefined || options.yes) return run
  const { createSpool } = await import('../report/spool.ts')
  const { createStderrPage, canAsk, ask } = await import('../report/question.ts')
  const spool = await createSpool()
  try {
    const { summary } = await runRequestsOf(
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

type Report = (report: RunReport, group: string | null) => Promise<void>

/** @returns the report, whose results can be read no more */
async function runRequestsOf(app: App, run: SeatRun, report: Report): Promise<RunReport> {
  const { command, source, compose, options, noted = {} } = run
  const { addOn = null, onShortage = null, maxRemovals = null, dryRun = false } = options
  const progress = startProgress(app.terminal, 'Changing seats')
  try {
    return await app.useStore({ create: false }, async (store) =>
      runRequests(
        { command, addOn, onShortage, maxRemovals, dryRun, noted },
        {
          store,
          source,
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

async function printRun(
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
  // What a push left pending ends the command with an error of its own.
  const isPending = summary.outcomes.pending || summary.outcomes.pending_removal
  if (isPending && !options.push)
    app.terminal.note('Changes are pending: "duo-seats sync" pushes them to GitLab.')
  if (report.run.linked && summary.outcomes.user_not_found && !options.push)
    app.terminal.note('With --no-push, names that the store does not know are not looked up in GitLab.')
  else if (!isSaid && !isPending) sayWhatMatters(app, summary)
}

/** With `--no-push` pending seats are what was asked for. */
function judgeRun({ failed, refusal, outcomes: counts }: RunSummary, isPushed: boolean): ExitName {
  if (refusal !== null) return 'refused'
  const failures = outcomeCodes.filter((code) => counts[code] && outcomes[code].success === false)
  const isStaged = !isPushed && failures.every((code) => code === 'pending' || code === 'pending_removal')
  return failed > 0 && !isStaged ? 'incomplete' : 'ok'
}

/** For people who look at stderr alone. */
function sayWhatMatters({ terminal }: App, summary: RunSummary): void {
  const { rows, failed, refusal } = summary
  if (rows === 0) terminal.note('Nothing to do.')
  if (refusal !== null) terminal.error(...explainRefusal(refusal, summary))
  else if (failed > 0) {
    terminal.error(
      `${failed} of ${rows} rows did not get what was asked for.`,
      'Each result has a message that tells why; --results FILE keeps them.',
    )
  }
}

function explainRefusal(refusal: RunRefusal, summary: RunSummary): [sentence: string, hint: string] {
  const { needed, removals, freeBefore } = summary
  return refusal === 'too_many_removals'
    ? [
        `Refused: ${removals} seats would be taken, which is more than --max-removals allows. Nothing was written.`,
        `Look at them with --dry-run. If it is meant, say so: --max-removals ${removals}.`,
      ]
    : [
        `Refused: seats needed: ${needed}, free: ${Math.max(0, freeBefore + removals)}. Nothing was written.`,
        'Shorten the list, buy seats, or give what is free with --on-shortage fill.',
      ]
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
  if (summary.outcomes.pending || summary.outcomes.pending_removal) return interruptions.this_run
  return new UserError(
    'interrupted',
    `Interrupted while printing: run ${run.id} is complete and written.`,
    'Run the same command again to see who holds a seat; it changes nothing twice.',
  )
}
