import type { Check } from '../../domain/check.ts'
import type { HistoryList } from '../../domain/history.ts'
import type { RecordedRun, RunList, RunState } from '../../domain/recorded-run.ts'
import type { RunReport } from '../../domain/run.ts'
import type { ListReport } from '../../domain/seat-list.ts'
import type { UsageReport } from '../../domain/seat-usage.ts'
import type { StatusReport } from '../../domain/status-report.ts'
import type { SyncReport } from '../../domain/sync-change.ts'
import type { Verification } from '../evidence/verify-evidence.ts'
import type { Page } from '../page.ts'
import { type ReportDocument, selectColumns } from '../report-document.ts'
import { createCheckDocument } from '../reports/check-document.ts'
import { createHistoryDocument } from '../reports/history-document.ts'
import { createListDocument } from '../reports/list-document.ts'
import { createRunDocument, type RunDocument } from '../reports/run-document.ts'
import { createRunListDocument } from '../reports/run-list-document.ts'
import type { RunView } from '../reports/run-table.ts'
import { createShownRunDocument } from '../reports/shown-run-document.ts'
import { createStatusDocument } from '../reports/status-document.ts'
import { createSyncDocument } from '../reports/sync-document.ts'
import { createUsageDocument } from '../reports/usage-document.ts'
import { createVerificationDocument } from '../reports/verification-document.ts'
import { writeCsv } from './write-csv.ts'
import { writeJson, writeNdjson } from './write-json.ts'
import { writePrometheus } from './write-prometheus.ts'
import { writeRake } from './write-rake.ts'

/** The key is the value of `--format`. */
const formats = {
  table: async (document, page) => {
    if (!page.isQuiet) await document.writeTable(page)
  },
  json: writeJson,
  ndjson: writeNdjson,
  csv: writeCsv,
} as const satisfies Record<string, (document: ReportDocument, page: Page) => Promise<void>>

const runFormats = {
  ...formats,
  rake: writeRake,
} as const satisfies Record<string, (document: RunDocument, page: Page) => Promise<void>>

export type Format = keyof typeof formats
export type StatusFormat = Format | 'prometheus'
export type RunFormat = keyof typeof runFormats

export const formatNames = Object.keys(formats) as Format[]
export const statusFormatNames: StatusFormat[] = [...formatNames, 'prometheus']
export const runFormatNames = Object.keys(runFormats) as RunFormat[]

/**
 * Reads the results as often as the format needs.
 *
 * @param view of the table; the other formats have the whole report
 */
export async function writeRun(
  report: RunReport,
  format: RunFormat,
  page: Page,
  view: RunView = 'whole',
): Promise<void> {
  await runFormats[format](selectColumns(createRunDocument(report, view), page.columns), page)
  await page.output.end()
}

async function writeDocument(document: ReportDocument, format: Format, page: Page): Promise<void> {
  await formats[format](selectColumns(document, page.columns), page)
  await page.output.end()
}

export async function writeList(report: ListReport, format: Format, page: Page): Promise<void> {
  await writeDocument(createListDocument(report), format, page)
}

/** @param notes sentences about facts that cannot be checked */
export async function writeChecks(
  checks: readonly Check[],
  notes: readonly string[],
  format: Format,
  page: Page,
): Promise<void> {
  await writeDocument(createCheckDocument(checks, notes), format, page)
}

export async function writeSync(report: SyncReport, format: Format, page: Page): Promise<void> {
  await writeDocument(createSyncDocument(report), format, page)
}

export async function writeRunList(list: RunList, format: Format, page: Page): Promise<void> {
  await writeDocument(createRunListDocument(list), format, page)
}

/** `report` is null for an unfinished run. */
export async function writeShownRun(
  { run, state, report }: { run: RecordedRun; state: RunState; report: RunReport | null },
  format: Format,
  page: Page,
): Promise<void> {
  await writeDocument(createShownRunDocument(run, state, report), format, page)
}

export async function writeHistory(list: HistoryList, format: Format, page: Page): Promise<void> {
  await writeDocument(createHistoryDocument(list), format, page)
}

export async function writeVerification(
  verification: Verification,
  format: Format,
  page: Page,
): Promise<void> {
  await writeDocument(createVerificationDocument(verification), format, page)
}

export async function writeUsage(report: UsageReport, format: Format, page: Page): Promise<void> {
  await writeDocument(createUsageDocument(report), format, page)
}

export async function writeStatus(report: StatusReport, format: StatusFormat, page: Page): Promise<void> {
  if (format !== 'prometheus') return writeDocument(createStatusDocument(report), format, page)
  await writePrometheus(report, page)
  await page.output.end()
}
