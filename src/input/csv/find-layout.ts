import { createLineError } from '../files/malformed-line.ts'
import { commonDelimiters, isDelimiter } from './csv-delimiter.ts'
import {
  createEmptyError,
  createNoHeaderError,
  findKeyColumns,
  hasKeyColumn,
  type KeyColumn,
  listIgnoredColumns,
} from './csv-header.ts'
import type { CsvChoices } from './csv-options.ts'
import { Opening } from './opening.ts'
import { findPreamble } from './preamble.ts'
import { createFaultError } from './read-rows.ts'
import type { CsvRow } from './row-tokenizer.ts'

export interface CsvLayout {
  hasBom: boolean
  delimiter: string
  /** Null without a header. Empty cells at its end are not columns. */
  columns: readonly string[] | null
  ignoredColumns: string[]
  keyColumns: readonly KeyColumn[]
}

/**
 * Finds the delimiter and the columns of a CSV. The result depends on the text alone.
 *
 * @param head the text in pieces, read to the end of the first row; the first piece contains the whole first line
 * @param label the file as messages name it
 * @throws UserError if the first row is malformed, the header is missing or has no key, or a bare list is empty
 */
export async function findLayout(
  head: AsyncIterable<string> | Iterable<string>,
  choices: CsvChoices,
  label: string,
): Promise<CsvLayout> {
  const { hasBom, isEmpty, openings } = await readBeginning(head, choices, label)
  const { delimiter, row } = pickOpening(openings, choices, label)
  if (!choices.header) {
    if (isEmpty) throw createEmptyError(label)
    return { hasBom, delimiter, ...bareList }
  }
  if (row === null) throw createNoHeaderError(label)
  const columns = dropEmptyEnd(row.cells)
  const keyColumns = findKeyColumns({ ...row, cells: columns }, label, choices.column)
  return { hasBom, delimiter, columns, keyColumns, ignoredColumns: listIgnoredColumns(columns, keyColumns) }
}

const bareList: Pick<CsvLayout, 'columns' | 'ignoredColumns' | 'keyColumns'> = {
  columns: null,
  ignoredColumns: [],
  keyColumns: [{ index: 0, kind: 'username' }],
}

interface Beginning {
  hasBom: boolean
  /** Whether the text is empty apart from a byte order mark. */
  isEmpty: boolean
  openings: Opening[]
}

async function readBeginning(
  head: AsyncIterable<string> | Iterable<string>,
  choices: CsvChoices,
  label: string,
): Promise<Beginning> {
  let beginning: Beginning | null = null
  let length = 0
  for await (const text of head) {
    beginning ??= begin(text, choices, label)
    for (const opening of beginning.openings) await opening.write(text)
    if (beginning.openings.every(({ isComplete }) => isComplete)) return beginning
    length += text.length
  }
  beginning ??= begin('', choices, label)
  for (const opening of beginning.openings) await opening.end()
  return { ...beginning, isEmpty: length === Number(beginning.hasBom) }
}

function begin(text: string, choices: CsvChoices, label: string): Beginning {
  const { hasBom, delimiter: separator } = findPreamble(text)
  if (separator !== null && !isDelimiter(separator)) throw createSeparatorError(label, separator)
  const delimiter = choices.delimiter ?? separator
  const delimiters = delimiter === null ? commonDelimiters : [delimiter]
  return { hasBom, isEmpty: false, openings: delimiters.map((each) => new Opening(each)) }
}

function createSeparatorError(label: string, delimiter: string): Error {
  return createLineError(
    { label, line: 1 },
    `"${delimiter}" cannot separate cells.`,
    'Delete this line, or write sep=, or sep=; instead.',
  )
}

/** Picks the delimiter that yields a known column, then the one with most cells, then the first. */
function pickOpening(openings: readonly Opening[], choices: CsvChoices, label: string): Opening {
  const best = openings.reduce((one, other) => (compareOpenings(other, one, choices) > 0 ? other : one))
  if (best.fault !== null) throw createFaultError(label, best.fault)
  return best
}

/** Positive if the first one is better. Commas would find most cells in `username;Name, Vorname, Ort`, and no known column. */
function compareOpenings(one: Opening, other: Opening, { header, column }: CsvChoices): number {
  const isReadable = ({ fault }: Opening) => Number(fault === null)
  const hasKey = ({ row }: Opening) => Number(header && hasKeyColumn(row?.cells ?? [], column))
  return (
    isReadable(one) - isReadable(other) ||
    hasKey(one) - hasKey(other) ||
    countCells(one.row) - countCells(other.row)
  )
}

const blankForAnyDelimiter = /^[,;\t]*$/

function countCells(row: CsvRow | null): number {
  const isBlank = row === null || row.cells.every((cell) => blankForAnyDelimiter.test(cell))
  return isBlank ? 0 : row.cells.length
}

function dropEmptyEnd(cells: string[]): string[] {
  return cells.slice(0, cells.findLastIndex((cell) => cell !== '') + 1)
}
