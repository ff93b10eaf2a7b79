import { UserError } from '../../errors.ts'
import { listFilledCells } from './column-cells.ts'
import { findKeyColumns, type HeaderKeys, missIds } from './csv-header.ts'
import type { CsvChoices } from './csv-options.ts'
import { explainLowerHeader, explainOtherDelimiter } from './explain-no-key.ts'
import { findHeader, findHeaderComment, mostTitleRows, presumeHeader } from './find-header.ts'
import { Head, type Pieces } from './head.ts'
import { createEmptyError, createNoHeaderError, UnclearHeaderError } from './header-errors.ts'
import type { Opening } from './opening.ts'
import { createFaultError } from './read-rows.ts'
import type { CsvRow } from './row-tokenizer.ts'
import { explainUndivided, refuseUndivided } from './undivided-header.ts'

export interface CsvLayout extends HeaderKeys {
  hasBom: boolean
  delimiter: string
  /** Null without a header. Empty cells at its end are not columns. */
  columns: readonly string[] | null
  /** Physical line, from 1; null without a header. */
  headerLine: number | null
  /** Whether rows above the header are titles, which do not count. */
  hasTitles: boolean
}

/** Rows below the header that decide about the meaning of its columns. */
const sampledRows = 100

/** The same for a column of ids. It takes this many rows only without an id in the first ones. */
const rowsForIds = 1_000

/**
 * Finds the delimiter and the columns of a CSV. The result depends on the text alone.
 *
 * @param pieces the text, read to the end of the sampled rows; the first piece contains the whole first line
 * @param label the file as messages name it
 * @throws UserError if the first row is malformed, the header is missing or has no key, or a bare list is empty
 */
export async function findLayout(pieces: Pieces, choices: CsvChoices, label: string): Promise<CsvLayout> {
  const head = await Head.open(pieces, choices.delimiter, label)
  try {
    return choices.header ? await findColumns(head, choices, label) : await findBareList(head, choices, label)
  } finally {
    await head.close()
  }
}

async function findBareList(head: Head, choices: CsvChoices, label: string): Promise<CsvLayout> {
  await head.readRows(1)
  const { delimiter } = pickOpening(head.openings, choices, label)
  if (head.isEmpty) throw createEmptyError(label)
  const key = { index: 0, kind: 'username' } as const
  const nothing = { columns: null, headerLine: null, hasTitles: false, ignoredColumns: [] }
  return { hasBom: head.hasBom, delimiter, ...nothing, keyColumns: [key], hasNames: false, ignoredNames: [] }
}

async function findColumns(head: Head, choices: CsvChoices, label: string): Promise<CsvLayout> {
  await head.readRows(mostTitleRows)
  const opening = pickOpening(head.openings, choices, label)
  const { rows, delimiter } = opening
  const index = findHeader(rows, choices.columns) ?? findHeader(rows, []) ?? presumeHeader(rows)
  const header = rows[index]
  if (header === undefined) throw createNoHeaderError(label, explainComment(head, rows))
  const columns = dropEmptyEnd(header.cells)
  const sampleCells = async (count: number) => {
    const end = index + 1 + count
    await head.readRows(end, [opening])
    return listFilledCells(rows.slice(index + 1, end), columns.length)
  }
  const fewCells = await sampleCells(sampledRows)
  const cells = missIds(columns, fewCells) ? await sampleCells(rowsForIds) : fewCells
  const hint =
    explainComment(head, rows) ??
    explainUndivided(head.openings, index) ??
    explainOtherDelimiter(columns) ??
    explainLowerHeader(rows, index)
  const place = { label, line: header.line }
  const keys = nameColumns(columns, () => findKeyColumns({ place, columns, cells }, choices.columns, hint))
  refuseUndivided(head.openings, opening, index, label)
  return {
    ...{ hasBom: head.hasBom, delimiter, columns, headerLine: header.line, hasTitles: index > 0 },
    ...keys,
  }
}

function nameColumns(columns: readonly string[], find: () => HeaderKeys): HeaderKeys {
  try {
    return find()
  } catch (error) {
    throw error instanceof UserError ? new UnclearHeaderError(columns, error) : error
  }
}

function explainComment({ start }: Head, rows: readonly CsvRow[]): string | null {
  const linesAbove = (rows[0]?.line ?? Number.POSITIVE_INFINITY) - 1
  const line = findHeaderComment(start, linesAbove)
  return line === null
    ? null
    : `Line ${line} names columns, but it begins with #, so it is a comment: delete the #.`
}

/** Picks the delimiter that yields a known column, then the one with most cells, then with fewest titles, then the first. */
function pickOpening(openings: readonly Opening[], choices: CsvChoices, label: string): Opening {
  const best = openings.reduce((one, other) => (compareOpenings(other, one, choices) > 0 ? other : one))
  if (best.fault !== null && best.rows.length === 0) throw createFaultError(label, best.fault)
  return best
}

/** Positive if the first one is better. Commas would find most cells in `username;Name, Vorname, Ort`, and no known column. */
function compareOpenings(one: Opening, other: Opening, choices: CsvChoices): number {
  const isReadable = ({ fault, rows }: Opening) => Number(fault === null || rows.length > 0)
  const header = (opening: Opening) => (choices.header ? findHeader(opening.rows, choices.columns) : null)
  const [ofOne, ofOther] = [header(one), header(other)]
  return (
    isReadable(one) - isReadable(other) ||
    Number(ofOne !== null) - Number(ofOther !== null) ||
    countCells(pickRow(one, ofOne, choices)) - countCells(pickRow(other, ofOther, choices)) ||
    (ofOther ?? 0) - (ofOne ?? 0)
  )
}

/** Without a header the first row counts: how many rows are read at once depends on the file. */
function pickRow({ rows }: Opening, header: number | null, choices: CsvChoices): CsvRow | undefined {
  return rows[choices.header ? (header ?? presumeHeader(rows)) : 0]
}

const blankForAnyDelimiter = /^[,;\t]*$/

function countCells(row: CsvRow | undefined): number {
  const isBlank = row === undefined || row.cells.every((cell) => blankForAnyDelimiter.test(cell))
  return isBlank ? 0 : row.cells.length
}

function dropEmptyEnd(cells: string[]): string[] {
  return cells.slice(0, cells.findLastIndex((cell) => cell !== '') + 1)
}
