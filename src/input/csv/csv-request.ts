import { foldName, parseName, parseUserId, type Request, type UserKeys } from '../../domain/request.ts'
import type { KeyColumns } from './csv-header.ts'
import type { CsvRow } from './row-tokenizer.ts'

/** Creates the request of a row. Without a filled key its input is empty. */
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
 * An email address in the username column counts as one unless the email column has another. Then it stays a username that no
 * user has, so the row matches no single user.
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
