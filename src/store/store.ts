import type Sqlite from 'better-sqlite3'
import { AddOnPurchases } from './add-on-purchases.ts'
import { Health } from './health.ts'
import { Links } from './links.ts'
import { LookedUpUsers } from './looked-up-users.ts'
import { Mirror } from './mirror.ts'
import { PastUsers } from './past-users.ts'
import { PendingSeats } from './pending-seats.ts'
import { Results } from './results.ts'
import { Reversals } from './reversals.ts'
import { Runs } from './runs.ts'
import { Seats } from './seats.ts'
import { ServedData } from './served-data.ts'
import { Subscriptions } from './subscriptions.ts'
import { SyncChanges } from './sync-changes.ts'
import { type LockWait, takeLock } from './take-lock.ts'
import { Users } from './users.ts'

const lockTimeoutMs = 120_000

/** One open store. Every table has a property of its own; nothing else speaks SQL. */
export class Store {
  readonly #database: Sqlite.Database
  readonly #openPushLock: () => Sqlite.Database
  readonly health: Health
  readonly links: Links
  readonly subscriptions: Subscriptions
  readonly users: Users
  readonly lookedUpUsers: LookedUpUsers
  readonly pastUsers: PastUsers
  readonly addOnPurchases: AddOnPurchases
  readonly seats: Seats
  readonly pendingSeats: PendingSeats
  readonly reversals: Reversals
  readonly runs: Runs
  readonly results: Results

  /** @param openPushLock opens the database whose lock is held while somebody pushes; it does not wait by itself */
  constructor(database: Sqlite.Database, openPushLock: () => Sqlite.Database) {
    this.#database = database
    this.#openPushLock = openPushLock
    this.health = new Health(database)
    this.links = new Links(database)
    this.subscriptions = new Subscriptions(database)
    this.users = new Users(database)
    this.lookedUpUsers = new LookedUpUsers(database)
    this.pastUsers = new PastUsers(database)
    this.addOnPurchases = new AddOnPurchases(database)
    this.seats = new Seats(database)
    this.pendingSeats = new PendingSeats(database)
    this.reversals = new Reversals(database)
    this.runs = new Runs(database)
    this.results = new Results(database)
  }

  /**
   * Runs `work` in one immediate transaction and commits it: nobody else writes meanwhile, and what it wrote is there as a
   * whole or, after an exception, not at all. Waits for other processes that write, up to two minutes.
   *
   * @throws an SQLITE_BUSY error when the lock could not be had, the signal's reason when it was aborted
   */
  transact<T>(work: () => Promise<T>, options: LockWait): Promise<T> {
    return this.#runInTransaction(work, 'COMMIT', options)
  }

  /** As {@link transact}, but everything that `work` wrote is taken back. */
  rehearse<T>(work: () => Promise<T>, options: LockWait): Promise<T> {
    return this.#runInTransaction(work, 'ROLLBACK', options)
  }

  async #runInTransaction<T>(
    work: () => Promise<T>,
    end: 'COMMIT' | 'ROLLBACK',
    options: LockWait,
  ): Promise<T> {
    await takeLock(this.#database, 'BEGIN IMMEDIATE', options, lockTimeoutMs)
    try {
      const answer = await work()
      this.#database.exec(end)
      return answer
    } finally {
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK')
    }
  }

  /**
   * Runs `work` while no other process pushes from this store, and waits for that as long as it takes. Commands that do not
   * push go on meanwhile. It cannot be had twice, so do not call this inside `work`.
   *
   * The lock is a transaction on a database of its own: the operating system lets go of it together with the process, however
   * that ends.
   *
   * @throws the signal's reason when it was aborted while waiting
   */
  async holdPushLock<T>(work: () => Promise<T>, options: LockWait): Promise<T> {
    const lock = this.#openPushLock()
    try {
      await takeLock(lock, 'BEGIN EXCLUSIVE', options, Number.POSITIVE_INFINITY)
      return await work()
    } finally {
      lock.close()
    }
  }

  /** Tables for one sync. They live as long as this connection. */
  openMirror(): { mirror: Mirror; changes: SyncChanges } {
    const changes = new SyncChanges(this.#database)
    return { mirror: new Mirror(this.#database), changes }
  }

  /**
   * For the played GitLab. Use nothing else of this store to write meanwhile.
   *
   * @param signal ends the wait for the lock
   */
  openServedData(signal: AbortSignal): ServedData {
    return new ServedData(this.#database, signal)
  }

  close(): void {
    this.#database.close()
  }
}
