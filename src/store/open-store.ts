import { closeSync, existsSync, mkdirSync, openSync, realpathSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type Sqlite from 'better-sqlite3'
import { UserError } from '../errors.ts'
import { applicationId } from './application-id.ts'
import { loadSqlite } from './load-sqlite.ts'
import { migrations } from './migrations.ts'
import { Store } from './store.ts'
import { explainStoreError } from './store-error.ts'
import { type LockWait, takeLock } from './take-lock.ts'

const cacheKib = 16 * 1024

/** For a statement outside a transaction, during SQLite's own recovery. */
const busyTimeoutMs = 1_000

/** Several processes may create or migrate a store, one after the other. */
const migrationTimeoutMs = 30_000

export interface OpenStoreOptions {
  /** Creates the file and its folder if they do not exist. */
  create: boolean
  /** While another process creates or migrates the store; default: until the timeout. */
  wait?: LockWait
}

const patiently: LockWait = { signal: new AbortController().signal, onWait: () => {} }

/** @throws UserError for a missing store, a file of another program, or a store of a newer duo-seats */
export async function openStore(
  path: string,
  { create, wait = patiently }: OpenStoreOptions,
): Promise<Store> {
  if (create) createPrivateFile(path)
  else if (!existsSync(path)) {
    throw new UserError(
      'failed',
      `The store ${path} does not exist.`,
      'Create it with "duo-seats link URL" or "duo-seats sync --from snapshot.json", or name another with --store.',
    )
  }
  const Database = await loadSqlite()
  let database: Sqlite.Database | null = null
  try {
    // SQLite takes ":memory:" for no file, so the path is made absolute.
    database = new Database(resolve(path), { timeout: busyTimeoutMs })
    // First: it refuses files of other programs, and configuring a file writes to it.
    await migrate(database, path, wait)
    configure(database)
    return new Store(database, () => openPushLock(Database, path))
  } catch (error) {
    database?.close()
    throw explainStoreError(error, path) ?? error
  }
}

/** Only the owner may read it: it has names and email addresses. */
function createPrivateFile(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    closeSync(openSync(path, 'a', 0o600))
  } catch (error) {
    throw new UserError(
      'failed',
      `The store ${path} cannot be created: ${(error as Error).message}.`,
      'Name a file in a folder of your own with --store or DUO_SEATS_STORE.',
      error,
    )
  }
}

/** An empty file beside the store itself, not beside a link that leads to it. */
function openPushLock(Database: typeof Sqlite, path: string): Sqlite.Database {
  const lockPath = `${realpathSync(path)}-push`
  // Closing the file would end the lock that this process may hold on it, so it is not opened again.
  if (!existsSync(lockPath)) createPrivateFile(lockPath)
  return new Database(lockPath, { timeout: 0 })
}

function configure(database: Sqlite.Database): void {
  database.pragma('journal_mode = WAL')
  database.pragma(`busy_timeout = ${busyTimeoutMs}`)
  database.pragma('synchronous = FULL')
  // Enforcing the references would read the user of every seat that is given. Tests check them.
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
