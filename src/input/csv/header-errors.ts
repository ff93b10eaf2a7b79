import { listNames } from '../../domain/count-words.ts'
import { UserError } from '../../errors.ts'
import { createLineError, type Place, quoteText } from '../files/malformed-line.ts'
import { EmptyInputError } from '../files/read-error.ts'
import { type IgnoredColumn, proposeColumn, writeColumnOption } from './ignored-column.ts'
import type { KnownKind } from './known-columns.ts'

/** No column clearly names the users. */
export class UnclearHeaderError extends UserError {
  readonly columns: readonly string[]

  constructor(columns: readonly string[], { exit, message, hint, cause }: UserError) {
    super(exit, message, hint, cause)
    this.columns = columns
  }
}

const kindNames: Record<KnownKind, string> = {
  username: 'username',
  email: 'email address',
  user_id: 'user id',
}

/** @param kind null for two columns of the same name */
export function createTwinError(place: Place, columns: [string, string], kind: KnownKind | null): UserError {
  const [first, second] = columns.map(quoteText)
  const meaning = kind === null ? 'have the same name' : `both hold the ${kindNames[kind]}`
  return createLineError(
    place,
    `the columns ${first} and ${second} ${meaning}.`,
    'Choose one with --column NAME, or delete the other.',
  )
}

export function createNoColumnError(place: Place, name: string, columns: readonly string[]): UserError {
  return createLineError(
    place,
    `the column ${quoteText(name)} does not exist; the columns are ${listColumns(columns)}.`,
    'Give --column one of these names.',
  )
}

export function createNoIdError(place: Place, column: string, ignored: readonly IgnoredColumn[]): UserError {
  return createLineError(
    place,
    `the column ${quoteText(column)} holds no GitLab user ids, and no other column is known.`,
    proposeColumn(ignored) ?? `If its cells are usernames, add ${writeColumnOption(column)}.`,
  )
}

/** @param hint null if the columns decide */
export function createNoKeyError(
  place: Place,
  columns: readonly string[],
  ignored: readonly IgnoredColumn[],
  hint: string | null,
): UserError {
  return createLineError(
    place,
    `no column is named username, email or user_id; the columns are ${listColumns(columns)}.`,
    hint ??
      proposeColumn(ignored) ??
      'Choose the column of the usernames with --column NAME, or read a file without a header with --no-header.',
  )
}

const mostColumnsListed = 20

function listColumns(columns: readonly string[]): string {
  const names = columns.filter((column) => column !== '').map(quoteText)
  return listNames(names.slice(0, mostColumnsListed), names.length)
}

/** A bare list of 0 bytes is the output of a failed command, not an empty list. */
export function createEmptyError(label: string): UserError {
  return new EmptyInputError(
    'usage',
    `${label} is empty.`,
    'Check the command that writes it. For an empty list, write a blank line or a comment.',
  )
}

/** @param hint null without a better one */
export function createNoHeaderError(label: string, hint: string | null): UserError {
  return new EmptyInputError(
    'usage',
    `${label} has no header line: it has no rows.`,
    hint ?? 'The first line must name the columns: username, email or user_id.',
  )
}
