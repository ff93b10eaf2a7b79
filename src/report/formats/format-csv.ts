import { escapeControlLines, toSafeJson } from '../escape-controls.ts'
import type { RowValue } from '../report-document.ts'

export type CsvFormatter = (rows: readonly (readonly RowValue[])[]) => string

/** A leading `#` would make a comment of its line. Spreadsheets divide cells at a delimiter of their own. */
const quotedCells = [/^#/, /[,;|\t]/]

/** Behind a delimiter that is not ours, or a line break, a spreadsheet begins a cell: quotes inside of a line do not help. */
const innerFormulas = /(?=[ \u00a0]*[=+\-@\uff1d\uff0b\uff0d\uff20])(?<=[,;|\n]"*)/g

/** Some spreadsheets drop the spaces before it. csv-stringify guards a formula at the very start. */
const indentedFormula = /^(?=[ \u00a0]+[=+\-@\uff1d\uff0b\uff0d\uff20])/

/** As {@link innerFormulas}, where JSON has a string. */
const formulasInStrings = /[=+\-@\uff1d\uff0b\uff0d\uff20](?<=[;|][ \u00a0]*.|,"[ \u00a0]*.)/g

/**
 * Rows end with LF. A formula gets an apostrophe before it (owasp.org, "CSV Injection"), also behind any delimiter, and control
 * characters are escaped.
 */
export async function loadCsvFormatter(delimiter: string): Promise<CsvFormatter> {
  const { stringify } = await import('csv-stringify/sync')
  const options = {
    delimiter,
    record_delimiter: '\n',
    escape_formulas: true,
    quoted_match: quotedCells,
    cast: { string: escapeCell, boolean: String, object: formatObject },
  }
  return (rows) => stringify(rows as RowValue[][], options)
}

/** An apostrophe would change the strings of an object. */
function formatObject(value: object): string {
  if (Array.isArray(value)) return escapeCell(value.join(' '))
  return toSafeJson(value).replace(
    formulasInStrings,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Spreadsheets skip a leading line break and would run the formula behind it. */
function escapeCell(text: string): string {
  const lines = text.replace(/\r\n?/g, '\n').replace(/^\n+/, '')
  return escapeControlLines(lines).replace(innerFormulas, "'").replace(indentedFormula, "'")
}
