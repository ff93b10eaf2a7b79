import type Sqlite from 'better-sqlite3'
import type { Instant } from '../domain/day.ts'
import type { Request } from '../domain/request.ts'
import type { Seat } from '../domain/snapshot.ts'
import type { User } from '../domain/user.ts'
import { listKeys, type UnknownKeys } from './looked-up-users.ts'
import { replaceSeats, replaceUsers } from './replace-rows.ts'

/** Beside the tables of the store, so differences are found in SQL. */
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

/** Rows from GitLab, in temporary tables. The latest of two rows about a user or seat counts. */
export class Incoming {
  readonly #database: Sqlite.Database
  readonly #addUser: Sqlite.Statement<unknown[]>
  readonly #addSeat: Sqlite.Statement<unknown[]>
  readonly #hasUser: Sqlite.Statement<[number], number>
  readonly #countUsers: Sqlite.Statement<[], number>
  readonly #countSeats: Sqlite.Statement<[number], number>

  constructor(database: Sqlite.Database) {
    this.#database = database
    database.exec(temporarySchema)
    this.clear()
    this.#addUser = database.prepare(
      'INSERT OR REPLACE INTO incoming_users VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    )
    this.#addSeat = database.prepare('INSERT OR REPLACE INTO incoming_seats VALUES (?, ?, ?)')
    this.#hasUser = database.prepare<[number], number>('SELECT 1 FROM incoming_users WHERE id = ?').pluck()
    this.#countUsers = database.prepare<[], number>('SELECT count(*) FROM incoming_users').pluck()
    this.#countSeats = database
      .prepare<[number], number>('SELECT count(*) FROM incoming_seats WHERE add_on_purchase_id = ?')
      .pluck()
  }

  addUsers(users: readonly User[]): void {
    this.#write(() => {
      for (const user of users) {
        this.#addUser.run(
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

  addSeats(seats: readonly Seat[]): void {
    this.#write(() => {
      for (const seat of seats) this.#addSeat.run(seat.addOnPurchaseId, seat.userId, seat.assignedAt)
    })
  }

  /** A transaction on temporary tables alone takes no lock. */
  #write(work: () => void): void {
    if (this.#database.inTransaction) work()
    else this.#database.transaction(work)()
  }

  hasUser(id: number): boolean {
    return this.#hasUser.get(id) !== undefined
  }

  countUsers(): number {
    return this.#countUsers.get() ?? 0
  }

  countSeats(addOnPurchaseId: number): number {
    return this.#countSeats.get(addOnPurchaseId) ?? 0
  }

  clear(): void {
    this.#database.exec('DELETE FROM incoming_users; DELETE FROM incoming_seats')
  }

  /** Keeps the users and seats of the store that did not come: the reading may be incomplete. */
  addKnown(): void {
    this.#database.exec(`
      INSERT OR IGNORE INTO incoming_users
      SELECT id, username, name, email, state, type, member, last_activity_on, last_duo_activity_on
      FROM users WHERE gone_at IS NULL AND looked_up = 0;
      INSERT OR IGNORE INTO incoming_seats
      SELECT add_on_purchase_id, user_id, assigned_at FROM seats;
    `)
  }

  /** Usernames and ids that match no incoming user. */
  findUnknown(requests: readonly Request[]): UnknownKeys {
    this.#database.exec(
      'CREATE INDEX IF NOT EXISTS temp.incoming_names ON incoming_users (username COLLATE NOCASE)',
    )
    const { usernames, userIds } = listKeys(requests)
    return {
      usernames: this.#findUnknown('username = wanted.value COLLATE NOCASE', usernames),
      userIds: this.#findUnknown('id = wanted.value', userIds),
    }
  }

  #findUnknown<Key>(condition: string, keys: readonly Key[]): Key[] {
    return this.#database
      .prepare<[string], Key>(`
        SELECT wanted.value FROM json_each(?) AS wanted
        WHERE NOT EXISTS (SELECT 1 FROM incoming_users WHERE ${condition})
      `)
      .pluck()
      .all(JSON.stringify(keys))
  }

  /** @returns the number of users that differ in their activity days only */
  replaceUsers(goneAt: Instant): number {
    return replaceUsers(this.#database, goneAt)
  }

  /** @param seenAt the instant up to which the snapshot contains the seats of runs */
  replaceSeats(seenAt: Instant): void {
    replaceSeats(this.#database, seenAt)
  }
}
