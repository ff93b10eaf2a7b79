import { isNarrow, loadTextWidth, narrowTextWidth } from './text-width.ts'

/** Spaces between two columns of a table. */
export const columnGap = 2

/** What the width of a column is decided from. All widths are columns of a terminal. */
export interface ColumnFacts {
  header: string
  /** The widest cell. */
  cellWidth: number
  /** Whether the cells are prose, which may be broken over several lines. */
  isProse: boolean
}

/** One monstrous name must not push all other rows to the right: it alone sticks out. */
const widestUnwrapped = 60
const narrowestProse = 16

/** The widest cell of each column, over all rows; empty where there are no rows. */
export async function measureCells(rows: Iterable<readonly string[]>): Promise<number[]> {
  const widths: number[] = []
  for (const cells of rows) {
    const measure = cells.every(isNarrow) ? narrowTextWidth : await loadTextWidth()
    for (const [index, cell] of cells.entries()) widths[index] = Math.max(widths[index] ?? 0, measure(cell))
  }
  return widths
}

/**
 * The widths to print with. Where the terminal's width is known, the widest columns of prose are narrowed until a row fits
 * or would be no more readable; else columns are as wide as their cells.
 */
export function fitColumns(columns: readonly ColumnFacts[], terminalWidth: number | null): number[] {
  const widths = columns.map(({ header, cellWidth }) => Math.max(header.length, cellWidth))
  if (terminalWidth === null) return widths.map((width) => Math.min(width, widestUnwrapped))

  const minimums = columns.map(findMinimum)
  const limitTo = (limit: number) =>
    widths.map((width, index) => Math.min(width, Math.max(limit, minimums[index] ?? 0)))
  let limit = terminalWidth
  while (limit > narrowestProse && measureLine(limitTo(limit)) > terminalWidth) limit -= 1
  return limitTo(limit)
}

/** A header breaks between words, what is no prose nowhere. */
function findMinimum({ header, cellWidth, isProse }: ColumnFacts): number {
  const longestWord = Math.max(...header.split(' ').map(({ length }) => length))
  return isProse ? longestWord : Math.max(longestWord, cellWidth)
}

function measureLine(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + columnGap * (widths.length - 1)
}
