import { setTimeout as delay } from 'node:timers/promises'
import type Sqlite from 'better-sqlite3'
import { AddOnPurchases } from './add-on-purchases.ts'
import { Mirror } from './mirror.ts'
import { Results } from './results.ts'
import { Runs } from './runs.ts'
import { Seats } from './seats.ts'
import { Subscriptions } from './subscriptions.ts'
import { SyncChanges } from './sync-changes.ts'
import { Users } from './users.ts'

const lockTimeoutMs = 120_000
const lockRetryMs = 25

export interface TransactionOptions {
  /** Ends the waiting for the lock. */
  signal: AbortSignal
  /** Called once when another process holds the lock. */
  onWait: () => void
}

/** One open store. Every table has a property of its own; nothing else speaks SQL. */
export class Store {
  readonly #database: Sqlite.Database
  readonly subscriptions: Subscriptions
  readonly users: Users
  readonly addOnPurchases: AddOnPurchases
  readonly seats: Seats
  readonly runs: Runs
  readonly results: Results

  constructor(database: Sqlite.Database) {
    this.#database = database
    this.subscriptions = new Subscriptions(database)
    this.users = new Users(database)
    this.addOnPurchases = new AddOnPurchases(database)
    this.seats = new Seats(database)
    this.runs = new Runs(database)
    this.results = new Results(database)
  }

  /**
   * Runs `work` in one immediate transaction and commits it: nobody else writes meanwhile, and what it wrote is there as a
   * whole or, after an exception, not at all. Waits for other processes that write, up to two minutes.
   *
   * @throws an SQLITE_BUSY error when the lock could not be had, the signal's reason when it was aborted
   */
  transact<T>(work: () => Promise<T>, options: TransactionOptions): Promise<T> {
    return this.#runInTransaction(work, 'COMMIT', options)
  }

  /** As {@link transact}, but everything that `work` wrote is taken back. */
  rehearse<T>(work: () => Promise<T>, options: TransactionOptions): Promise<T> {
    return this.#runInTransaction(work, 'ROLLBACK', options)
  }

  async #runInTransaction<T>(
    work: () => Promise<T>,
    end: 'COMMIT' | 'ROLLBACK',
    options: TransactionOptions,
  ): Promise<T> {
    await this.#takeWriteLock(options)
    try {
      const answer = await work()
      this.#database.exec(end)
      return answer
    } finally {
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK')
    }
  }

  async #takeWriteLock({ signal, onWait }: TransactionOptions): Promise<void> {
    const waitUntil = Date.now() + lockTimeoutMs
    for (let attempt = 1; ; attempt += 1) {
      signal.throwIfAborted()
      try {
        this.#database.exec('BEGIN IMMEDIATE')
        return
      } catch (error) {
        if ((error as { code?: string }).code !== 'SQLITE_BUSY' || Date.now() > waitUntil) throw error
        if (attempt === 1) onWait()
        await delay(lockRetryMs, undefined, { signal })
      }
    }
  }

  /** Tables for one sync. They live as long as this connection. */
  openMirror(): { mirror: Mirror; changes: SyncChanges } {
    const changes = new SyncChanges(this.#database)
    return { mirror: new Mirror(this.#database), changes }
  }

  close(): void {
    this.#database.close()
  }
}
