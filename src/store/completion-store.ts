import { existsSync, realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import type Sqlite from 'better-sqlite3'
import type { Instant } from '../domain/day.ts'
import type { RunCommand } from '../domain/run-command.ts'
import { loadSqlite } from './load-sqlite.ts'
import { schemaVersion } from './migrations/schema-version.ts'
import { openReadCopy } from './read-copy.ts'
import { findBlockedFile } from './store-files.ts'
import { readHeader } from './store-header.ts'

/** A user waits for the completion. */
const busyTimeoutMs = 50

interface CompletionRun {
  id: number
  command: RunCommand
  startedAt: Instant
}

export class CompletionStore {
  readonly #findUsers: Sqlite.Statement<[{ from: string; to: string }], { username: string; name: string }>
  readonly #findHolders: Sqlite.Statement<[{ from: string; to: string }], { username: string; name: string }>
  readonly #listRuns: Sqlite.Statement<[{ digits: string; limit: number }], CompletionRun>

  constructor(database: Sqlite.Database) {
    // A range, because LIKE treats the _ of a name as a wildcard.
    const findUsers = (condition: string) => `
      SELECT username, name FROM users
      WHERE gone_at IS NULL AND ${condition}
        AND username >= :from COLLATE NOCASE AND username <= :to COLLATE NOCASE
      ORDER BY username COLLATE NOCASE
    `
    this.#findUsers = database.prepare(findUsers("type = 'human'"))
    this.#findHolders = database.prepare(
      findUsers(`EXISTS (
        SELECT 1 FROM add_on_purchases JOIN held_seats AS seats
          ON seats.add_on_purchase_id = add_on_purchases.id AND seats.user_id = users.id
      )`),
    )
    this.#listRuns = database.prepare(`
      SELECT id, command, started_at AS startedAt FROM runs
      WHERE substr(id, 1, length(:digits)) = :digits
      ORDER BY id DESC LIMIT :limit
    `)
  }

  /** Human users whose username begins with a text, ignoring case; sorted by username. */
  findUsers(start: string): Iterable<{ username: string; name: string }> {
    return this.#findUsers.iterate({ from: start, to: `${start}\u{10ffff}` })
  }

  /** Users with a seat of any purchase, human or not, whose username begins with a text; sorted by username. */
  findHolders(start: string): Iterable<{ username: string; name: string }> {
    return this.#findHolders.iterate({ from: start, to: `${start}\u{10ffff}` })
  }

  /** Runs whose number begins with the digits, newest first. */
  listRuns(digits: string, limit: number): CompletionRun[] {
    return this.#listRuns.all({ digits, limit })
  }
}

/**
 * Reads a store without writing to it, creating it or migrating it.
 *
 * @throws Error if the file is not a store, a newer duo-seats wrote it, or another process locks it for more than 50 ms
 */
export async function readForCompletion<T>(path: string, read: (store: CompletionStore) => T): Promise<T> {
  const Database = await loadSqlite()
  const openFile = () =>
    new Database(resolve(path), { readonly: isInUse(path), fileMustExist: true, timeout: busyTimeoutMs })
  const database = findBlockedFile(path) === null ? openFile() : openReadCopy(Database, path)
  try {
    database.pragma('query_only = ON')
    const { isOurs, version } = readHeader(database)
    if (!isOurs || version > schemaVersion) throw new Error(`${path} is not a store of this version`)
    return read(new CompletionStore(database))
  } finally {
    database.close()
  }
}

/**
 * Whether another process has the store open or left its WAL after a crash. Then the store is opened read-only, so closing it leaves
 * the WAL alone. Otherwise SQLite creates the WAL here, and only a writable connection deletes it again.
 */
function isInUse(path: string): boolean {
  return existsSync(`${realpathSync(path)}-wal`)
}
