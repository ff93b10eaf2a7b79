import type { StatusReport } from '../../domain/status-report.ts'
import { type Format, formatNames, writeDocument } from '../formats/formats.ts'
import type { Page } from '../page.ts'
import { createStatusDocument } from './status-document.ts'
import { writePrometheus } from './write-prometheus.ts'

export type StatusFormat = Format | 'prometheus'

export const statusFormatNames: StatusFormat[] = [...formatNames, 'prometheus']

export async function writeStatus(report: StatusReport, format: StatusFormat, page: Page): Promise<void> {
  if (format !== 'prometheus') return writeDocument(createStatusDocument(report), format, page)
  await writePrometheus(report, page)
  await page.output.end()
}
