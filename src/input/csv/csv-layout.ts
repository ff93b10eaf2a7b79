import { UserError } from '../../errors.ts'
import { readEncoding, readText, type TextEncoding } from '../files/decode-text.ts'
import type { InputFile } from '../files/input-file.ts'
import { createLineError } from '../files/malformed-line.ts'
import { commonDelimiters, isDelimiter, parseDelimiter } from './csv-delimiter.ts'
import {
  createEmptyError,
  createNoHeaderError,
  findKeyColumns,
  hasKeyColumn,
  type KeyColumns,
  listIgnoredColumns,
} from './csv-header.ts'
import { type CsvDialect, type CsvRow, readRows } from './csv-rows.ts'

export interface CsvOptions {
  /** One character, `tab` or `\t`; found out from the file where it is not given. */
  delimiter?: string | undefined
  /** Name of the column that tells whom a row means. */
  column?: string | undefined
  /** Whether the first row names the columns; if not, the first cell of a row is the username or the email address. */
  header: boolean
  /** Ends the wait for a pipe. */
  signal?: AbortSignal | undefined
}

/** How a file is laid out. */
export interface CsvLayout extends CsvDialect {
  /** Null without a header. Empty cells at its end are no columns. */
  columns: readonly string[] | null
  ignoredColumns: string[]
  keyColumns: KeyColumns
}

/** What the options say, before the file is looked at. */
export interface CsvChoices {
  delimiter: string | null
  column: string | null
  header: boolean
}

/** @throws UserError where an option makes no sense */
export function parseCsvOptions({ delimiter, column, header }: CsvOptions): CsvChoices {
  if (column !== undefined && !header)
    throw new UserError(
      'usage',
      'There is no column to name in a file without a header.',
      'Leave out --column or --no-header.',
    )
  return {
    delimiter: delimiter === undefined ? null : parseDelimiter(delimiter),
    column: column ?? null,
    header,
  }
}

/**
 * Finds out how a file is laid out, from its beginning.
 *
 * @throws UserError where the beginning is malformed, the header missing or of no use, or a bare list without a byte
 */
export async function readLayout(file: InputFile, choices: CsvChoices): Promise<CsvLayout> {
  const encoding = await readEncoding(file)
  const separator = await readSeparatorLine(file, encoding)
  const start = { encoding, preambleLength: separator?.length ?? 0 }
  const delimiter = choices.delimiter ?? separator?.delimiter
  const delimiters = delimiter === undefined ? commonDelimiters : [delimiter]
  const opening = await readOpening(file, start, delimiters, choices)

  const dialect = { ...start, delimiter: opening.delimiter }
  if (!choices.header) {
    if (opening.row === null && (await isEmpty(file, encoding))) throw createEmptyError(file.label)
    return { ...dialect, ...bareList }
  }
  if (opening.row === null) throw createNoHeaderError(file.label)
  const cells = dropEmptyEnd(opening.row.cells)
  const keyColumns = findKeyColumns({ ...opening.row, cells }, file.label, choices.column)
  return { ...dialect, columns: cells, keyColumns, ignoredColumns: listIgnoredColumns(cells, keyColumns) }
}

/** Holds the first line of nearly every file. */
const openingBytes = 2_048

const bareList = {
  columns: null,
  ignoredColumns: [],
  keyColumns: { username: 0, email: null, userId: null },
}

/** Excel's own first line, `sep=;`. */
const separatorLine = /^"?sep=([^\r\n])"?[ \t]*(?:\r\n|\n|\r|$)/iu

async function readSeparatorLine(
  file: InputFile,
  encoding: TextEncoding,
): Promise<{ delimiter: string; length: number } | null> {
  for await (const text of readText(file, encoding, openingBytes)) {
    const [line, delimiter] = separatorLine.exec(text) ?? []
    if (line === undefined || delimiter === undefined) return null
    if (isDelimiter(delimiter)) return { delimiter, length: line.length }
    throw createLineError(
      { label: file.label, line: 1 },
      `"${delimiter}" cannot separate cells.`,
      'Delete this line, or write sep=, or sep=; instead.',
    )
  }
  return null
}

/** Whether there is nothing at all in a file, apart from a byte order mark. */
async function isEmpty(file: InputFile, encoding: TextEncoding): Promise<boolean> {
  for await (const _ of readText(file, encoding, openingBytes)) return false
  return true
}

interface Opening {
  delimiter: string
  /** The first row as this delimiter splits it; null where there is none. */
  row: CsvRow | null
}

/** The first row, split by the delimiter that makes a header of use of it; among those by the one that makes most cells. */
async function readOpening(
  file: InputFile,
  start: Omit<CsvDialect, 'delimiter'>,
  delimiters: readonly string[],
  choices: CsvChoices,
): Promise<Opening> {
  let best: Opening | null = null
  let fault: UserError | null = null
  for (const delimiter of delimiters) {
    try {
      const opening = { delimiter, row: await readFirstRow(file, { ...start, delimiter }) }
      if (best === null || compareRows(opening.row, best.row, choices) > 0) best = opening
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      fault ??= error
    }
  }
  if (best === null) throw fault
  return best
}

/** Above 0 where the first of two splits of a row is the better one: `username;Name, Vorname` is no row of commas. */
function compareRows(one: CsvRow | null, other: CsvRow | null, choices: CsvChoices): number {
  const useOf = (row: CsvRow | null) =>
    Number(choices.header && hasKeyColumn(row?.cells ?? [], choices.column))
  return useOf(one) - useOf(other) || countCells(one) - countCells(other)
}

const blankForAnyDelimiter = /^[,;\t]*$/

function countCells(row: CsvRow | null): number {
  const isBlank = row === null || row.cells.every((cell) => blankForAnyDelimiter.test(cell))
  return isBlank ? 0 : row.cells.length
}

async function readFirstRow(file: InputFile, dialect: CsvDialect): Promise<CsvRow | null> {
  for await (const [row] of readRows(file, dialect, openingBytes)) return row ?? null
  return null
}

function dropEmptyEnd(cells: string[]): string[] {
  return cells.slice(0, cells.findLastIndex((cell) => cell !== '') + 1)
}
