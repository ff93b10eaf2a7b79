import { setTimeout as delay } from 'node:timers/promises'
import type Sqlite from 'better-sqlite3'

/** How a caller waits for a lock. */
export interface LockWait {
  /** Ends the wait. */
  signal: AbortSignal
  /** Called once when another process holds the lock. */
  onWait: () => void
}

const retryMs = 25

/**
 * Begins a transaction as soon as no other process stands in its way.
 *
 * @param timeoutMs how long to wait for that
 * @throws an SQLITE_BUSY error when the lock could not be had, the signal's reason when it was aborted
 */
export async function takeLock(
  database: Sqlite.Database,
  begin: 'BEGIN IMMEDIATE' | 'BEGIN EXCLUSIVE',
  { signal, onWait }: LockWait,
  timeoutMs: number,
): Promise<void> {
  const waitUntil = Date.now() + timeoutMs
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted()
    try {
      database.exec(begin)
      return
    } catch (error) {
      if ((error as { code?: string }).code !== 'SQLITE_BUSY' || Date.now() > waitUntil) throw error
      if (attempt === 1) onWait()
      await delay(retryMs, undefined, { signal }).catch(() => signal.throwIfAborted())
    }
  }
}
