import { type Command, Option } from 'commander'
import type { Instant } from '../../domain/day.ts'
import { type Outcome, outcomeCodes } from '../../domain/outcome.ts'
import { createInterruption } from '../../errors.ts'
import { type Format, formatNames, writeDocument } from '../../report/formats/formats.ts'
import { recordedRunColumns, userRunColumns } from '../../report/reports/recorded-run-row.ts'
import { linkedResultColumns } from '../../report/reports/result-row.ts'
import { createRunListDocument } from '../../report/reports/run-list-document.ts'
import { createShownRunDocument } from '../../report/reports/shown-run-document.ts'
import { findLastRun, listRuns } from '../../runs/list-runs.ts'
import { showRun } from '../../runs/show-run.ts'
import type { App, Perform } from '../app.ts'
import { makeInterruptible } from '../make-interruptible.ts'
import { formatOption, jsonOption, type RunNumber, runArgument } from '../options/basic-options.ts'
import { columnsOption, refuseOtherColumns } from '../options/columns-option.ts'
import { limitOption, sinceOption, untilOption, userOption } from '../options/filter-options.ts'
import { hideOuterOptions, refuseOuterOptions } from '../options/nested-command.ts'
import type { ParsedTime } from '../options/parse-time.ts'
import { printReport } from '../print-report.ts'

const examples = `
Examples:
  duo-seats runs
  duo-seats runs --since 7d
  duo-seats runs --since 2026-03 --until 2026-03
  duo-seats runs --user ada
  duo-seats runs show 12

More: duo-seats help commands`

const showExamples = `
Examples:
  duo-seats runs show 12
  duo-seats runs show 12 --format json`

interface RunsOptions {
  since?: ParsedTime
  until?: ParsedTime
  user?: string
  outcome?: Outcome
  actor?: string
  limit?: number
  columns?: string[]
  format: Format
}

export function addRunsCommand(program: Command, perform: Perform): void {
  const runs = program
    .command('runs')
    .description('Show past runs, the newest first: time, user, command, file and results.')
    .addOption(sinceOption('runs'))
    .addOption(untilOption('runs'))
    .addOption(userOption('runs', ', with the result'))
    .addOption(new Option('--outcome <outcome>', 'show only runs with such a result').choices(outcomeCodes))
    .option('--actor <name>', 'show only runs of this system user')
    .addOption(limitOption('runs'))
    .addOption(columnsOption(userRunColumns))
    .addOption(formatOption(formatNames))
    .addOption(jsonOption())
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
    .addOption(columnsOption(linkedResultColumns))
    .addOption(formatOption(formatNames))
    .addOption(jsonOption())
    .configureHelp(hideOuterOptions(program))
    .addHelpText('after', showExamples)
    .action(
      perform((app, run: RunNumber) => {
        refuseOuterOptions(runs, show)
        return printRun(app, run, runs.opts<RunsOptions>())
      }),
    )
}

async function printRuns(app: App, options: RunsOptions): Promise<undefined> {
  const { isAtWork } = app.session
  if (options.user === undefined) refuseOtherColumns(options.columns, recordedRunColumns, 'without --user')
  await app.readStore(async (store) => {
    const list = listRuns(store, toListOptions(options, app.session.readClock()), isAtWork)
    const readRuns = () => app.readUntilAborted(list.readRuns(), createInterruption())
    await printReport(app, options, createInterruption(), (page) =>
      writeDocument(createRunListDocument({ ...list, readRuns }), options.format, page),
    )
  })
}

function toListOptions({ since, until, user, outcome, actor, limit }: RunsOptions, now: Instant) {
  return {
    since: since?.(now) ?? null,
    until: until?.(now) ?? null,
    user: user ?? null,
    outcome: outcome ?? null,
    actor: actor ?? null,
    before: null,
    limit: limit ?? null,
  }
}

async function printRun(app: App, run: RunNumber, options: RunsOptions): Promise<undefined> {
  refuseOtherColumns(options.columns, linkedResultColumns, 'in a result')
  await app.readStore(async (store) => {
    const id = run === 'last' ? findLastRun(store, app.session.isAtWork) : run
    const shown = showRun(store, id, app.session.isAtWork)
    const report = shown.report && makeInterruptible(app, shown.report, createInterruption())
    await printReport(app, options, createInterruption(), (page) =>
      writeDocument(createShownRunDocument(shown.run, shown.state, report), options.format, page),
    )
  })
}
