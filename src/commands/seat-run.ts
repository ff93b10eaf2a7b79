import { type Command, Option } from 'commander'
import { type App, createInterruption, readUntilAborted } from '../app.ts'
import type { AddOn } from '../domain/add-on.ts'
import { type ShortagePolicy, shortagePolicies } from '../domain/plan.ts'
import type { RequestSource } from '../domain/request.ts'
import type { RunCommand, RunReport, RunSummary } from '../domain/run.ts'
import { type ExitName, UserError } from '../errors.ts'
import { type RunFormat, writeRun } from '../report/formats.ts'
import { createPage } from '../report/page.ts'
import { startProgress } from '../report/progress.ts'
import type { Spool } from '../report/spool.ts'
import type { TextOutput } from '../report/text-output.ts'
import { runRequests } from '../workflows/run-requests.ts'
import { addOnOption, formatOption, parsePath } from './options.ts'
import { commitSideFiles, type SideFile } from './side-file.ts'

/** What every command that gives seats can be told. */
export interface SeatRunOptions {
  addOn?: AddOn
  onShortage: ShortagePolicy
  dryRun?: boolean
  format: RunFormat
  results?: string
}

export interface SeatRun {
  command: RunCommand
  source: RequestSource
  options: SeatRunOptions
  sideFiles: readonly SideFile[]
}

export function addSeatRunOptions(command: Command, formats: readonly RunFormat[]): Command {
  return command
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
}

/** Runs the requests and reports them: files first, since they must be whole even when nobody reads stdout to its end. */
export async function runAndReport(app: App, run: SeatRun): Promise<void> {
  // What a dry run prints is kept until the store is free again: somebody may page through it for an hour.
  const spool = run.options.dryRun ? await openSpool() : null
  await runRequestsOf(app, run, spool?.output ?? app.stdout)
  await spool?.pipeTo(app.stdout)
  await app.stdout.end()
  await spool?.close()
}

async function openSpool(): Promise<Spool> {
  const { createSpool } = await import('../report/spool.ts')
  return createSpool()
}

async function runRequestsOf(app: App, run: SeatRun, output: TextOutput): Promise<void> {
  const { command, source, options } = run
  const { addOn = null, onShortage, dryRun = false } = options
  const progress = startProgress(app.terminal, 'Assigning seats')
  try {
    await app.useStore({ create: false }, (store) =>
      runRequests(
        { command, addOn, onShortage, dryRun },
        {
          store,
          source,
          actor: app.actor,
          readClock: app.readClock,
          signal: app.signal,
          onProgress: (requests) => progress.update(source.progress, `(${requests} rows)`),
          onWait: () => progress.update(null, '(waiting for another process that writes to the store)'),
          report: async (report) => {
            progress.stop()
            const group = store.subscriptions.find()?.group ?? null
            await reportRun(app, run, guardAgainstInterruption(report, app.signal), group, output)
          },
        },
      ),
    )
  } finally {
    progress.stop()
  }
}

async function reportRun(
  app: App,
  { options, sideFiles }: SeatRun,
  report: RunReport,
  group: string | null,
  output: TextOutput,
): Promise<void> {
  await commitSideFiles(sideFiles, report, group)
  await writeRun(report, group, options.format, createPage(app.terminal, output))
  app.exit = judgeRun(report.summary)
  const isSaid = options.format === 'table' && !app.terminal.isQuiet
  if (!isSaid) sayWhatMatters(app, report.summary)
}

function judgeRun({ failed, refused }: RunSummary): ExitName {
  if (refused) return 'refused'
  return failed > 0 ? 'incomplete' : 'ok'
}

/** For people who look at stderr alone. */
function sayWhatMatters({ terminal }: App, summary: RunSummary): void {
  const { rows, failed, refused, needed, freeBefore } = summary
  if (rows === 0) terminal.note('Nothing to do: the file has no rows.')
  if (refused) {
    const free = Math.max(0, freeBefore)
    terminal.error(
      `Refused: ${needed} users need a seat and ${free} ${free === 1 ? 'is' : 'are'} free. Nothing was written.`,
      'Shorten the list, buy seats, or give what is free with --on-shortage fill.',
    )
  } else if (failed > 0) {
    terminal.error(
      `${failed} of ${rows} did not get what was asked for.`,
      'The results tell why, each with its message.',
    )
  }
}

/** After the commit a signal ends the printing, and says that the seats are given. */
function guardAgainstInterruption(report: RunReport, signal: AbortSignal): RunReport {
  const guard = <T>(items: Iterable<T>) => readUntilAborted(items, signal, () => describeInterruption(report))
  return {
    ...report,
    readResults: () => guard(report.readResults()),
    readRejects: () => guard(report.readRejects()),
  }
}

function describeInterruption({ run }: RunReport): UserError {
  if (run.dryRun) return createInterruption()
  return new UserError(
    'interrupted',
    `Interrupted while printing: run ${run.id} is complete and its seats are given.`,
    'Run the same command again to see who holds a seat; it changes nothing twice.',
  )
}
