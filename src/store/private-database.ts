import { closeSync, openSync, unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type Sqlite from 'better-sqlite3'
import { UserError } from '../errors.ts'
import { codeOf } from './code-of.ts'
import { loadSqlite } from './load-sqlite.ts'

/**
 * Opens a database in the folder of temporary files. Its file has no name and ends with the process.
 *
 * @param content for the message of an error, such as `plan`
 * @param schema is created first, because SQLite needs the name of the file until then
 * @throws UserError for a folder of temporary files that is full or cannot be written to
 */
export async function openPrivateDatabase(content: string, schema: string): Promise<Sqlite.Database> {
  const path = join(tmpdir(), `duo-seats-${crypto.randomUUID()}.tmp`)
  makeFile(path, content)
  try {
    const Database = await loadSqlite()
    return prepareDatabase(new Database(path), content, schema)
  } finally {
    unlinkSync(path)
  }
}

function prepareDatabase(database: Sqlite.Database, content: string, schema: string): Sqlite.Database {
  try {
    // Only this process needs the rows.
    database.pragma('locking_mode = EXCLUSIVE')
    // OFF is refused by better-sqlite3, and a journal in a file would remain after a kill.
    database.pragma('journal_mode = MEMORY')
    database.pragma('synchronous = OFF')
    // Rows are written and read in their order.
    database.pragma('cache_size = -1024')
    database.exec(schema)
    return database
  } catch (error) {
    database.close()
    throw explainFullFolder(error, content)
  }
}

function makeFile(path: string, content: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    throw createFolderError(error, content)
  }
}

/** Errors of reading pass: the rows may come from the store, whose errors name the store. */
export function explainFullFolder(error: unknown, content: string): unknown {
  const isFull = /^SQLITE_(FULL|IOERR_WRITE)/.test(codeOf(error))
  return isFull ? createFolderError(error, content) : error
}

function createFolderError(cause: unknown, content: string): UserError {
  return new UserError(
    'failed',
    `The ${content} cannot be kept in ${tmpdir()}, the folder of temporary files: ${(cause as Error).message}.`,
    'Set the environment variable TMPDIR to a folder of your own with free space.',
    cause,
  )
}
