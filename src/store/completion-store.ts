import { existsSync, realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import type Sqlite from 'better-sqlite3'
import type { Instant } from '../domain/day.ts'
import type { RunCommand } from '../domain/run-command.ts'
import { applicationId } from './application-id.ts'
import { migrations } from './migrations.ts'

/** Somebody waits for it with a finger on the key. */
const busyTimeoutMs = 50

export interface GlancedRun {
  id: number
  command: RunCommand
  startedAt: Instant
}

/** What completing a command line needs of a store. */
export class Glance {
  readonly #findUsers: Sqlite.Statement<[{ from: string; to: string }], { username: string; name: string }>
  readonly #findHolders: Sqlite.Statement<[{ from: string; to: string }], { username: string; name: string }>
  readonly #listRuns: Sqlite.Statement<[{ digits: string; limit: number }], GlancedRun>

  constructor(database: Sqlite.Database) {
    // A range, since LIKE would take the _ of a name for a wildcard.
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

  /** Human users whose username begins with a text, in any case; by username. */
  findUsers(start: string): Iterable<{ username: string; name: string }> {
    return this.#findUsers.iterate({ from: start, to: `${start}\u{10ffff}` })
  }

  /** Users with a seat of any purchase, by the same rule; whoever holds one may lose it, human or not. */
  findHolders(start: string): Iterable<{ username: string; name: string }> {
    return this.#findHolders.iterate({ from: start, to: `${start}\u{10ffff}` })
  }

  /** Runs whose number begins with some digits, the newest first. */
  listRuns(digits: string, limit: number): GlancedRun[] {
    return this.#listRuns.all({ digits, limit })
  }
}

/**
 * Lets `look` read a store and closes it again. Nothing is written: no store is made, none is brought up to date. Nobody is waited for.
 *
 * @throws where there is no store of ours, where a newer duo-seats wrote it, and where it is locked
 */
export async function glanceAt<T>(path: string, look: (glance: Glance) => T): Promise<T> {
  const { default: Database } = await import('better-sqlite3')
  const database = new Database(resolve(path), {
    readonly: isInUse(path),
    fileMustExist: true,
    timeout: busyTimeoutMs,
  })
  try {
    database.pragma('query_only = ON')
    const version = database.pragma('user_version', { simple: true }) as number
    const isOurs = database.pragma('application_id', { simple: true }) === applicationId
    if (!isOurs || version > migrations.length) throw new Error(`${path} is no store of this version`)
    return look(new Glance(database))
  } finally {
    database.close()
  }
}

/**
 * Whether somebody has the store open, or was killed over it: closing it must not tidy up after them then. Of a store that is
 * in nobody's use, the files beside it are our own, and only who may write takes them away again.
 */
function isInUse(path: string): boolean {
  return existsSync(`${realpathSync(path)}-wal`)
}
