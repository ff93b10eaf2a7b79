import { closeSync, existsSync, mkdirSync, openSync, realpathSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type Sqlite from 'better-sqlite3'
import { UserError } from '../errors.ts'
import { findForeignLink } from '../foreign-link.ts'
import { codeOf } from './code-of.ts'
import { loadSqlite } from './load-sqlite.ts'
import { schemaVersion } from './migrations/schema-version.ts'
import { openReadCopy } from './read-copy.ts'
import { Store } from './store.ts'
import { createPlaceError, createReadOnlyError, explainStoreError } from './store-error.ts'
import { doesStoreExist } from './store-files.ts'
import { readHeader } from './store-header.ts'
import { supportsSqlite } from './supports-sqlite.ts'
import type { LockWait } from './take-lock.ts'

/** A sort may take as much again. */
const cacheKib = 12 * 1024

/** For a statement outside a transaction, during SQLite's own recovery. */
const busyTimeoutMs = 1_000

export interface OpenStoreOptions {
  /** Creates the file and its folder if they do not exist. */
  create: boolean
  /** While another process creates or migrates the store; default: until the timeout. */
  wait?: LockWait
  /** For work that reads only: a store that cannot be written to is then opened as well. Default: false. */
  readsOnly?: boolean
}

const patiently: LockWait = { signal: new AbortController().signal, onWait: () => {} }

/** @throws UserError for a missing store, a file of another program, or a store of a newer duo-seats */
export async function openStore(path: string, options: OpenStoreOptions): Promise<Store> {
  const { create, wait = patiently, readsOnly = false } = options
  refuseForeignLink(path)
  if (create) createPrivateFile(path)
  else if (!doesStoreExist(path)) throw createMissingError(path)
  const Database = await loadSqlite()
  // SQLite takes ":memory:" for no file, so the path is made absolute.
  const openFile = () => new Database(resolve(path), { timeout: busyTimeoutMs })
  const openCopy = () => openReadCopy(Database, path)
  const prepare = (open: () => Sqlite.Database) => prepareStore(Database, path, open, wait)
  const explain = async (error: unknown): Promise<never> => {
    throw (await explainStoreError(error, path)) ?? error
  }
  // SQLite would open a read-only file as well, and leave read-only files beside it.
  const blocked = createReadOnlyError(path)
  if (blocked !== null && !readsOnly) throw blocked
  try {
    if (blocked === null) return await prepare(openFile)
  } catch (error) {
    if (!readsOnly || !isRefusedWrite(error) || !statSync(path).isFile()) return explain(error)
  }
  return prepare(openCopy).catch(explain)
}

function createMissingError(path: string): UserError {
  return new UserError(
    'failed',
    `The store ${path} does not exist.`,
    'Create it with "duo-seats link URL" or "duo-seats sync --from snapshot.json", or name another with --store.',
  )
}

async function prepareStore(
  Database: typeof Sqlite,
  path: string,
  open: () => Sqlite.Database,
  wait: LockWait,
): Promise<Store> {
  const database = open()
  try {
    const onWait = () => {
      if (!supportsSqlite(Database, path)) throw createPlaceError(path)
      wait.onWait()
    }
    // First: it refuses files of other programs, and configuring a file writes to it.
    await migrateOlder(database, path, { ...wait, onWait })
    configure(database)
    return new Store(database, () => openPushLock(Database, path))
  } catch (error) {
    database.close()
    throw error
  }
}

/** The folder, the file system or the disk has no room for the files that SQLite keeps beside a store in use. */
function isRefusedWrite(error: unknown): boolean {
  return /^SQLITE_(READONLY|CANTOPEN|FULL|IOERR_SHMSIZE|IOERR_SHMOPEN|IOERR_WRITE|IOERR_TRUNCATE)/.test(
    codeOf(error),
  )
}

/** @throws UserError for a link that may lead to a file of another user's choice */
function refuseForeignLink(path: string): void {
  const link = findForeignLink(path)
  if (link === null) return
  throw new UserError(
    'failed',
    `The store ${path} leads through ${link}, a symbolic link of another user in a folder that all users share.`,
    'Name a file in a folder of your own with --store or DUO_SEATS_STORE.',
  )
}

/** Only the owner may read it: it has names and email addresses. */
function createPrivateFile(path: string): void {
  try {
    // Closing an existing file would end the locks that this process may hold on it.
    if (statSync(path, { throwIfNoEntry: false })?.isFile()) return
    makeFolders(dirname(path))
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

/** Node's own recursion does not end where the system refuses a folder as missing, as in /proc. */
function makeFolders(path: string): void {
  if (existsSync(path)) return
  makeFolders(dirname(path))
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    // Another process may have been faster.
    if (!existsSync(path)) throw error
  }
}

/** An empty file beside the store itself, not beside a link that leads to it. */
function openPushLock(Database: typeof Sqlite, path: string): Sqlite.Database {
  const lockPath = `${realpathSync(path)}-push`
  refuseForeignLink(lockPath)
  createPrivateFile(lockPath)
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

async function migrateOlder(database: Sqlite.Database, path: string, wait: LockWait): Promise<void> {
  const { isOurs, version } = readHeader(database)
  if (isOurs && version === schemaVersion) return
  const { migrate } = await import('./migrate.ts')
  await migrate(database, path, wait)
}
