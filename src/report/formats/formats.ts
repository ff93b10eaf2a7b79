import { extname } from 'node:path'
import type { Page } from '../page.ts'
import { type ReportDocument, selectColumns } from '../report-document.ts'
import { writeCsv } from './write-csv.ts'
import { writeJson, writeNdjson } from './write-json.ts'

interface FormatEntry {
  write: (document: ReportDocument, page: Page) => Promise<void>
  /** A file with one of them has the format; the usual one comes first. */
  extensions: readonly string[]
}

/** The key is the value of `--format`. */
const formats = {
  table: {
    write: async (document, page) => {
      if (!page.isQuiet) await document.writeTable(page)
    },
    extensions: [],
  },
  json: { write: writeJson, extensions: ['.json'] },
  ndjson: { write: writeNdjson, extensions: ['.ndjson', '.jsonl'] },
  csv: { write: writeCsv, extensions: ['.csv'] },
} as const satisfies Record<string, FormatEntry>

export type Format = keyof typeof formats

export const formatNames = Object.keys(formats) as Format[]

/** For a file with any other extension. */
const usualFileFormat = 'csv'

/** Such as `.json, .ndjson, else CSV`. */
export const fileFormatWords = [
  ...formatNames.flatMap((name) => (name === usualFileFormat ? [] : formats[name].extensions.slice(0, 1))),
  `else ${usualFileFormat.toUpperCase()}`,
].join(', ')

export function findFileFormat(path: string): Format {
  const extension = extname(path).toLowerCase()
  const hasExtension = (name: Format) => formats[name].extensions.some((known) => known === extension)
  return formatNames.find(hasExtension) ?? usualFileFormat
}

/** Reads the rows as often as the format needs. */
export async function writeDocument(document: ReportDocument, format: Format, page: Page): Promise<void> {
  await formats[format].write(selectColumns(document, page.columns), page)
  await page.output.end()
}
