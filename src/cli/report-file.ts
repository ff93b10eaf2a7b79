import { isPending, type RunReport } from '../domain/run.ts'
import { findFileFormat } from '../report/formats/formats.ts'
import { writeReport } from '../report/kinds/report-kinds.ts'
import { createFilePage } from '../report/page.ts'
import { writeRun } from '../report/reports/write-run.ts'
import type { TextOutput } from '../report/text-output.ts'
import type { Session } from '../session.ts'
import type { OutputOptions } from './output-files.ts'
import { findRepositoryPath } from './repository-path.ts'
import { WrittenFile } from './written-file.ts'

export interface ReportFile {
  file: WrittenFile
  /** @param source the path of the list as typed, `-` for standard input, null without a file */
  write: (output: TextOutput, report: RunReport, source: string | null) => Promise<void>
}

/** `--results`, in the format of the extension, and every `--report`. */
export async function openReportFiles(session: Session, options: OutputOptions): Promise<ReportFile[]> {
  const { results, report: requested = [] } = options
  const files: ReportFile[] = []
  try {
    if (results !== undefined) files.push(await openResultsFile(session, results))
    for (const { kind, path } of requested)
      files.push({
        file: await WrittenFile.open(session, path),
        write: (output, report, source) =>
          writeReport(kind, output, report, findRepositoryPath(source, session.env)),
      })
    return files
  } catch (error) {
    await discardReportFiles(files)
    throw error
  }
}

async function openResultsFile(session: Session, path: string): Promise<ReportFile> {
  const format = findFileFormat(path)
  return {
    file: await WrittenFile.open(session, path),
    write: (output, report) => writeRun(report, format, createFilePage(output)),
  }
}

/** The hint of a failure describes the state of the run. */
export async function writeReportFiles(
  files: readonly ReportFile[],
  report: RunReport,
  source: string | null,
): Promise<void> {
  for (const { file, write } of files)
    await file.write((output) => write(output, report, source), adviseAfter(report))
}

export async function discardReportFiles(files: readonly ReportFile[]): Promise<void> {
  for (const { file } of files) await file.discard()
}

function adviseAfter(report: RunReport): string {
  const { id, dryRun } = report.run
  const advice = 'Name another file and run the command again'
  if (dryRun) return `${advice}.`
  const state = isPending(report) ? 'is written, and GitLab has not confirmed it yet' : 'is complete'
  return `Run ${id} ${state}. ${advice}; repeating it is safe.`
}
