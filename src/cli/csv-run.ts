import type { Command } from 'commander'
import type { RequestSource } from '../domain/request.ts'
import { UserError } from '../errors.ts'
import type { CsvSource } from '../input/csv/csv-source.ts'
import { writeRejects } from '../report/reports/rejects-file.ts'
import type { App } from './app.ts'
import { fileOption } from './options/basic-options.ts'
import type { SeatRunOptions } from './options/seat-run-options.ts'
import { type Compose, runAndReport, type SeatRun } from './seat-run.ts'
import { discardSideFiles, openResultsFile, openSideFile, type SideFile } from './side-file.ts'

/** How a list of users in a CSV is to be read. */
export interface ListOptions {
  delimiter?: string
  column?: string
  header: boolean
}

/** What every command whose users stand in a CSV can be told. */
export interface CsvRunOptions extends SeatRunOptions, ListOptions {
  rejects?: string
}

export function addCsvOptions(command: Command): Command {
  command.addOption(
    fileOption(
      '--rejects <file>',
      'also write the rows without success to a CSV that can be mended and fed in again',
    ),
  )
  return addListOptions(command)
}

export function addListOptions(command: Command): Command {
  return command
    .option(
      '--delimiter <character>',
      'what stands between cells: a character, or "tab" (default: found out)',
    )
    .option('--column <name>', 'the column that holds the usernames')
    .option('--no-header', 'the file is a bare list without a header line')
}

/** A run whose users stand in a CSV. */
export interface CsvRun extends Omit<SeatRun, 'source' | 'options' | 'sideFiles' | 'compose'> {
  compose: (source: RequestSource) => Compose
}

/**
 * Runs what a list of users asks for, and reports it.
 *
 * @param path the list, or `-` for standard input
 */
export async function runCsv(app: App, path: string, options: CsvRunOptions, run: CsvRun): Promise<void> {
  const source = await openList(app, path, options)
  try {
    const sideFiles = await openSideFiles(app, source, options)
    try {
      await runAndReport(app, { ...run, compose: run.compose(source), source, options, sideFiles })
    } finally {
      await discardSideFiles(sideFiles)
    }
  } finally {
    await source.close()
  }
}

/**
 * Opens a list of users for a run, and says which columns do not count.
 *
 * @param path the list, or `-` for standard input
 * @throws UserError also where the list is what the run would write to, or where the token comes
 */
export async function openList(app: App, path: string, options: CsvRunOptions): Promise<CsvSource> {
  const { openCsvSource } = await import('../input/csv/csv-source.ts')
  const { delimiter, column, header } = options
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
    return source
  } catch (error) {
    await source.close()
    throw error
  }
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
async function refuseToOverwrite(source: CsvSource, { results, rejects }: CsvRunOptions): Promise<void> {
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
  { results, rejects }: CsvRunOptions,
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
