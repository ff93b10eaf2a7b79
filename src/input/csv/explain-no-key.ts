import { quoteText } from '../files/malformed-line.ts'
import { describeDelimiter } from './csv-delimiter.ts'
import { mostTitleRows } from './find-header.ts'
import { findKnownColumn } from './known-columns.ts'
import type { CsvRow } from './row-tokenizer.ts'

/** Too common in texts to be tried on every file. */
const rareDelimiters = ['|', ':', '^', '~'] as const

/** A hint for a header without a known column that another delimiter would divide into some; null without one. */
export function explainOtherDelimiter(columns: readonly string[]): string | null {
  const [name = '', ...others] = columns
  const dividing = rareDelimiters.find(
    (delimiter) => others.length === 0 && countKnown(name.split(delimiter)) > 0,
  )
  if (dividing === undefined) return null
  return `Names in it are divided by ${describeDelimiter(dividing)}: add --delimiter "${dividing}".`
}

/** A hint for a row above the header that may hold users, and so cannot be skipped; null without a header below it. */
export function explainLowerHeader(rows: readonly CsvRow[], headerIndex: number): string | null {
  const header = rows
    .slice(headerIndex + 1, mostTitleRows)
    .find(({ cells }) => countKnown(cells) > 1 || (countKnown(cells) === 1 && cells.length === 1))
  if (header === undefined) return null
  const names = header.cells.filter((cell) => findKnownColumn(cell) !== null).map(quoteText)
  return `Line ${header.line} has ${names.join(' and ')}: if it is the header, delete the lines above it.`
}

function countKnown(cells: readonly string[]): number {
  return cells.filter((cell) => findKnownColumn(cell.trim()) !== null).length
}
