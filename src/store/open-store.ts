import { closeSync, existsSync, mkdirSync, openSync, realpathSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type Sqlite from 'better-sqlite3'
import { UserError } from '../errors.ts'
import { applicationId } from './application-id.ts'
import { migrations } from './migrations.ts'
import { Store } from './store.ts'
import { explainStoreError } from './store-error.ts'
import { type LockWait, takeLock } from './take-lock.ts'

const cacheKib = 16 * 1024

/** The timeout of a statement outside a transaction; only SQLite's own recovery lets one wait. */
const busyTimeoutMs = 1_000

/** The timeout for creating or migrating a store: several processes may do it one after the other. */
const migrationTimeoutMs = 30_000

export interface OpenStoreOptions {
  /** Creates the file and its folder where they do not exist; else that is an error. */
  create: boolean
  /** How to wait while another process creates or migrates the store; by default without an end but the timeout. */
  wait?: LockWait
}

const patiently: LockWait = { signal: new AbortController().signal, onWait: () => {} }

/**
 * Opens the store and brings its schema up to date.
 *
 * @throws UserError when there is none, when the file is something else, or when a newer duo-seats wrote it
 */
export async function openStore(
  path: string,
  { create, wait = patiently }: OpenStoreOptions,
): Promise<Store> {
  if (create) createPrivateFile(path)
  else if (!existsSync(path)) {
    throw new UserError(
      'failed',
      `There is no store at ${path}.`,
      'Make one with "duo-seats link URL" or "duo-seats sync --from snapshot.json", or name another with --store.',
    )
  }
  const { default: Database } = await import('better-sqlite3')
  let database: Sqlite.Database | null = null
  try {
    // An absolute path, since SQLite takes ":memory:" for no file.
    database = new Database(resolve(path), { timeout: busyTimeoutMs })
    // First, since it refuses other programs' files, and what configures a file writes to it.
    await migrate(database, path, wait)
    configure(database)
    return new Store(database, () => openPushLock(Database, path))
  } catch (error) {
    database?.close()
    throw explainStoreError(error, path) ?? error
  }
}

/** Names and email addresses are nobody else's business. */
function createPrivateFile(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    closeSync(openSync(path, 'a', 0o600))
  } catch (error) {
    throw new UserError(
      'failed',
      `The store ${path} cannot be made: ${(error as Error).message}.`,
      'Name a place that can be written to with --store or DUO_SEATS_STORE.',
      error,
    )
  }
}

/** The file that whoever pushes locks, beside the store itself and not beside a link that leads to it. It holds nothing. */
function openPushLock(Database: typeof Sqlite, path: string): Sqlite.Database {
  const lockPath = `${realpathSync(path)}-push`
  // A file that is there is not opened: closing it again would end the lock that this process may hold on it.
  if (!existsSync(lockPath)) createPrivateFile(lockPath)
  return new Database(lockPath, { timeout: 0 })
}

function configure(database: Sqlite.Database): void {
  database.pragma('journal_mode = WAL')
  database.pragma(`busy_timeout = ${busyTimeoutMs}`)
  database.pragma('synchronous = FULL')
  // The references are declared and tested. Enforcing them would read the user of every seat that is given.
  database.pragma('foreign_keys = OFF')
  database.pragma(`cache_size = -${cacheKib}`)
}

async function migrate(database: Sqlite.Database, path: string, wait: LockWait): Promise<void> {
  if (isOurs(database) && readVersion(database) === migrations.length) return

  await takeLock(database, 'BEGIN IMMEDIATE', wait, migrationTimeoutMs)
  try {
    const version = readVersion(database)
    if (!isOurs(database) && !isEmpty(database)) throw foreignFileError(path)
    if (version > migrations.length) throw newerStoreError(path)
    database.pragma(`application_id = ${applicationId}`)
    for (const migration of migrations.slice(version)) database.exec(migration)
    database.pragma(`user_version = ${migrations.length}`)
    database.exec('COMMIT')
  } finally {
    if (database.inTransaction) database.exec('ROLLBACK')
  }
}

function readVersion(database: Sqlite.Database): number {
  return database.pragma('user_version', { simple: true }) as number
}

function isOurs(database: Sqlite.Database): boolean {
  return database.pragma('application_id', { simple: true }) === applicationId
}

function isEmpty(database: Sqlite.Database): boolean {
  return database.prepare('SELECT 1 FROM sqlite_schema').get() === undefined
}

function foreignFileError(path: string): UserError {
  return new UserError(
    'failed',
    `${path} is a database of another program.`,
    'Name another file with --store or DUO_SEATS_STORE.',
  )
}

function newerStoreError(path: string): UserError {
  return new UserError(
    'failed',
    `The store ${path} was written by a newer duo-seats.`,
    'Install the newer duo-seats, or name another store with --store.',
  )
}
