import { dirname } from 'node:path'
import { UserError } from '../errors.ts'
import { codeOf } from './code-of.ts'
import { loadSqlite } from './load-sqlite.ts'
import { findBlockedFile, followLinks } from './store-files.ts'
import { isPlaceFault } from './supports-sqlite.ts'

interface Explanation {
  sentence: (path: string) => string
  hint: string
}

const diskFull: Explanation = {
  sentence: (path) => `The disk is full: the store ${path} could not be written.`,
  // SQLite does not report which of its files has no room.
  hint: 'Make room there and for temporary files (TMPDIR, or /var/tmp), then run the command again; nothing was changed.',
}

const damage: Explanation = {
  sentence: (path) => `The store ${path} is damaged.`,
  hint: 'Restore the file from a backup, or fill a new store with "duo-seats sync --from snapshot.json --store FILE".',
}

const explanations: Record<string, Explanation> = {
  SQLITE_NOTADB: {
    sentence: (path) => `${path} is not a duo-seats store.`,
    hint: 'Name another file with --store or DUO_SEATS_STORE.',
  },
  SQLITE_BUSY: {
    sentence: (path) => `The store ${path} is in use by another process.`,
    hint: 'Wait until it has finished, then run the command again.',
  },
  SQLITE_PROTOCOL: {
    sentence: (path) => `The store ${path} is in use by other processes.`,
    hint: 'Wait until they have finished, then run the command again.',
  },
  SQLITE_FULL: diskFull,
  SQLITE_IOERR_SHMOPEN: diskFull,
  SQLITE_IOERR_SHMSIZE: diskFull,
  SQLITE_READONLY: {
    sentence: (path) => `The store ${path} cannot be written to.`,
    hint: 'Check the permissions of the file and of its folder.',
  },
  SQLITE_CANTOPEN: {
    sentence: (path) => `The store ${path} cannot be opened.`,
    hint: 'Check the path and the permissions of the file and of its folder.',
  },
  SQLITE_PERM: {
    sentence: (path) => `The store ${path} cannot be opened.`,
    hint: 'Check the permissions of the file and of its folder.',
  },
  SQLITE_IOERR: {
    sentence: (path) => `The store ${path} could not be read or written.`,
    hint: 'Check the disk, then run the command again; nothing was changed.',
  },
  SQLITE_CORRUPT: damage,
}

/** Null for a bug. */
export async function explainStoreError(error: unknown, path: string): Promise<UserError | null> {
  const code = codeOf(error)
  if (code === '') return null
  if (code.startsWith('SQLITE_') && isPlaceFault(await loadSqlite(), path, error))
    return createPlaceError(path, error)
  const blocked = startsWithOneOf(code, ['SQLITE_READONLY', 'SQLITE_CANTOPEN', 'SQLITE_PERM'])
    ? createReadOnlyError(path, error)
    : null
  return blocked ?? explainCode(isDamage(error) ? 'SQLITE_CORRUPT' : code, error, path)
}

function startsWithOneOf(code: string, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => code === prefix || code.startsWith(`${prefix}_`))
}

/** SQLite has no code of its own for a header with impossible values, or a schema that differs from that of the migrations. */
function isDamage(error: unknown): boolean {
  return error instanceof Error && /^unsupported file format$|^no such (column|table): /.test(error.message)
}

export function createPlaceError(path: string, cause?: unknown): UserError {
  return new UserError(
    'failed',
    `The folder ${dirname(followLinks(path))} does not support what SQLite needs, locks and shared memory, so it cannot hold the store ${path}.`,
    'Network drives often lack them. Name a file on a local disk with --store or DUO_SEATS_STORE.',
    cause,
  )
}

export function createDamageError(path: string, cause?: unknown): UserError {
  const { sentence, hint } = damage
  return new UserError('failed', sentence(path), hint, cause)
}

/** @returns null if nothing keeps this user from writing */
export function createReadOnlyError(path: string, cause?: unknown): UserError | null {
  const blocked = findBlockedFile(path)
  if (blocked === null) return null
  return new UserError(
    'failed',
    `The store ${path} cannot be written to: ${blocked.reason}.`,
    blocked.hint,
    cause,
  )
}

function explainCode(code: string, error: unknown, path: string): UserError | null {
  const known = Object.keys(explanations).find((prefix) => startsWithOneOf(code, [prefix]))
  const explanation = known === undefined ? undefined : explanations[known]
  if (explanation === undefined) return null
  return new UserError('failed', explanation.sentence(path), explanation.hint, error)
}
