import type Sqlite from 'better-sqlite3'
import { AddOnPurchases } from './add-on-purchases.ts'
import { CallsInFlight } from './calls-in-flight.ts'
import { Emails } from './emails.ts'
import { Health } from './health.ts'
import { History } from './history.ts'
import type { Incoming } from './incoming.ts'
import { KnownSeats } from './known-seats.ts'
import { LastHolders } from './last-holders.ts'
import { Links } from './links.ts'
import { LookedUpUsers } from './looked-up-users.ts'
import { PastUsers } from './past-users.ts'
import { PendingChanges } from './pending-changes.ts'
import { Results } from './results.ts'
import { Reversals } from './reversals.ts'
import { Runs } from './runs.ts'
import type { SeatTable } from './seat-table.ts'
import { Seats } from './seats.ts'
import type { ServedData } from './served-data.ts'
import { ServedGroups } from './served-groups.ts'
import { Statements } from './statements.ts'
import { StoreEvents } from './store-events.ts'
import { StoredUsage } from './stored-usage.ts'
import { Subscriptions } from './subscriptions.ts'
import type { SyncChanges } from './sync-changes.ts'
import { type LockWait, takeLock } from './take-lock.ts'
import { UserMatches } from './user-matches.ts'
import { Users } from './users.ts'

const lockTimeoutMs = 120_000

interface TransactOptions extends LockWait {
  /** As of `performance.now()`; default: two minutes after the transaction's turn. */
  waitUntil?: number
  rollback?: boolean
  /** False: a power failure may undo the commit, a kill of the process does not. Saves a wait for the disk. Default: true. */
  isDurable?: boolean
}

/** No other process pushes meanwhile. */
export interface PushLock {
  /** May be repeated. */
  release(): void
}

export interface IncomingTables {
  incoming: Incoming
  changes: SyncChanges
}

/** One property for each part, such as a table. Parts that few commands need are loaded on demand. */
export class Store {
  readonly #database: Sqlite.Database
  readonly #statements: Statements
  readonly #openPushLock: () => Sqlite.Database
  /** Transactions of this process take turns: they share one connection. */
  #idle: Promise<unknown> = Promise.resolve()
  /** Whether a commit waits for the disk, as it does in a database that was just opened. */
  #isDurable = true
  readonly health: Health
  readonly links: Links
  readonly events: StoreEvents
  readonly history: History
  readonly usage: StoredUsage
  readonly subscriptions: Subscriptions
  readonly users: Users
  readonly userMatches: UserMatches
  readonly emails: Emails
  readonly lookedUpUsers: LookedUpUsers
  readonly pastUsers: PastUsers
  readonly addOnPurchases: AddOnPurchases
  readonly lastHolders: LastHolders
  readonly seats: Seats
  readonly knownSeats: KnownSeats
  readonly pendingChanges: PendingChanges
  readonly callsInFlight: CallsInFlight
  readonly reversals: Reversals
  readonly runs: Runs
  readonly results: Results
  readonly servedGroups: ServedGroups

  /** @param openPushLock opens the database of the push lock, without a wait */
  constructor(database: Sqlite.Database, openPushLock: () => Sqlite.Database) {
    this.#database = database
    this.#openPushLock = openPushLock
    const statements = new Statements(database)
    this.#statements = statements
    this.health = new Health(database)
    this.links = new Links(statements)
    this.events = new StoreEvents(statements)
    this.history = new History(statements)
    this.usage = new StoredUsage(statements)
    this.subscriptions = new Subscriptions(statements)
    this.users = new Users(statements)
    this.userMatches = new UserMatches(statements)
    this.emails = new Emails(statements)
    this.lookedUpUsers = new LookedUpUsers(statements)
    this.pastUsers = new PastUsers(statements)
    this.lastHolders = new LastHolders(statements)
    this.addOnPurchases = new AddOnPurchases(statements, this.history, this.lastHolders)
    this.seats = new Seats(statements, this.events)
    this.knownSeats = new KnownSeats(statements)
    this.pendingChanges = new PendingChanges(statements, this.events, this.history)
    this.callsInFlight = new CallsInFlight(statements)
    this.reversals = new Reversals(statements)
    this.runs = new Runs(statements)
    this.results = new Results(statements)
    this.servedGroups = new ServedGroups(database, statements)
  }

  /** All reads of `work` see the same state, also while other processes write. */
  readAtOnce<T>(work: () => T): T {
    return this.#database.transaction(work)()
  }

  /** Until the store is closed, all reads see its present state. For reads only. */
  holdState(): void {
    this.#database.exec('BEGIN')
  }

  /**
   * Waits for the turn of this process, then for other processes: do not call it inside `work`.
   *
   * @throws an SQLITE_BUSY error after the timeout, the reason of the signal once it is aborted
   */
  transact<T>(work: () => T | Promise<T>, options: TransactOptions): Promise<T> {
    const turn = this.#idle.then(() => this.#runTransaction(work, options))
    this.#idle = turn.catch(() => {})
    return turn
  }

  async #runTransaction<T>(work: () => T | Promise<T>, options: TransactOptions): Promise<T> {
    const { isDurable = true, waitUntil = performance.now() + lockTimeoutMs } = options
    try {
      this.#setDurable(isDurable)
      await takeLock(this.#database, 'BEGIN IMMEDIATE', options, waitUntil - performance.now())
      const answer = await work()
      this.#database.exec(options.rollback ? 'ROLLBACK' : 'COMMIT')
      return answer
    } finally {
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK')
    }
  }

  /** A push has hundreds of transactions of one kind in a row, and a pragma takes as long as a small statement. */
  #setDurable(isDurable: boolean): void {
    if (isDurable === this.#isDurable) return
    this.#database.pragma(`synchronous = ${isDurable ? 'FULL' : 'NORMAL'}`)
    this.#isDurable = isDurable
  }

  /**
   * Waits without a timeout. The operating system releases the lock with the process: it is a transaction on its own database.
   *
   * @throws the reason of the signal once it is aborted
   */
  async takePushLock(wait: LockWait): Promise<PushLock> {
    const lock = this.#openPushLock()
    try {
      await takeLock(lock, 'BEGIN EXCLUSIVE', wait, Number.POSITIVE_INFINITY)
    } catch (error) {
      lock.close()
      throw error
    }
    return { release: () => lock.close() }
  }

  /** Temporary tables for one sync. */
  async openIncoming(): Promise<IncomingTables> {
    const { Incoming } = await import('./incoming.ts')
    const { SyncChanges } = await import('./sync-changes.ts')
    const changes = new SyncChanges(this.#database, this.#statements)
    return { incoming: new Incoming(this.#database, this.#statements), changes }
  }

  /** For the played GitLab. Use nothing else of this store to write meanwhile. The signal ends the wait for the lock. */
  async openServedData(signal: AbortSignal): Promise<ServedData> {
    const { ServedData } = await import('./served-data.ts')
    return new ServedData(this.#database, this.#statements, (work, waitUntil) =>
      this.transact(work, { signal, onWait: () => {}, waitUntil }),
    )
  }

  /** Sees the commits of other connections only: use nothing of this store to write meanwhile. */
  async openSeatTable(): Promise<SeatTable> {
    const { SeatTable } = await import('./seat-table.ts')
    return new SeatTable(this.#database)
  }

  close(): void {
    this.#database.close()
  }
}
