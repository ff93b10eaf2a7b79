import type { CellProblem } from './cell-problem.ts'
import { foldAddress } from './fold-address.ts'
import { foldName, type KeyKind, type PersonKey } from './person-key.ts'

/** `any`: the form of the cell decides. */
export type CellKind = KeyKind | 'any'

export interface CellReading {
  /** Several for a cell with more than one name. */
  keys: readonly PersonKey[]
  problem: CellProblem | null
}

/** Reads the cell of a column, or a typed name. An empty cell has neither a key nor a problem. */
export function readCell(cell: string, kind: CellKind): CellReading {
  if (kind === 'username' && plainName.test(cell)) return readKey({ kind, value: foldName(cell) })
  const text = undoFormula(cell.trim()).trim()
  if (text === '') return emptyCell
  if (spreadsheetError.test(text)) return { keys: [], problem: 'spreadsheet_error' }
  if (kind === 'user_id') return readUserId(text)
  const id = kind === 'any' ? parseUserId(text) : null
  if (id !== null)
    return readKey({ kind: 'user_id', value: id, ...(String(id) === text && { isAnyForm: true }) })
  const address = findMailbox(text)
  if (address !== null) return readKey({ kind: 'email', value: foldAddress(address) })
  const username = findProfile(text)
  if (username !== null) return readKey({ kind: 'username', value: foldName(username), profile: text })
  const [name = text, ...others] = splitNames(text)
  if (others.length > 0) return { keys: [name, ...others].map(parseMailbox), problem: 'several_names' }
  return kind === 'email' ? readKey({ kind: 'email', value: foldAddress(name) }) : readName(name)
}

/** Nearly every cell of a long list. */
const plainName = /^[\w.-]+$/

/** `#N/A`, `#NAME?` or `#REF!`, in other languages `#NV` or `#BEZUG!`. */
const spreadsheetError = /^#(?:N\/[A-Z]|NV|[\p{Lu}\d/_¿]+[!?])$/u

const emptyCell: CellReading = { keys: [], problem: null }

function readKey(key: PersonKey): CellReading {
  return { keys: [key], problem: null }
}

function readUserId(text: string): CellReading {
  const value = parseUserId(text)
  return value === null ? { keys: [], problem: 'not_a_user_id' } : readKey({ kind: 'user_id', value })
}

function parseMailbox(text: string): PersonKey {
  return parseName(findMailbox(text) ?? text)
}

function readName(text: string): CellReading {
  const key = parseName(text)
  const isDisplayName = key.kind === 'username' && /\s/u.test(key.value)
  return isDisplayName ? { keys: [], problem: 'display_name' } : readKey(key)
}

/** `ada`, `@ada` or `ada@example.com`. A lone `@` is a username that no user has. */
export function parseName(name: string): PersonKey {
  const bare = name.startsWith('@') ? name.slice(1).trimStart() : name
  // A GitLab username cannot contain `@`.
  return bare.indexOf('@') > 0
    ? { kind: 'email', value: foldAddress(bare) }
    : { kind: 'username', value: foldName(bare) || '@' }
}

const globalId = /^gid:\/\/gitlab\/User\/(\d+)$/
/** A spreadsheet shows a number with the decimals of its column. Three zeros may be thousands. */
const wholeNumber = /^([1-9]\d*)(?:[.,]0{1,2})?$/

/** A number, GitLab's global id, or a number as a spreadsheet formats it; null for other text. */
export function parseUserId(text: string): number | null {
  const digits = globalId.exec(text)?.[1] ?? wholeNumber.exec(text)?.[1]
  const id = digits === undefined ? Number.NaN : Number(digits)
  return Number.isSafeInteger(id) ? id : null
}

/** Exports write `="0012"`, so that a spreadsheet keeps the text as it is. */
function undoFormula(cell: string): string {
  if (!cell.startsWith('=')) return cell
  const text = /^="(.*)"$/su.exec(cell)?.[1]
  return text === undefined ? cell : text.replaceAll('""', '"')
}

/** Mail programs write `Ada Lovelace <ada@example.com>` and `mailto:ada@example.com`. */
function findMailbox(text: string): string | null {
  const bracketed = /^[^<>]*<\s*(?:mailto:)?([^<>\s]+@[^<>\s]+)\s*>$/iu.exec(text)?.[1]
  if (bracketed !== undefined) return bracketed
  return /^mailto:([^\s?,;]+@[^\s?,;]+)(?:\?.*)?$/iu.exec(text)?.[1] ?? null
}

function findProfile(text: string): string | null {
  return /^https?:\/\/[^/\s]+(?:\/[^\s?#]*)?\/([^/\s?#]+)\/?(?:[?#]\S*)?$/iu.exec(text)?.[1] ?? null
}

/** `ada,bob`, `@ada @bob`, `ada and bob` or `ada@example.com; bob@example.com`. */
function splitNames(text: string): string[] {
  if (!/[\s,;|/&]/u.test(text)) return [text]
  return text.split(/[,;|/&\n]|\s(?:and|und)\s/iu).flatMap(splitAtSpaces)
}

/** Spaces alone may stand in a display name. */
function splitAtSpaces(text: string): string[] {
  const words = text.trim().split(/\s+/u)
  const areNames = words.length > 1 && words.every((word) => word.includes('@') && word !== '@')
  return areNames ? words : [text.trim()].filter((part) => part !== '')
}
