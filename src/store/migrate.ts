import type Sqlite from 'better-sqlite3'
import { UserError } from '../errors.ts'
import { codeOf } from './code-of.ts'
import { migrations } from './migrations/migrations.ts'
import { schemaVersion } from './migrations/schema-version.ts'
import { createDamageError } from './store-error.ts'
import { applicationId, readHeader } from './store-header.ts'
import { type LockWait, takeLock } from './take-lock.ts'

/** Several processes may create or migrate a store, one after the other. */
const migrationTimeoutMs = 30_000

/** @throws UserError for a file of another program, or a store of a newer duo-seats */
export async function migrate(database: Sqlite.Database, path: string, wait: LockWait): Promise<void> {
  await takeLock(database, 'BEGIN IMMEDIATE', wait, migrationTimeoutMs)
  try {
    const { isOurs, version } = readHeader(database)
    if (!isOurs && !isEmpty(database)) throw foreignFileError(path)
    if (version > schemaVersion) throw newerStoreError(path)
    if (version < 0) throw createDamageError(path)
    database.pragma(`application_id = ${applicationId}`)
    for (const migration of migrations.slice(version)) runMigration(database, migration, path)
    database.pragma(`user_version = ${schemaVersion}`)
    database.exec('COMMIT')
  } finally {
    if (database.inTransaction) database.exec('ROLLBACK')
  }
}

/** The migrations are tested, so one that does not fit the tables finds a damaged version number. */
function runMigration(database: Sqlite.Database, migration: string, path: string): void {
  try {
    database.exec(migration)
  } catch (error) {
    if (codeOf(error) !== 'SQLITE_ERROR') throw error
    throw createDamageError(path, error)
  }
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
