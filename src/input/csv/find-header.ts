import { isNamed } from './csv-header.ts'
import { findKnownColumn } from './known-columns.ts'
import type { CsvRow } from './row-tokenizer.ts'

/** Rows that may be titles above the header. */
export const mostTitleRows = 20

/**
 * Returns the index of the header among the first rows of a file; null if no row is one.
 *
 * @param chosen names of `--column`; a header has all of them. Without a name, a header has a known column
 */
export function findHeader(rows: readonly CsvRow[], chosen: readonly string[]): number | null {
  const isHeader =
    chosen.length > 0
      ? ({ cells }: CsvRow) => chosen.every((name) => cells.some((cell) => isNamed(cell, name.trim())))
      : (_: CsvRow, index: number) => isKnownHeader(rows, index)
  const index = rows.slice(0, mostTitleRows).findIndex(isHeader)
  return index === -1 ? null : index
}

/** A row of data may contain "user" or "email", too: a row that is not longer than those above needs two known names, or a clear one. */
function isKnownHeader(rows: readonly CsvRow[], index: number): boolean {
  const cells = rows[index]?.cells ?? []
  const known = cells.flatMap((cell) => findKnownColumn(cell) ?? [])
  if (known.length === 0) return false
  const filled = countFilled(cells)
  const widest = Math.max(0, ...rows.slice(0, index).map((row) => countFilled(row.cells)))
  if (filled > widest) return true
  if (!rows.slice(0, index).every(isTitle)) return false
  if (known.length > 1) return true
  return filled === widest && known.every(({ kind, rank }) => rank < 2 && (kind !== 'email' || filled === 1))
}

/** A row of a list has a username or an address: a title has spaces or a colon. Else the users of two joined lists would be dropped. */
function isTitle({ cells }: CsvRow): boolean {
  return cells.every((cell) => !cell.includes('@')) && cells.some((cell) => /\s|:$/.test(cell))
}

/** Returns the index of the row that a message calls the header, without a known name: the first one, or the first below titles. */
export function presumeHeader(rows: readonly CsvRow[]): number {
  const index = rows.slice(0, mostTitleRows).findIndex(({ cells }) => countFilled(cells) > 1)
  const cells = rows[index]?.cells ?? []
  return cells.some((cell) => cell.includes('@') || /^\d+$/.test(cell)) ? 0 : Math.max(0, index)
}

function countFilled(cells: readonly string[]): number {
  return cells.filter((cell) => cell !== '').length
}

const commentLine = /^#+(.*)$/

/**
 * Returns the line of a comment that names columns; null without one.
 *
 * @param text the beginning of a file
 * @param lines number of lines above its first row
 */
export function findHeaderComment(text: string, lines: number): number | null {
  const names = (line: string) => commentLine.exec(line)?.[1]?.split(/[,;\t]/) ?? []
  const isHeader = (line: string) =>
    names(line).some((name) => findKnownColumn(name.trim().replace(/^"(.*)"$/, '$1')) !== null)
  const above = text.split(/\r\n|\n|\r/).slice(0, Math.max(0, lines))
  const index = above.findIndex(isHeader)
  return index === -1 ? null : index + 1
}
