import { type Command, InvalidArgumentError, Option } from 'commander'
import type { RunReport } from '../../domain/run.ts'
import { createInterruption } from '../../errors.ts'
import { type Format, formatNames, writeRunList, writeShownRun } from '../../report/formats/formats.ts'
import { listRuns } from '../../runs/list-runs.ts'
import { showRun } from '../../runs/show-run.ts'
import type { App, Perform } from '../app.ts'
import { completes } from '../completion/completes.ts'
import { formatOption, parseCount, runArgument } from '../options/basic-options.ts'
import { parseSince, type Since } from '../options/parse-since.ts'
import { createPage } from '../terminal/terminal-page.ts'

const examples = `
Examples:
  duo-seats runs
  duo-seats runs --since 7d
  duo-seats runs --user ada
  duo-seats runs show 12

More: duo-seats help commands`

const showExamples = `
Examples:
  duo-seats runs show 12
  duo-seats runs show 12 --format json`

interface RunsOptions {
  since?: Since
  user?: string
  limit?: number
  format: Format
}

export function addRunsCommand(program: Command, perform: Perform): void {
  const runs = program
    .command('runs')
    .description('Show past runs, the newest first: time, user, command, file and results.')
    .addOption(
      new Option(
        '--since <time>',
        'show only runs since a day (2026-03-01), a time (2026-03-01T08:00:00Z), or a span (7d)',
      ).argParser(parseSince),
    )
    .addOption(
      completes(
        new Option(
          '--user <name>',
          'show only runs about this user (username, email address or id), with the result',
        ).argParser(parseUser),
        'users',
      ),
    )
    .addOption(new Option('--limit <number>', 'show at most this many runs').argParser(parseCount))
    .addOption(formatOption(formatNames))
    .addHelpText('after', examples)
    .action(perform(printRuns))
  addShowCommand(program, runs, perform)
}

function addShowCommand(program: Command, runs: Command, perform: Perform): void {
  const show = runs
    .command('show')
    .summary('show one run with every result')
    .description('Show one run: user, time and options, then every result as the run printed it.')
    .addArgument(runArgument())
    .addOption(formatOption(formatNames))
    // The other options of "runs" do not apply.
    .configureHelp({ ...program.configureHelp(), visibleGlobalOptions: () => [...program.options] })
    .addHelpText('after', showExamples)
    .action(
      perform((app, id: number) => {
        refuseListOptions(runs, show)
        // commander gives a shared option to the outer command, wherever it stands.
        return printRun(app, id, runs.opts<RunsOptions>().format)
      }),
    )
}

/** Options that choose among runs would be a mistake here. */
function refuseListOptions(runs: Command, show: Command): void {
  for (const name of ['since', 'user', 'limit'])
    if (runs.getOptionValue(name) !== undefined)
      show.error(`error: option '--${name}' cannot be used with "runs show"`)
}

function parseUser(text: string): string {
  const name = text.trim()
  if (name === '') throw new InvalidArgumentError('It takes a username, an email address or a user id.')
  return name
}

async function printRuns(app: App, { since, user, limit, format }: RunsOptions): Promise<undefined> {
  const { readClock, isAtWork } = app.session
  await app.useStore({ create: false, readsOnly: true }, async (store) => {
    const options = { since: since?.(readClock()) ?? null, user: user ?? null, limit: limit ?? null }
    const list = listRuns(store, options, isAtWork)
    const readRuns = () => app.readUntilAborted(list.readRuns(), createInterruption())
    await writeRunList({ ...list, readRuns }, format, createPage(app.terminal, app.stdout))
  })
}

async function printRun(app: App, id: number, format: Format): Promise<undefined> {
  await app.useStore({ create: false, readsOnly: true }, async (store) => {
    const shown = showRun(store, id, app.session.isAtWork)
    const report = shown.report && makeInterruptible(app, shown.report)
    await writeShownRun({ ...shown, report }, format, createPage(app.terminal, app.stdout))
  })
}

function makeInterruptible(app: App, report: RunReport): RunReport {
  const readResults = () => app.readUntilAborted(report.readResults(), createInterruption())
  return { ...report, readResults }
}
