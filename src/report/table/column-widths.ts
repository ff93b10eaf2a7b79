import { isNarrow, loadTextWidth, narrowTextWidth } from './text-width.ts'

export const columnGap = 2

/** In columns of a terminal. */
interface ColumnFacts {
  header: string
  cellWidth: number
  isProse: boolean
}

/** A very long name sticks out alone, instead of pushing all other rows to the right. */
const widestUnwrapped = 60
const narrowestProse = 16

export async function measureCells(rows: Iterable<readonly string[]>): Promise<number[]> {
  const widths: number[] = []
  for (const cells of rows) {
    const measure = cells.every(isNarrow) ? narrowTextWidth : await loadTextWidth()
    for (const [index, cell] of cells.entries()) widths[index] = Math.max(widths[index] ?? 0, measure(cell))
  }
  return widths
}

/** On a terminal the widest prose columns are narrowed until a row fits, or until they would be unreadable. */
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

/** A header breaks between words; a cell without prose does not break. */
function findMinimum({ header, cellWidth, isProse }: ColumnFacts): number {
  const longestWord = Math.max(...header.split(' ').map(({ length }) => length))
  return isProse ? longestWord : Math.max(longestWord, cellWidth)
}

function measureLine(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + columnGap * (widths.length - 1)
}
