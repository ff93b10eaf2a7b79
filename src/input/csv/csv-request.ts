import { foldName, parseName, parseUserId, type Request, type UserKeys } from '../../domain/request.ts'
import type { KeyColumns } from './csv-header.ts'
import type { CsvRow } from './csv-rows.ts'

/** The request that a row makes. A row without a filled key names nobody. */
export function createCsvRequest({ line, cells }: CsvRow, columns: KeyColumns): Request {
  const username = pickCell(cells, columns.username)
  const email = pickCell(cells, columns.email)
  const userId = pickCell(cells, columns.userId)
  return { line, input: username || email || userId, keys: parseKeys(username, email, userId) }
}

function pickCell(cells: string[], column: number | null): string {
  return column === null ? '' : (cells[column] ?? '')
}

/**
 * Where the username column holds an email address, and the email column another one, the former stays a username: it names
 * nobody, so that the row does not mean one user.
 */
function parseKeys(username: string, email: string, userId: string): UserKeys {
  const named = parseName(username)
  const address = email === '' ? named.email : foldName(email)
  return {
    username: named.email === address ? named.username : (named.username ?? named.email),
    email: address,
    userId: userId === '' ? null : parseUserId(userId),
  }
}
