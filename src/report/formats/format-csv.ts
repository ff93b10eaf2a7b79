import { escapeControlLines, toSafeJson } from '../escape-controls.ts'
import type { RowValue } from '../report-document.ts'

export type CsvFormatter = (rows: readonly (readonly RowValue[])[]) => string

/**
 * Rows end with LF. A formula gets an apostrophe before it (owasp.org, "CSV Injection"), control characters are escaped, and a
 * leading `#` is quoted, or its line would be read as a comment.
 */
export async function loadCsvFormatter(delimiter: string): Promise<CsvFormatter> {
  const { stringify } = await import('csv-stringify/sync')
  const options = {
    delimiter,
    record_delimiter: '\n',
    escape_formulas: true,
    quoted_match: /^#/,
    cast: { string: escapeCell, boolean: String, object: formatObject },
  }
  return (rows) => stringify(rows as RowValue[][], options)
}

function formatObject(value: object): string {
  return Array.isArray(value) ? escapeCell(value.join(' ')) : toSafeJson(value)
}

/** Spreadsheets skip a leading line break and would run the formula behind it. */
function escapeCell(text: string): string {
  return escapeControlLines(text.replace(/\r\n?/g, '\n').replace(/^\n+/, ''))
}
