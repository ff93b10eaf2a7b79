import { type Command, InvalidArgumentError, Option } from 'commander'
import { type Format, formatNames, writeRunList, writeShownRun } from '../../report/formats/formats.ts'
import { listRuns } from '../../runs/list-runs.ts'
import { showRun } from '../../runs/show-run.ts'
import type { App, OpenApp } from '../app.ts'
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
  duo-seats runs show 12 --format csv > run-12.csv`

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

export function addRunsCommand(program: Command, openApp: OpenApp): void {
  const runs = program
    .command('runs')
    .description(
      'Show which runs there were, the newest first: when, who, with which file, and what came of it.',
    )
    .addOption(
      new Option(
        '--since <time>',
        'only runs since a day (2026-03-01), a time (2026-03-01T08:00:00Z), or so far back (7d)',
      ).argParser(parseSince),
    )
    .addOption(
      completes(
        new Option(
          '--user <name>',
          'only runs about this user, by username, email address or id, and what became of the user',
        ).argParser(parseUser),
        'users',
      ),
    )
    .addOption(new Option('--limit <number>', 'at most so many runs').argParser(parseCount))
    .addOption(formatOption(formatNames))
    .addHelpText('after', examples)
    .action(async (options: RunsOptions) => printRuns(await openApp(), options))
  addShowCommand(program, runs, openApp)
}

function addShowCommand(program: Command, runs: Command, openApp: OpenApp): void {
  const show = runs
    .command('show')
    .summary('show one run with every result')
    .description('Show one run: who, when and how, then every result as the run printed it.')
    .addArgument(runArgument())
    .addOption(formatOption(formatNames))
    // The other options of "runs" are none of its own.
    .configureHelp({ ...program.configureHelp(), visibleGlobalOptions: () => [...program.options] })
    .addHelpText('after', showExamples)
    .action(async (id: number) => {
      refuseListOptions(runs, show)
      // commander gives an option to the outer of two commands that know it, wherever it stands.
      await printRun(await openApp(), id, runs.opts<RunsOptions>().format)
    })
}

/** A run that is shown is one already: to choose among runs would be a mistake. */
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

async function printRuns(app: App, { since, user, limit, format }: RunsOptions): Promise<void> {
  await app.useStore({ create: false }, async (store) => {
    const options = { since: since?.(app.readClock()) ?? null, user: user ?? null, limit: limit ?? null }
    const list = listRuns(store, options, (run) => app.isAtWork(run))
    const readRuns = () => app.readUntilAborted(list.readRuns())
    await writeRunList({ ...list, readRuns }, format, createPage(app.terminal, app.stdout))
  })
}

async function printRun(app: App, id: number, format: Format): Promise<void> {
  await app.useStore({ create: false }, async (store) => {
    const shown = showRun(store, id, (run) => app.isAtWork(run))
    const report = shown.report && {
      ...shown.report,
      readResults: () => app.readUntilAborted(shown.report?.readResults() ?? []),
    }
    await writeShownRun({ ...shown, report }, format, createPage(app.terminal, app.stdout))
  })
}
