import type Sqlite from 'better-sqlite3'
import type { Instant } from '../domain/day.ts'
import type { HiddenAddresses } from '../domain/hidden-addresses.ts'
import type { Seat } from '../domain/snapshot.ts'
import type { User, UserAddress } from '../domain/user.ts'
import { replaceEmails } from './emails.ts'
import { replaceSeats, replaceUsers } from './replace-rows.ts'
import { noteSeatChanges, recordSeatDifferences, type SeatsInTime } from './seat-differences.ts'
import type { Statement, Statements } from './statements.ts'
import type { UserKeys } from './user-keys.ts'
import { isFromSync } from './user-row.ts'

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
  -- By user, as they come: in the order of the addresses, each insertion would read another page.
  CREATE TEMP TABLE IF NOT EXISTS incoming_emails (
    address TEXT NOT NULL,
    user_id INTEGER NOT NULL,
    PRIMARY KEY (user_id, address)
  ) STRICT, WITHOUT ROWID;
  -- Users that differ in their activity days only.
  CREATE TEMP TABLE IF NOT EXISTS active_users (id INTEGER PRIMARY KEY) STRICT;
  -- Seats that runs changed after the snapshot.
  CREATE TEMP TABLE IF NOT EXISTS changed_since (
    add_on_purchase_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    PRIMARY KEY (add_on_purchase_id, user_id)
  ) STRICT, WITHOUT ROWID;
  -- The folded form of a shown address: SQLite folds the letters of ASCII only.
  CREATE TEMP TABLE IF NOT EXISTS incoming_spellings (
    address TEXT NOT NULL,
    user_id INTEGER NOT NULL,
    PRIMARY KEY (address, user_id)
  ) STRICT, WITHOUT ROWID;
`

/** An earlier sync may have learned an address that GitLab hides now. */
const isAddressOf = [
  'incoming_users WHERE email = wanted.value COLLATE NOCASE',
  ...['incoming_emails', 'incoming_spellings', 'emails'].map(
    (table) => `${table} CROSS JOIN incoming_users ON id = user_id WHERE address = wanted.value`,
  ),
]

interface IncomingRows {
  users?: readonly User[]
  seats?: readonly Seat[]
  /** Folded and confirmed. */
  emails?: readonly UserAddress[]
  /** The folded forms of shown addresses. */
  spellings?: readonly UserAddress[]
}

type AddressCounts = HiddenAddresses & { seen: number }

/** Rows from GitLab, in temporary tables. The latest of two rows about a user or seat counts. */
export class Incoming {
  readonly #database: Sqlite.Database
  readonly #addUser: Statement<unknown[]>
  readonly #addSeat: Statement<unknown[]>
  readonly #hasUser: Statement<[number], number>
  readonly #addEmail: Statement<unknown[]>
  readonly #addSpelling: Statement<unknown[]>
  readonly #countUsers: Statement<[], number>
  readonly #countSeats: Statement<[number], number>
  readonly #countAddresses: Statement<[], AddressCounts>

  constructor(database: Sqlite.Database, statements: Statements) {
    this.#database = database
    // A file for the journal of each page of users would be written as often as the tables.
    database.pragma('temp.journal_mode = MEMORY')
    database.exec(temporarySchema)
    this.clear()
    this.#addUser = statements.prepare(
      'INSERT OR REPLACE INTO incoming_users VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    )
    this.#addSeat = statements.prepare('INSERT OR REPLACE INTO incoming_seats VALUES (?, ?, ?)')
    this.#hasUser = statements.prepare<[number], number>('SELECT 1 FROM incoming_users WHERE id = ?').pluck()
    this.#addEmail = statements.prepare('INSERT OR IGNORE INTO incoming_emails VALUES (?, ?)')
    this.#addSpelling = statements.prepare('INSERT OR IGNORE INTO incoming_spellings VALUES (?, ?)')
    this.#countUsers = statements.prepare<[], number>('SELECT count(*) FROM incoming_users').pluck()
    this.#countSeats = statements
      .prepare<[number], number>('SELECT count(*) FROM incoming_seats WHERE add_on_purchase_id = ?')
      .pluck()
    this.#countAddresses = statements.prepare(`
      SELECT count(*) AS users,
        count(*) FILTER (WHERE id IN (SELECT user_id FROM incoming_emails)) AS seen,
        count(*) FILTER (WHERE email IS NULL AND id NOT IN (SELECT user_id FROM incoming_emails)) AS hidden
      FROM incoming_users
    `)
  }

  /** A transaction on temporary tables alone takes no lock. */
  add({ users = [], seats = [], emails = [], spellings = [] }: IncomingRows): void {
    const insert = this.#database.transaction(() => {
      for (const user of users) this.#insertUser(user)
      for (const { addOnPurchaseId, userId, assignedAt } of seats)
        this.#addSeat.run(addOnPurchaseId, userId, assignedAt)
      for (const { address, userId } of emails) this.#addEmail.run(address, userId)
      for (const { address, userId } of spellings) this.#addSpelling.run(address, userId)
    })
    insert()
  }

  #insertUser(user: User): void {
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

  hasUser(id: number): boolean {
    return this.#hasUser.get(id) !== undefined
  }

  countUsers(): number {
    return this.#countUsers.getOne()
  }

  countSeats(addOnPurchaseId: number): number {
    return this.#countSeats.getOne(addOnPurchaseId)
  }

  /** A caller without the right to see addresses may see their own. */
  countAddresses(): AddressCounts {
    return this.#countAddresses.getOne()
  }

  clear(): void {
    this.#database.exec(`
      DELETE FROM incoming_users;
      DELETE FROM incoming_seats;
      DELETE FROM active_users;
      DELETE FROM changed_since;
      DELETE FROM incoming_emails;
      DELETE FROM incoming_spellings;
    `)
  }

  /** Keeps the users and seats of the store that did not come: the reading may be incomplete. */
  addKnown(): void {
    this.#database.exec(`
      INSERT OR IGNORE INTO incoming_users
      SELECT id, username, name, email, state, type, member, last_activity_on, last_duo_activity_on
      FROM users WHERE ${isFromSync};
      INSERT OR IGNORE INTO incoming_seats
      SELECT add_on_purchase_id, user_id, assigned_at FROM seats;
    `)
  }

  findUnknown({ usernames, userIds, addresses }: UserKeys): UserKeys {
    this.#database.exec(`
      CREATE INDEX IF NOT EXISTS temp.incoming_names ON incoming_users (username COLLATE NOCASE);
      CREATE INDEX IF NOT EXISTS temp.incoming_shown ON incoming_users (email COLLATE NOCASE);
      CREATE INDEX IF NOT EXISTS temp.incoming_addresses ON incoming_emails (address);
    `)
    return {
      usernames: this.#findUnknown(
        ['incoming_users WHERE username = wanted.value COLLATE NOCASE'],
        usernames,
      ),
      userIds: this.#findUnknown(['incoming_users WHERE id = wanted.value'], userIds),
      addresses: this.#findUnknown(isAddressOf, addresses),
    }
  }

  #findUnknown<Key>(sources: readonly string[], keys: readonly Key[]): Key[] {
    const isUnknown = sources.map((source) => `NOT EXISTS (SELECT 1 FROM ${source})`)
    return this.#database
      .prepare<[string], Key>(`
        SELECT wanted.value FROM json_each(?) AS wanted WHERE ${isUnknown.join(' AND ')}
      `)
      .pluck()
      .all(JSON.stringify(keys))
  }

  /** @returns the number of users that differ in their activity days only */
  replaceUsers(goneAt: Instant): number {
    return replaceUsers(this.#database, goneAt)
  }

  /** After {@link replaceUsers}. */
  replaceEmails(extent: { isWhole: boolean }): void {
    replaceEmails(this.#database, extent)
  }

  /**
   * Before the users and seats are replaced. Seats that a run changed after the snapshot stay as they are.
   *
   * @param position the last event of the store before the snapshot was taken; null if the seats are those of GitLab itself
   */
  noteSeats(position: number | null, time: SeatsInTime): void {
    noteSeatChanges(this.#database, position)
    recordSeatDifferences(this.#database, time)
  }

  /** @param seenAt for the minimum age of a seat */
  replaceSeats(seenAt: Instant): void {
    replaceSeats(this.#database, seenAt)
  }
}
