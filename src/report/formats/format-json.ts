import { collectText } from '../collect-text.ts'
import { createFilePage } from '../page.ts'
import type { ReportDocument } from '../report-document.ts'
import { writeJson } from './write-json.ts'

/** The text that `--format json` prints. */
export function formatJson(document: ReportDocument): Promise<string> {
  return collectText((output) => writeJson(document, createFilePage(output)))
}
