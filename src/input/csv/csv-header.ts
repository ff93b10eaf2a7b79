import { foldColumn, isRejectColumn } from '../../domain/reject-columns.ts'
import type { UserError } from '../../errors.ts'
import { createLineError, type Place, quoteText } from '../files/malformed-line.ts'
import { EmptyInputError } from '../files/read-error.ts'
import type { CsvRow } from './csv-rows.ts'

/** Where in a row each key of a user stands, from 0; null where the file has no such column. */
export interface KeyColumns {
  username: number | null
  email: number | null
  userId: number | null
}

export type Key = keyof KeyColumns

/** What a column is about, by its folded name. */
const meanings: Record<string, Key> = {
  username: 'username',
  user: 'username',
  login: 'username',
  email: 'email',
  emailaddress: 'email',
  userid: 'userId',
}

const keyNames: Record<Key, string> = { username: 'username', email: 'email address', userId: 'user id' }

function meaningOf(column: string): Key | null {
  const folded = foldColumn(column)
  return Object.hasOwn(meanings, folded) ? (meanings[folded] ?? null) : null
}

/**
 * Finds the columns that tell whom a row means.
 *
 * @param label the input as people call it
 * @param option the column that `--column` names, if any. It holds usernames unless its name says otherwise, and other
 *   columns of the same meaning, and of usernames, count no more.
 * @throws UserError where there is no such column, or two that mean the same
 */
export function findKeyColumns(header: CsvRow, label: string, option: string | null): KeyColumns {
  const place = { label, line: header.line }
  const named = option === null ? null : findNamedColumn(header, label, option)
  const columns: KeyColumns = { username: null, email: null, userId: null }
  for (const [index, key] of listKeys(header.cells, named)) {
    const other = columns[key]
    if (other !== null) throw createTwinError(place, header.cells, [other, index], key)
    columns[key] = index
  }
  if (Object.values(columns).every((index) => index === null)) throw createNoKeyError(place, header.cells)
  return columns
}

function listKeys(cells: string[], named: number | null): [number, Key][] {
  const namedKey = named === null ? null : (meaningOf(cells[named] ?? '') ?? 'username')
  const keys: [number, Key][] = []
  for (const [index, cell] of cells.entries()) {
    const key = index === named ? namedKey : meaningOf(cell)
    const isOutdone = namedKey !== null && index !== named && (key === 'username' || key === namedKey)
    if (key !== null && !isOutdone) keys.push([index, key])
  }
  return keys
}

/** Whether a column tells whom a row means: the one that `--column` names, if any, or else one with a known name. */
export function hasKeyColumn(cells: readonly string[], option: string | null): boolean {
  if (option === null) return cells.some((cell) => meaningOf(cell) !== null)
  const wanted = foldColumn(option)
  return cells.some((cell) => cell !== '' && foldColumn(cell) === wanted)
}

/** A name that is spelled alike wins, so that one of `user name` and `username` can be named. */
function findNamedColumn({ line, cells }: CsvRow, label: string, option: string): number {
  const name = option.trim()
  const alike = cells.flatMap((cell, index) => (cell !== '' && cell === name ? index : []))
  const similar = cells.flatMap((cell, index) =>
    cell !== '' && foldColumn(cell) === foldColumn(name) ? index : [],
  )
  const [first, second] = alike.length > 0 ? alike : similar
  if (first === undefined) throw createNoColumnError({ label, line }, name, cells)
  if (second !== undefined) throw createTwinError({ label, line }, cells, [first, second], null)
  return first
}

/** Named columns that say nothing about whom a row means, without those that this tool added to a file of rejects. */
export function listIgnoredColumns(cells: string[], columns: KeyColumns): string[] {
  const used = Object.values(columns)
  return cells.filter((cell, index) => cell !== '' && !used.includes(index) && !isRejectColumn(cell))
}

function createTwinError(place: Place, cells: string[], twins: [number, number], key: Key | null): UserError {
  const [first, second] = twins.map((index) => quoteText(cells[index] ?? ''))
  const meaning = key === null ? 'are called alike' : `both hold the ${keyNames[key]}`
  return createLineError(
    place,
    `the columns ${first} and ${second} ${meaning}.`,
    'Say which one counts with --column NAME, or delete one of them.',
  )
}

function createNoColumnError(place: Place, name: string, cells: string[]): UserError {
  return createLineError(
    place,
    `there is no column ${quoteText(name)}; the columns are ${listColumns(cells)}.`,
    'Give --column one of these names.',
  )
}

function createNoKeyError(place: Place, cells: string[]): UserError {
  return createLineError(
    place,
    `no column is called username, email or user_id; the columns are ${listColumns(cells)}.`,
    'Say which column holds the usernames with --column NAME, or that the file has no header with --no-header.',
  )
}

const mostColumnsListed = 20

function listColumns(cells: string[]): string {
  const names = cells.filter((cell) => cell !== '').map(quoteText)
  const more = names.length - mostColumnsListed
  return names.slice(0, mostColumnsListed).join(', ') + (more > 0 ? ` and ${more} more` : '')
}

/** A bare list in which nothing at all stands is what a broken pipe leaves behind, not a list of nobody. */
export function createEmptyError(label: string): UserError {
  return new EmptyInputError(
    'usage',
    `${label} is empty.`,
    'See whether what was to write it failed. A list of nobody holds a blank line or a comment.',
  )
}

export function createNoHeaderError(label: string): UserError {
  return new EmptyInputError(
    'usage',
    `${label} has no header line: there is nothing in it.`,
    'Its first line has to name the columns: username, email or user_id.',
  )
}
