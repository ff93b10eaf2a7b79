import { createLineError } from '../files/malformed-line.ts'
import { describeDelimiter } from './csv-delimiter.ts'
import { mostTitleRows } from './find-header.ts'
import type { Opening } from './opening.ts'

/** A hint for a header of one cell over rows of several cells; null for another header. */
export function explainUndivided(openings: readonly Opening[], headerIndex: number): string | null {
  const dividing = openings.find((opening) => dividesRowsAlone(opening, headerIndex))
  if (dividing === undefined) return null
  return `The rows are divided by ${describeDelimiter(dividing.delimiter)}, but the header is not: divide its names, too.`
}

/**
 * @param chosen refuses a surplus cell of a row itself
 * @throws UserError if another delimiter divides the rows, which would be read as strange usernames
 */
export function refuseUndivided(
  openings: readonly Opening[],
  chosen: Opening,
  headerIndex: number,
  label: string,
): void {
  // A header that is divided by its own delimiter may have names with others.
  if ((chosen.rows[headerIndex]?.cells.length ?? 0) > 1) return
  const dividing = openings.find((opening) => opening !== chosen && dividesRowsAlone(opening, headerIndex))
  if (dividing === undefined) return
  const line = dividing.rows.slice(headerIndex + 1).find(isDivided)?.line ?? 1
  const delimiter = describeDelimiter(dividing.delimiter)
  throw createLineError(
    { label, line },
    `${delimiter} divides this row, but the header has none.`,
    `Name every column in the header, or add --delimiter "${chosen.delimiter}" if the rows have one cell.`,
  )
}

/** Whether a delimiter leaves the header whole, and divides at least two rows below it and more than half of them. */
function dividesRowsAlone({ rows }: Opening, headerIndex: number): boolean {
  const below = rows.slice(headerIndex + 1, mostTitleRows)
  const divided = below.filter(isDivided).length
  return rows[headerIndex]?.cells.length === 1 && divided >= 2 && divided > below.length / 2
}

function isDivided({ cells }: { cells: readonly string[] }): boolean {
  return cells.filter((cell) => cell !== '').length > 1
}
