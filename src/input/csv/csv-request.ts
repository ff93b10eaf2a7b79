import { foldName, parseName, parseUserId, type Request, type UserKeys } from '../../domain/request.ts'
import type { KeyColumn } from './csv-header.ts'
import type { CsvRow } from './row-tokenizer.ts'

/** Creates the request of a row. The first filled cell of a kind counts. Without a filled key its input is empty. */
export function createCsvRequest({ line, cells }: CsvRow, columns: readonly KeyColumn[]): Request {
  const filled = { username: '', email: '', user_id: '' }
  for (const { index, kind } of columns) {
    const cell = cells[index] ?? ''
    const key = kind === 'any' ? findKind(cell) : kind
    if (filled[key] === '') filled[key] = cell
  }
  const { username, email, user_id: userId } = filled
  return { line, input: username || email || userId, keys: parseKeys(username, email, userId) }
}

function findKind(cell: string): 'username' | 'user_id' {
  return cell !== '' && !Number.isNaN(parseUserId(cell)) ? 'user_id' : 'username'
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
