import type Sqlite from 'better-sqlite3'
import type { Instant } from '../domain/day.ts'
import type { Request } from '../domain/request.ts'
import type { Seat } from '../domain/snapshot.ts'
import type { User } from '../domain/user.ts'
import { listKeys, type UnknownKeys } from './looked-up-users.ts'
import { replaceSeats, replaceUsers } from './replace-staged.ts'

/** What GitLab says, beside what the store says: the differences are found in SQL, table against table. */
const temporarySchema = `
  CREATE TEMP TABLE IF NOT EXISTS incoming_users (
    id INTEGER PRIMARY KEY,
    username TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT,
    state TEXT NOT NULL,
    type TEXT NOT NULL,
    member INTEGER NOT NULL,
    last_activity_on TEXT,
    last_duo_activity_on TEXT
  ) STRICT;
  CREATE TEMP TABLE IF NOT EXISTS incoming_seats (
    add_on_purchase_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    assigned_at TEXT,
    PRIMARY KEY (add_on_purchase_id, user_id)
  ) STRICT, WITHOUT ROWID;
`

/**
 * Brings users and seats to the state of a GitLab, and notes each difference in {@link SyncChanges}' table. What GitLab says is
 * staged first, page by page: of a user or seat that comes twice, the latest row counts.
 */
export class Mirror {
  readonly #database: Sqlite.Database
  readonly #stageUser: Sqlite.Statement<unknown[]>
  readonly #stageSeat: Sqlite.Statement<unknown[]>
  readonly #countSeats: Sqlite.Statement<[number], number>

  constructor(database: Sqlite.Database) {
    this.#database = database
    database.exec(temporarySchema)
    this.clearStaged()
    this.#stageUser = database.prepare(
      'INSERT OR REPLACE INTO incoming_users VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    )
    this.#stageSeat = database.prepare('INSERT OR REPLACE INTO incoming_seats VALUES (?, ?, ?)')
    this.#countSeats = database
      .prepare<[number], number>('SELECT count(*) FROM incoming_seats WHERE add_on_purchase_id = ?')
      .pluck()
  }

  stageUsers(users: readonly User[]): void {
    this.#stage(() => {
      for (const user of users) {
        this.#stageUser.run(
          user.id,
          user.username,
          user.name,
          user.email,
          user.state,
          user.type,
          user.member ? 1 : 0,
          user.lastActivityOn,
          user.lastDuoActivityOn,
        )
      }
    })
  }

  stageSeats(seats: readonly Seat[]): void {
    this.#stage(() => {
      for (const seat of seats) this.#stageSeat.run(seat.addOnPurchaseId, seat.userId, seat.assignedAt)
    })
  }

  /** Only temporary tables are written, so that a transaction of its own locks nobody out and waits for nobody. */
  #stage(work: () => void): void {
    if (this.#database.inTransaction) work()
    else this.#database.transaction(work)()
  }

  /** How many different users and seats are staged. */
  countStaged(): { users: number; seats: number } {
    return (
      this.#database
        .prepare<[], { users: number; seats: number }>(`
          SELECT (SELECT count(*) FROM incoming_users) AS users, (SELECT count(*) FROM incoming_seats) AS seats
        `)
        .get() ?? { users: 0, seats: 0 }
    )
  }

  /** How many different users are staged as holders of a seat of one purchase. */
  countStagedSeats(addOnPurchaseId: number): number {
    return this.#countSeats.get(addOnPurchaseId) ?? 0
  }

  /** Takes back what was staged, so that it can be read from GitLab again. */
  clearStaged(): void {
    this.#database.exec('DELETE FROM incoming_users; DELETE FROM incoming_seats')
  }

  /**
   * Stages as well what the store knows and nobody has staged, so that nothing goes: for a reading that may have missed some.
   * Pending seats that GitLab did not have are left out: they stay by themselves.
   */
  stageKnown(): void {
    this.#database.exec(`
      INSERT OR IGNORE INTO incoming_users
      SELECT id, username, name, email, state, type, member, last_activity_on, last_duo_activity_on
      FROM users WHERE gone_at IS NULL AND looked_up = 0;
      INSERT OR IGNORE INTO incoming_seats
      SELECT add_on_purchase_id, user_id, assigned_at FROM seats WHERE pending = 0 OR in_gitlab = 1;
    `)
  }

  /** The usernames and ids in some requests that are of no user who is staged. */
  findUnstaged(requests: readonly Request[]): UnknownKeys {
    this.#database.exec(
      'CREATE INDEX IF NOT EXISTS temp.incoming_names ON incoming_users (username COLLATE NOCASE)',
    )
    const { usernames, userIds } = listKeys(requests)
    return {
      usernames: this.#findUnstaged('username = wanted.value COLLATE NOCASE', usernames),
      userIds: this.#findUnstaged('id = wanted.value', userIds),
    }
  }

  #findUnstaged<Key>(condition: string, keys: readonly Key[]): Key[] {
    return this.#database
      .prepare<[string], Key>(`
        SELECT wanted.value FROM json_each(?) AS wanted
        WHERE NOT EXISTS (SELECT 1 FROM incoming_users WHERE ${condition})
      `)
      .pluck()
      .all(JSON.stringify(keys))
  }

  /** @returns how many users differ in nothing but the days of their activity */
  replaceUsers(goneAt: Instant): number {
    return replaceUsers(this.#database, goneAt)
  }

  /** @param seenAt until when the snapshot knows of the seats that runs gave */
  replaceSeats(seenAt: Instant): void {
    replaceSeats(this.#database, seenAt)
  }
}
