import { isNarrow, loadTextWidth, narrowTextWidth } from './text-width.ts'

export const columnGap = 2

/** `break`: over several lines. `shorten`: with an ellipsis, as other cells are only where nothing else helps. */
export type Overflow = 'break' | 'shorten'

interface ColumnFacts {
  header: string
  cellWidth: number
  overflow?: Overflow
  /** Columns with the highest number are left out first; without one, a column stays. */
  leftOut?: number
}

interface FittedColumn {
  index: number
  width: number
}

/** A very long name sticks out alone, instead of pushing all other rows to the right. */
const widestUnwrapped = 60

/** Prose gets more room before columns are left out. */
const comfortableProse = 30
const narrowestText = 12
const narrowestProse = 16
const narrowestCell = 6

interface MeasuredCells {
  rows: number
  /** The widest cell of each column; empty without rows. */
  widths: number[]
}

export async function measureCells(rows: Iterable<readonly string[]>): Promise<MeasuredCells> {
  const widths: number[] = []
  let count = 0
  for (const cells of rows) {
    count += 1
    const measure = cells.every(isNarrow) ? narrowTextWidth : await loadTextWidth()
    for (const [index, cell] of cells.entries()) widths[index] = Math.max(widths[index] ?? 0, measure(cell))
  }
  return { rows: count, widths }
}

/**
 * On a terminal, prose is broken and names are shortened until a row fits; then columns are left out, and at last all cells are
 * shortened.
 *
 * @param terminalWidth in columns; null: no limit
 */
export function fitColumns(columns: readonly ColumnFacts[], terminalWidth: number | null): FittedColumn[] {
  const all = columns.map((facts, index) => ({ ...facts, index }))
  if (terminalWidth === null)
    return all.map((column) => ({ index: column.index, width: Math.min(findWidth(column), widestUnwrapped) }))
  const shown = leaveOut(all, terminalWidth)
  const widths = [comfortableProse, narrowestProse, null]
    .map((prose) => narrow(shown, prose, terminalWidth))
    .find((fitted, attempt) => measureLine(fitted) <= terminalWidth || attempt === 2)
  return shown.map(({ index }, position) => ({ index, width: widths?.[position] ?? 0 }))
}

function leaveOut<Column extends ColumnFacts>(columns: readonly Column[], terminalWidth: number): Column[] {
  if (measureLine(narrow(columns, comfortableProse, terminalWidth)) <= terminalWidth) return [...columns]
  const rank = Math.max(...columns.map(({ leftOut = 0 }) => leftOut))
  if (rank === 0) return [...columns]
  return leaveOut(
    columns.filter(({ leftOut }) => leftOut !== rank),
    terminalWidth,
  )
}

/** @param prose the least width of prose; null: every cell may be shortened */
function narrow(columns: readonly ColumnFacts[], prose: number | null, terminalWidth: number): number[] {
  const widths = columns.map(findWidth)
  const minimums = columns.map((column) => findMinimum(column, prose))
  const limitTo = (limit: number) =>
    widths.map((width, index) => Math.min(width, Math.max(limit, minimums[index] ?? 0)))
  let limit = terminalWidth
  while (limit > narrowestCell && measureLine(limitTo(limit)) > terminalWidth) limit -= 1
  return limitTo(limit)
}

function findWidth({ header, cellWidth }: ColumnFacts): number {
  return Math.max(header.length, cellWidth)
}

/** A header breaks between words. */
function findMinimum({ header, cellWidth, overflow }: ColumnFacts, prose: number | null): number {
  if (prose === null) return narrowestCell
  const longestWord = Math.max(...header.split(' ').map(({ length }) => length))
  if (overflow === 'break') return Math.max(longestWord, prose)
  return Math.max(longestWord, overflow === 'shorten' ? narrowestText : cellWidth)
}

function measureLine(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + columnGap * (widths.length - 1)
}
