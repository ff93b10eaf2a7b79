import { setTimeout as delay } from 'node:timers/promises'
import type Sqlite from 'better-sqlite3'
import { codeOf } from './code-of.ts'

export interface LockWait {
  signal: AbortSignal
  /** Called once, if another process holds the lock. */
  onWait: () => void
}

const retryMs = 25

/** Does not block the event loop. Throws SQLITE_BUSY after the timeout, and the reason of an aborted signal. */
export async function takeLock(
  database: Sqlite.Database,
  begin: 'BEGIN IMMEDIATE' | 'BEGIN EXCLUSIVE',
  { signal, onWait }: LockWait,
  timeoutMs: number,
): Promise<void> {
  const waitUntil = performance.now() + timeoutMs
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted()
    if (beginAtOnce(database, begin, waitUntil)) return
    if (attempt === 1) onWait()
    await delay(retryMs, undefined, { signal }).catch(() => signal.throwIfAborted())
  }
}

/** @returns false where another process holds the lock */
function beginAtOnce(database: Sqlite.Database, begin: string, waitUntil: number): boolean {
  const busyTimeoutMs = database.pragma('busy_timeout', { simple: true })
  // SQLite's own wait would block the event loop.
  database.pragma('busy_timeout = 0')
  try {
    database.exec(begin)
    return true
  } catch (error) {
    if (codeOf(error) !== 'SQLITE_BUSY' || performance.now() > waitUntil) throw error
    return false
  } finally {
    database.pragma(`busy_timeout = ${busyTimeoutMs}`)
  }
}
