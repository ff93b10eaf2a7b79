import { extname } from 'node:path'
import type { RunReport } from '../domain/run.ts'
import { UserError } from '../errors.ts'
import { writeRun } from '../report/formats.ts'
import type { OutputFile } from '../report/output-file.ts'
import { createFilePage } from '../report/page.ts'
import type { TextOutput } from '../report/text-output.ts'

/** A file that a run writes beside its report, whole or not at all. */
export interface SideFile {
  path: string
  file: OutputFile
  write: (output: TextOutput, report: RunReport, group: string | null) => Promise<void>
}

/**
 * Opens the file before anything is decided, so that a place that cannot be written to costs nobody a seat.
 *
 * @throws UserError where the place cannot be written to
 */
export async function openSideFile(path: string, write: SideFile['write']): Promise<SideFile> {
  const { openOutputFile } = await import('../report/output-file.ts')
  try {
    return { path, file: await openOutputFile(path), write }
  } catch (error) {
    throw createWriteError(path, error)
  }
}

/** `--results`: every result, in the format that the name of the file asks for. */
export function openResultsFile(path: string): Promise<SideFile> {
  const format = formatOf(path)
  return openSideFile(path, (output, report, group) =>
    writeRun(report, group, format, createFilePage(output)),
  )
}

function formatOf(path: string): 'json' | 'ndjson' | 'csv' {
  const extension = extname(path).toLowerCase()
  if (extension === '.json') return 'json'
  return extension === '.ndjson' || extension === '.jsonl' ? 'ndjson' : 'csv'
}

export async function commitSideFiles(
  files: readonly SideFile[],
  report: RunReport,
  group: string | null,
): Promise<void> {
  for (const { path, file, write } of files) {
    try {
      await write(file.output, report, group)
      await file.commit()
    } catch (error) {
      throw error instanceof UserError ? error : createWriteError(path, error)
    }
  }
}

function createWriteError(path: string, cause: unknown): UserError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new UserError(
    'failed',
    `${path} cannot be written: ${why}.`,
    'Name a file in a folder of your own.',
    cause,
  )
}
