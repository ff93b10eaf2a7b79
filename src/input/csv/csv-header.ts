import type { CellKind } from '../../domain/people/read-cell.ts'
import { foldColumn, isRejectColumn } from '../../domain/reject-columns.ts'
import type { Place } from '../files/malformed-line.ts'
import { classifyCells, holdFullNames, holdId } from './column-cells.ts'
import { createNoColumnError, createNoIdError, createNoKeyError, createTwinError } from './header-errors.ts'
import type { IgnoredColumn } from './ignored-column.ts'
import { findKnownColumn, type KnownColumn, type KnownKind } from './known-columns.ts'

export interface KeyColumn {
  /** From 0. */
  index: number
  kind: CellKind
}

/** A header with the first cells below it. */
interface CsvHeader {
  place: Place
  /** Names without spaces around them. The last one is not empty. */
  columns: readonly string[]
  /** Filled cells of each column, in the first rows. */
  cells: readonly (readonly string[])[]
}

export interface HeaderKeys {
  keyColumns: readonly KeyColumn[]
  /** A column of names or addresses counts that was not chosen. */
  hasNames: boolean
  /** Columns with the known name of a username or an address that do not count beside a column of ids. */
  ignoredNames: readonly number[]
  ignoredColumns: readonly IgnoredColumn[]
}

/**
 * @param chosen names of `--column`: these columns count and no others, and the form of each cell decides
 * @param hint of the refusal without a key, for a fault that the caller has found; null without one
 * @throws UserError if no column is a key, or if two columns are the same key and have equally good names
 */
export function findKeyColumns(
  header: CsvHeader,
  chosen: readonly string[],
  hint: string | null,
): HeaderKeys {
  const misnamed = findMisnamed(header)
  const keyColumns =
    chosen.length > 0
      ? findChosenColumns(header, chosen)
      : findKnownKeys(header, misnamed).toSorted(compareKinds)
  const [first] = misnamed.keys()
  const ignoredColumns = listIgnoredColumns(header, keyColumns, misnamed)
  const hasNames = chosen.length === 0 && keyColumns.some(({ kind }) => kind !== 'user_id')
  const ignoredNames = chosen.length === 0 ? findIgnoredNames(header, keyColumns) : []
  if (keyColumns.length > 0) return { keyColumns, hasNames, ignoredNames, ignoredColumns }
  if (first !== undefined) throw createNoIdError(header.place, header.columns[first] ?? '', ignoredColumns)
  throw createNoKeyError(header.place, header.columns, ignoredColumns, hint)
}

const kinds: readonly CellKind[] = ['username', 'any', 'email', 'user_id']

function compareKinds(one: KeyColumn, other: KeyColumn): number {
  return kinds.indexOf(one.kind) - kinds.indexOf(other.kind) || one.index - other.index
}

interface NamedColumn extends KnownColumn {
  index: number
}

function listKnownColumns({ columns }: CsvHeader): NamedColumn[] {
  return columns.flatMap((name, index) => {
    const known = isCaller(name, columns) ? null : findKnownColumn(name)
    return known === null ? [] : { ...known, index }
  })
}

/** The user of the token who made a change, in the CSV of `history` and `runs`. */
const callerColumns: ReadonlySet<string> = new Set(['gitlab_username', 'gitlab_user_id'])

function isCaller(name: string, columns: readonly string[]): boolean {
  return callerColumns.has(name) && columns.includes('actor')
}

/** Whether a column of ids has no id in these cells, so more of them decide about it. */
export function missIds(columns: CsvHeader['columns'], cells: CsvHeader['cells']): boolean {
  return columns.some(
    (name, index) => findKnownColumn(name)?.kind === 'user_id' && !holdId(cells[index] ?? []),
  )
}

type Misnamed = ReadonlyMap<number, 'no_ids' | 'full_names'>

/** Finds known names over cells of another meaning. A column of full names still counts if no other column is a key. */
function findMisnamed(header: CsvHeader): Misnamed {
  const misnamed = new Map<number, 'no_ids' | 'full_names'>()
  const known = listKnownColumns(header)
  for (const { index, kind } of known) {
    const cells = header.cells[index] ?? []
    if (kind === 'user_id' && cells.length > 0 && !holdId(cells)) misnamed.set(index, 'no_ids')
  }
  const hasOtherKey = known.some(({ index, kind }) => kind !== 'username' && !misnamed.has(index))
  for (const { index, kind } of known)
    if (kind === 'username' && hasOtherKey && holdFullNames(header.cells[index] ?? []))
      misnamed.set(index, 'full_names')
  return misnamed
}

/** Returns the column with the best name of each kind. One without a filled cell yields to the others. */
function findKnownKeys(header: CsvHeader, misnamed: Misnamed): KeyColumn[] {
  const best = new Map<KnownKind, NamedColumn>()
  const twins = new Map<KnownKind, [NamedColumn, NamedColumn]>()
  const known = listKnownColumns(header)
  const isFilled = ({ index }: NamedColumn) => (header.cells[index] ?? []).length > 0
  const filledKinds = new Set(known.filter(isFilled).map(({ kind }) => kind))
  for (const column of known.filter((one) => isFilled(one) || !filledKinds.has(one.kind))) {
    const { kind, rank, index } = column
    const other = best.get(kind)
    if (misnamed.has(index) || (other !== undefined && other.rank < rank)) continue
    if (other?.rank === rank) twins.set(kind, [other, column])
    else twins.delete(kind)
    if (other?.rank !== rank) best.set(kind, column)
  }
  const [twin] = twins.values()
  if (twin !== undefined) throw createTwinError(header.place, nameColumns(header, twin), twin[0].kind)
  return [...best.values()].map(({ index, kind }) => ({ index, kind }))
}

function findIgnoredNames(header: CsvHeader, keys: readonly KeyColumn[]): number[] {
  if (keys.every(({ kind }) => kind !== 'user_id')) return []
  return listKnownColumns(header)
    .filter(({ kind, index }) => kind !== 'user_id' && !keys.some((key) => key.index === index))
    .map(({ index }) => index)
}

function nameColumns({ columns }: CsvHeader, [one, other]: [NamedColumn, NamedColumn]): [string, string] {
  return [columns[one.index] ?? '', columns[other.index] ?? '']
}

function findChosenColumns(header: CsvHeader, chosen: readonly string[]): readonly KeyColumn[] {
  const indexes = new Set(chosen.map((name) => findChosenColumn(header, name)))
  return [...indexes].map((index) => ({ index, kind: 'any' }))
}

/** Prefers the exact spelling, so that `user name` and `username` stay different. */
function findChosenColumn({ place, columns }: CsvHeader, chosen: string): number {
  const name = chosen.trim()
  const equal = columns.flatMap((column, index) => (column !== '' && column === name ? index : []))
  const similar = columns.flatMap((column, index) => (isNamed(column, name) ? index : []))
  const [first, second] = equal.length > 0 ? equal : similar
  if (first === undefined) throw createNoColumnError(place, name, columns)
  if (second !== undefined) throw createTwinError(place, [columns[first] ?? '', columns[second] ?? ''], null)
  return first
}

/** Whether a column has the name of `--column`, in any spelling. */
export function isNamed(column: string, chosen: string): boolean {
  return column !== '' && foldColumn(column.normalize('NFC')) === foldColumn(chosen.normalize('NFC'))
}

function listIgnoredColumns(
  { columns, cells }: CsvHeader,
  keys: readonly KeyColumn[],
  misnamed: Misnamed,
): IgnoredColumn[] {
  return columns.flatMap((name, index) => {
    if (name === '' || isRejectColumn(name) || keys.some((key) => key.index === index)) return []
    return { name, holds: classifyCells(cells[index] ?? []), reason: misnamed.get(index) ?? null }
  })
}
