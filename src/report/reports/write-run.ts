import type { RunReport } from '../../domain/run.ts'
import { type Format, formatNames, writeDocument } from '../formats/formats.ts'
import type { Page } from '../page.ts'
import { createRunDocument } from './run-document.ts'
import type { RunView } from './run-view.ts'
import { writeRake } from './write-rake.ts'

export type RunFormat = Format | 'rake'

export const runFormatNames: RunFormat[] = [...formatNames, 'rake']

/** @param view of the table; the other formats have the whole report */
export async function writeRun(
  report: RunReport,
  format: RunFormat,
  page: Page,
  view: RunView = 'whole',
): Promise<void> {
  if (format !== 'rake') return writeDocument(createRunDocument(report, view), format, page)
  await writeRake(report, page)
  await page.output.end()
}
