import { closeSync, existsSync, mkdirSync, openSync, realpathSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type Sqlite from 'better-sqlite3'
import { UserError } from '../errors.ts'
import { applicationId } from './application-id.ts'
import { migrations } from './migrations.ts'
import { Store } from './store.ts'
import { explainStoreError } from './store-error.ts'

const cacheKib = 16 * 1024

/** How long a statement waits for another process's lock before it fails. Taking the write lock waits longer, see {@link Store}. */
const busyTimeoutMs = 1_000

/** The same for a store that must be made or brought up to date: others may be at it, one after the other. */
const migrationTimeoutMs = 30_000

export interface OpenStoreOptions {
  /** Makes the file and its folder where there are none; else their absence is an error. */
  create: boolean
}

/**
 * Opens the store and brings its schema up to date.
 *
 * @throws UserError when there is none, when the file is something else, or when a newer duo-seats wrote it
 */
export async function openStore(path: string, { create }: OpenStoreOptions): Promise<Store> {
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
    migrate(database, path)
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

function migrate(database: Sqlite.Database, path: string): void {
  const readVersion = () => database.pragma('user_version', { simple: true }) as number
  const isOurs = () => database.pragma('application_id', { simple: true }) === applicationId
  if (isOurs() && readVersion() === migrations.length) return

  database.pragma(`busy_timeout = ${migrationTimeoutMs}`)
  database
    .transaction(() => {
      const version = readVersion()
      if (!isOurs() && !isEmpty(database)) throw foreignFileError(path)
      if (version > migrations.length) throw newerStoreError(path)
      database.pragma(`application_id = ${applicationId}`)
      for (const migration of migrations.slice(version)) database.exec(migration)
      database.pragma(`user_version = ${migrations.length}`)
    })
    .immediate()
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
