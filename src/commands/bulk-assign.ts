import type { Command } from 'commander'
import type { App, OpenApp } from '../app.ts'
import { findListPath } from '../config.ts'
import { NoPurchaseError, UserError } from '../errors.ts'
import type { CsvSource } from '../input/csv-source.ts'
import { UnreadableInputError } from '../input/read-error.ts'
import { runFormatNames } from '../report/formats.ts'
import { writeRejects } from '../report/rejects-file.ts'
import { formatRakeError } from '../report/write-rake.ts'
import { parsePath } from './options.ts'
import { addSeatRunOptions, runAndReport, type SeatRunOptions } from './seat-run.ts'
import { discardSideFiles, openResultsFile, openSideFile, type SideFile } from './side-file.ts'

const examples = `
Examples:
  duo-seats bulk-assign people.csv
  duo-seats bulk-assign people.csv --dry-run
  duo-seats bulk-assign people.csv --rejects rejects.csv
  cut -d, -f2 hr.csv | duo-seats bulk-assign - --on-shortage fail --format json

The file needs a header line with a column username, email or user_id; other columns are ignored. Without a file,
DUO_BULK_USER_FILE_PATH or DUO_PRO_BULK_USER_FILE_PATH names it.`

interface BulkAssignOptions extends SeatRunOptions {
  rejects?: string
  delimiter?: string
  column?: string
  header: boolean
}

export function addBulkAssignCommand(program: Command, openApp: OpenApp): void {
  const command = program
    .command('bulk-assign')
    .description(
      'Give a seat to every user in a CSV, in the order of the file, with one clear result for each row.',
    )
    .argument('[file]', 'a CSV file, or - for standard input')
    .addHelpText('after', examples)
  addSeatRunOptions(command, runFormatNames)
    .option(
      '--rejects <file>',
      'also write the rows without success to a CSV that can be mended and fed in again',
      parsePath,
    )
    .option(
      '--delimiter <character>',
      'what stands between cells: a character, or "tab" (default: found out)',
    )
    .option('--column <name>', 'the column that holds the usernames')
    .option('--no-header', 'the file is a bare list without a header line')
    .action(async (file: string | undefined, options: BulkAssignOptions) => {
      const app = await openApp()
      try {
        await bulkAssign(app, file, options)
      } catch (error) {
        if (options.format === 'rake') await printRakeError(app, error)
        throw error
      }
    })
}

async function bulkAssign(app: App, file: string | undefined, options: BulkAssignOptions): Promise<void> {
  const { openCsvSource } = await import('../input/csv-source.ts')
  const { delimiter, column, header } = options
  const path = requireListPath(app, file)
  if (path === '-' && options.tokenFile === '-') throw createTwoInputsError()
  const source = await openCsvSource(path, {
    ...(delimiter !== undefined && { delimiter }),
    ...(column !== undefined && { column }),
    header,
    signal: app.signal,
  })
  try {
    noteIgnoredColumns(app, source)
    await refuseToOverwrite(source, options)
    const sideFiles = await openSideFiles(app, source, options)
    try {
      await runAndReport(app, { command: 'bulk-assign', source, options, sideFiles })
    } finally {
      await discardSideFiles(sideFiles)
    }
  } finally {
    await source.close()
  }
}

/** An empty argument is a variable of a script that was not set: the environment's list would be a surprise. */
function requireListPath({ env }: App, file: string | undefined): string {
  const path = file ?? findListPath(env)
  if (path) return path
  throw new UnreadableInputError(
    'usage',
    'No file is given.',
    'Name one: "duo-seats bulk-assign people.csv", or - for standard input.',
  )
}

function createTwoInputsError(): UserError {
  return new UserError(
    'usage',
    'Standard input cannot hold both the list and the token.',
    'Name a file for one of them, or set GITLAB_TOKEN.',
  )
}

function noteIgnoredColumns({ terminal }: App, { ignoredColumns }: CsvSource): void {
  if (ignoredColumns.length === 0) return
  const names = ignoredColumns.map((name) => `"${name}"`).join(', ')
  terminal.note(`Ignored ${ignoredColumns.length === 1 ? 'column' : 'columns'}: ${names}.`)
}

/** @throws UserError where an output would replace the input or the other output */
async function refuseToOverwrite(source: CsvSource, { results, rejects }: BulkAssignOptions): Promise<void> {
  const { isSameTarget } = await import('../report/output-file.ts')
  if (results !== undefined && rejects !== undefined && (await isSameTarget(results, rejects)))
    throw new UserError('usage', '--results and --rejects name the same file.', 'Name two files.')
  for (const path of [results, rejects]) {
    if (path === undefined) continue
    if (await source.isSameFile(path))
      throw new UserError('usage', `${path} is the input: it would be overwritten.`, 'Name another file.')
  }
}

async function openSideFiles(
  app: App,
  source: CsvSource,
  { results, rejects }: BulkAssignOptions,
): Promise<SideFile[]> {
  const files: SideFile[] = []
  try {
    if (results !== undefined) files.push(await openResultsFile(app, results))
    if (rejects !== undefined) files.push(await openRejectsFile(app, rejects, source))
    return files
  } catch (error) {
    await discardSideFiles(files)
    throw error
  }
}

function openRejectsFile(app: App, path: string, source: CsvSource): Promise<SideFile> {
  return openSideFile(app, path, (output, report) =>
    writeRejects(output, {
      columns: source.columns,
      delimiter: source.delimiter,
      hasBom: source.hasBom,
      rows: source.readRows(),
      rejects: report.readRejects(),
      addOn: report.run.addOn,
    }),
  )
}

/** A script that reads the Rake task's output finds its words for a failure, too. */
async function printRakeError(app: App, error: unknown): Promise<void> {
  if (error instanceof UnreadableInputError) await app.stdout.write(formatRakeError('invalid_path', null))
  if (error instanceof NoPurchaseError)
    await app.stdout.write(formatRakeError('no_purchase', await findGroup(app)))
  await app.stdout.end()
}

function findGroup(app: App): Promise<string | null> {
  return app.useStore({ create: false }, async (store) => store.subscriptions.find()?.group ?? null)
}
