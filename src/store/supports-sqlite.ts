import { randomBytes } from 'node:crypto'
import { realpathSync, rmSync } from 'node:fs'
import type Sqlite from 'better-sqlite3'

/** A new file that no other process knows cannot be in use: these errors tell that the place has no locks or no shared memory. */
const telling = ['SQLITE_BUSY', 'SQLITE_PROTOCOL', 'SQLITE_PERM', 'SQLITE_NOLFS', 'SQLITE_IOERR']

/** These have other causes: a full disk, a damaged one, or missing permissions. */
const others = ['SQLITE_IOERR_READ', 'SQLITE_IOERR_WRITE', 'SQLITE_IOERR_SHMSIZE', 'SQLITE_IOERR_SHMOPEN']

/** Whether the place of a store has the locks and the shared memory that SQLite needs: tries them on a file beside it. */
export function supportsSqlite(Database: typeof Sqlite, path: string): boolean {
  const probe = `${realpathSync(path)}-probe-${randomBytes(6).toString('hex')}`
  let database: Sqlite.Database | null = null
  try {
    database = new Database(probe, { timeout: 0 })
    database.pragma('journal_mode = WAL')
    database.exec('CREATE TABLE probe (id INTEGER); BEGIN IMMEDIATE; COMMIT')
    return true
  } catch (error) {
    const code = String((error as { code?: unknown }).code)
    return (
      others.includes(code) || !telling.some((prefix) => code === prefix || code.startsWith(`${prefix}_`))
    )
  } finally {
    database?.close()
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(probe + suffix, { force: true })
  }
}
