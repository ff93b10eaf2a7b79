import { escapeControlLines, toSafeJson } from '../escape-controls.ts'
import type { RowValue } from '../report-document.ts'

/** Makes lines of CSV from rows of cells. */
export type CsvFormatter = (rows: readonly (readonly RowValue[])[]) => string

/**
 * CSV with LF line ends and nothing in it that acts: a cell that a spreadsheet would run as a formula gets an apostrophe
 * before it (owasp.org, "CSV Injection"), control characters are shown, and only line breaks inside a cell stay what they
 * are, in quotes. A cell that begins with `#` is quoted, or its line would be read as a comment.
 */
export async function loadCsvFormatter(delimiter: string): Promise<CsvFormatter> {
  const { stringify } = await import('csv-stringify/sync')
  const options = {
    delimiter,
    record_delimiter: '\n',
    escape_formulas: true,
    quoted_match: /^#/,
    cast: { string: escapeCell, boolean: String, object: toSafeJson },
  }
  return (rows) => stringify(rows as RowValue[][], options)
}

/** A cell must not begin with a line break either: spreadsheets skip it and see the formula behind it. */
function escapeCell(text: string): string {
  return escapeControlLines(text.replace(/\r\n?/g, '\n').replace(/^\n+/, ''))
}
