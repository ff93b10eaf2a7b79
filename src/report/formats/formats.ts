import type { Page } from '../page.ts'
import { type ReportDocument, selectColumns } from '../report-document.ts'
import { writeCsv } from './write-csv.ts'
import { writeJson, writeNdjson } from './write-json.ts'

/** The key is the value of `--format`. */
const formats = {
  table: async (document, page) => {
    if (!page.isQuiet) await document.writeTable(page)
  },
  json: writeJson,
  ndjson: writeNdjson,
  csv: writeCsv,
} as const satisfies Record<string, (document: ReportDocument, page: Page) => Promise<void>>

export type Format = keyof typeof formats

export const formatNames = Object.keys(formats) as Format[]

/** Reads the rows as often as the format needs. */
export async function writeDocument(document: ReportDocument, format: Format, page: Page): Promise<void> {
  await formats[format](selectColumns(document, page.columns), page)
  await page.output.end()
}
