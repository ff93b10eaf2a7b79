import { realpathSync, rmSync } from 'node:fs'
import type Sqlite from 'better-sqlite3'
import { codeOf } from './code-of.ts'

/** Locks or shared memory failed. Other errors of a disk have other causes: it is full, damaged, or permissions are missing. */
const tellingFault =
  /^SQLITE_(NOLFS|IOERR_(LOCK|UNLOCK|RDLOCK|CHECKRESERVEDLOCK|BLOCKED|SHMLOCK|SHMMAP|MMAP))$/

/** Another process may cause these. */
const unclear = /^SQLITE_(BUSY|PROTOCOL|PERM)/

/** Whether an error of a store comes from a place without the locks or the shared memory that SQLite needs. */
export function isPlaceFault(Database: typeof Sqlite, path: string, error: unknown): boolean {
  const code = codeOf(error)
  return tellingFault.test(code) || (unclear.test(code) && !supportsSqlite(Database, path))
}

/** Tries locks and shared memory on a new file beside a store, which no other process uses. */
export function supportsSqlite(Database: typeof Sqlite, path: string): boolean {
  const probe = `${realpathSync(path)}-probe-${crypto.randomUUID().slice(-12)}`
  let database: Sqlite.Database | null = null
  try {
    database = new Database(probe, { timeout: 0 })
    database.pragma('journal_mode = WAL')
    database.exec('CREATE TABLE probe (id INTEGER); BEGIN IMMEDIATE; COMMIT')
    return true
  } catch (error) {
    const code = codeOf(error)
    return !tellingFault.test(code) && !unclear.test(code)
  } finally {
    database?.close()
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(probe + suffix, { force: true })
  }
}
