import { foldColumn, isRejectColumn } from '../../domain/reject-columns.ts'
import type { UserError } from '../../errors.ts'
import type { CellKind } from '../../people/read-cell.ts'
import { createLineError, type Place, quoteText } from '../files/malformed-line.ts'
import { EmptyInputError } from '../files/read-error.ts'
import type { CsvRow } from './row-tokenizer.ts'

/** A column that counts. */
export interface KeyColumn {
  /** From 0. */
  index: number
  kind: CellKind
}

/** Index of the column of each key, from 0; null without such a column. */
interface KeyColumns {
  username: number | null
  email: number | null
  userId: number | null
}

export type Key = keyof KeyColumns

/** Keys by the folded name of their column. */
const keysByColumn: Record<string, Key> = {
  username: 'username',
  user: 'username',
  login: 'username',
  email: 'email',
  emailaddress: 'email',
  userid: 'userId',
}

const keyNames: Record<Key, string> = { username: 'username', email: 'email address', userId: 'user id' }

function findKey(column: string): Key | null {
  const folded = foldColumn(column)
  return Object.hasOwn(keysByColumn, folded) ? (keysByColumn[folded] ?? null) : null
}

/**
 * @param label the input as messages name it
 * @param option the column that `--column` names. It holds usernames unless its name is that of another key. Other columns of
 *   usernames, and of the same key, are ignored then.
 * @throws UserError if no column is a key, or if two columns are the same key
 */
export function findKeyColumns(header: CsvRow, label: string, option: string | null): readonly KeyColumn[] {
  const place = { label, line: header.line }
  const chosen = option === null ? null : findChosenColumn(header, label, option)
  const columns: KeyColumns = { username: null, email: null, userId: null }
  for (const [index, key] of listKeys(header.cells, chosen)) {
    const other = columns[key]
    if (other !== null) throw createTwinError(place, header.cells, [other, index], key)
    columns[key] = index
  }
  if (Object.values(columns).every((index) => index === null)) throw createNoKeyError(place, header.cells)
  return keyOrder.flatMap(({ key, kind }) => {
    const index = columns[key]
    return index === null ? [] : { index, kind }
  })
}

const keyOrder = [
  { key: 'username', kind: 'username' },
  { key: 'email', kind: 'email' },
  { key: 'userId', kind: 'user_id' },
] as const

function listKeys(cells: string[], chosen: number | null): [number, Key][] {
  const chosenKey = chosen === null ? null : (findKey(cells[chosen] ?? '') ?? 'username')
  const keys: [number, Key][] = []
  for (const [index, cell] of cells.entries()) {
    const key = index === chosen ? chosenKey : findKey(cell)
    const isReplaced = chosenKey !== null && index !== chosen && (key === 'username' || key === chosenKey)
    if (key !== null && !isReplaced) keys.push([index, key])
  }
  return keys
}

/** Whether a header has the column that `--column` names; without that option, whether it has any key. */
export function hasKeyColumn(cells: readonly string[], option: string | null): boolean {
  if (option === null) return cells.some((cell) => findKey(cell) !== null)
  const wanted = foldColumn(option)
  return cells.some((cell) => cell !== '' && foldColumn(cell) === wanted)
}

/** Prefers the exact spelling, so that `user name` and `username` can be told apart. */
function findChosenColumn({ line, cells }: CsvRow, label: string, option: string): number {
  const name = option.trim()
  const equal = cells.flatMap((cell, index) => (cell !== '' && cell === name ? index : []))
  const similar = cells.flatMap((cell, index) =>
    cell !== '' && foldColumn(cell) === foldColumn(name) ? index : [],
  )
  const [first, second] = equal.length > 0 ? equal : similar
  if (first === undefined) throw createNoColumnError({ label, line }, name, cells)
  if (second !== undefined) throw createTwinError({ label, line }, cells, [first, second], null)
  return first
}

export function listIgnoredColumns(cells: string[], columns: readonly KeyColumn[]): string[] {
  const used = columns.map(({ index }) => index)
  return cells.filter((cell, index) => cell !== '' && !used.includes(index) && !isRejectColumn(cell))
}

function createTwinError(place: Place, cells: string[], twins: [number, number], key: Key | null): UserError {
  const [first, second] = twins.map((index) => quoteText(cells[index] ?? ''))
  const meaning = key === null ? 'have the same name' : `both hold the ${keyNames[key]}`
  return createLineError(
    place,
    `the columns ${first} and ${second} ${meaning}.`,
    'Choose one with --column NAME, or delete the other.',
  )
}

function createNoColumnError(place: Place, name: string, cells: string[]): UserError {
  return createLineError(
    place,
    `the column ${quoteText(name)} does not exist; the columns are ${listColumns(cells)}.`,
    'Give --column one of these names.',
  )
}

function createNoKeyError(place: Place, cells: string[]): UserError {
  return createLineError(
    place,
    `no column is named username, email or user_id; the columns are ${listColumns(cells)}.`,
    'Choose the column of the usernames with --column NAME, or read a file without a header with --no-header.',
  )
}

const mostColumnsListed = 20

function listColumns(cells: string[]): string {
  const names = cells.filter((cell) => cell !== '').map(quoteText)
  const more = names.length - mostColumnsListed
  return names.slice(0, mostColumnsListed).join(', ') + (more > 0 ? ` and ${more} more` : '')
}

/** A bare list of 0 bytes is the output of a failed command, not an empty list. */
export function createEmptyError(label: string): UserError {
  return new EmptyInputError(
    'usage',
    `${label} is empty.`,
    'Check the command that writes it. For an empty list, write a blank line or a comment.',
  )
}

export function createNoHeaderError(label: string): UserError {
  return new EmptyInputError(
    'usage',
    `${label} has no header line: it has no rows.`,
    'The first line must name the columns: username, email or user_id.',
  )
}
