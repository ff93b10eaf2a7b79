import { extname } from 'node:path'
import { isPending, type RunReport } from '../domain/run.ts'
import { UserError } from '../errors.ts'
import { writeRun } from '../report/formats/formats.ts'
import type { OutputFile } from '../report/output-file.ts'
import { createFilePage } from '../report/page.ts'
import type { TextOutput } from '../report/text-output.ts'
import type { App } from './app.ts'
import { createWriteError } from './write-error.ts'

/** A file that a run writes beside its report, whole or not at all. */
export interface SideFile {
  path: string
  file: OutputFile
  write: (output: TextOutput, report: RunReport, group: string | null) => Promise<void>
}

/**
 * Opens the file before anything is decided, so that a place that cannot be written to costs nobody a seat.
 *
 * @throws UserError where the place cannot be written to, or is the store
 */
export async function openSideFile(app: App, path: string, write: SideFile['write']): Promise<SideFile> {
  if (app.isStoreFile(path))
    throw new UserError('usage', `${path} is the store: it would be overwritten.`, 'Name another file.')
  const { openOutputFile } = await import('../report/output-file.ts')
  try {
    return { path, file: await openOutputFile(path), write }
  } catch (error) {
    throw createWriteError(path, 'Name a file in a folder of your own.', error)
  }
}

/** `--results`: every result, in the format that the name of the file asks for. */
export function openResultsFile(app: App, path: string): Promise<SideFile> {
  const format = formatOf(path)
  return openSideFile(app, path, (output, report, group) =>
    writeRun(report, group, format, createFilePage(output)),
  )
}

function formatOf(path: string): 'json' | 'ndjson' | 'csv' {
  const extension = extname(path).toLowerCase()
  if (extension === '.json') return 'json'
  return extension === '.ndjson' || extension === '.jsonl' ? 'ndjson' : 'csv'
}

/** Writes what stands in the files, which nobody sees yet. */
export async function writeSideFiles(
  files: readonly SideFile[],
  report: RunReport,
  group: string | null,
): Promise<void> {
  for (const side of files)
    await explainFailure(side, report, () => side.write(side.file.output, report, group))
}

/** Puts the files in their places. */
export async function commitSideFiles(files: readonly SideFile[], report: RunReport): Promise<void> {
  for (const side of files) await explainFailure(side, report, () => side.file.commit())
}

async function explainFailure(
  { path }: SideFile,
  report: RunReport,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work()
  } catch (error) {
    throw error instanceof UserError ? error : createWriteError(path, adviseAfter(report), error)
  }
}

/** Leaves every place as it was whose file was not committed. */
export async function discardSideFiles(files: readonly SideFile[]): Promise<void> {
  for (const { file } of files) await file.discard()
}

function adviseAfter(report: RunReport): string {
  const { run } = report
  const advice = 'Name another file and run the command again'
  if (run.dryRun) return `${advice}.`
  const state = isPending(report)
    ? 'is written all the same, and waits for GitLab to confirm it'
    : 'is complete all the same'
  return `Run ${run.id} ${state}. ${advice}; it changes nothing twice.`
}
