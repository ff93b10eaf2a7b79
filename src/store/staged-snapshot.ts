import type Sqlite from 'better-sqlite3'
import type { Seat } from '../domain/snapshot.ts'
import type { User, UserAddress, UserState } from '../domain/user.ts'
import { explainFullFolder, openPrivateDatabase } from './private-database.ts'
import { type Statement, Statements } from './statements.ts'
import { userColumns } from './user-row.ts'

const content = 'snapshot'

const schema = `
  CREATE TABLE users (
    id INTEGER, username TEXT, name TEXT, email TEXT, state TEXT, type TEXT, member INTEGER, last_activity_on TEXT,
    last_duo_activity_on TEXT
  ) STRICT;
  CREATE TABLE addresses (user_id INTEGER, address TEXT) STRICT;
  CREATE TABLE seats (add_on_purchase_id INTEGER, user_id INTEGER, assigned_at TEXT) STRICT;
`

/**
 * The rows of a snapshot while it is checked, in a private temporary file: a malformed snapshot touches no store, and a long one
 * needs little memory. Rows may repeat, as a fault ends the work only after the whole snapshot was read.
 */
export class StagedSnapshot {
  readonly #database: Sqlite.Database
  readonly #addUser: Statement
  readonly #addAddress: Statement<[UserAddress]>
  readonly #addSeat: Statement<[Seat]>

  private constructor(database: Sqlite.Database) {
    this.#database = database
    const statements = new Statements(database)
    this.#addUser = statements.prepare('INSERT INTO users VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
    this.#addAddress = statements.prepare('INSERT INTO addresses VALUES (:userId, :address)')
    this.#addSeat = statements.prepare('INSERT INTO seats VALUES (:addOnPurchaseId, :userId, :assignedAt)')
  }

  /** @throws UserError for a folder of temporary files that cannot be written to */
  static async open(): Promise<StagedSnapshot> {
    return new StagedSnapshot(await openPrivateDatabase(content, schema))
  }

  addUsers(users: readonly User[]): void {
    this.#write(users, (user) =>
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
      ),
    )
  }

  addAddresses(addresses: readonly UserAddress[]): void {
    this.#write(addresses, (address) => this.#addAddress.run(address))
  }

  addSeats(seats: readonly Seat[]): void {
    this.#write(seats, (seat) => this.#addSeat.run(seat))
  }

  #write<Row>(rows: readonly Row[], add: (row: Row) => void): void {
    try {
      this.#database.transaction(() => rows.forEach(add))()
    } catch (error) {
      throw explainFullFolder(error, content)
    }
  }

  *readUsers(): Iterable<User> {
    const rows = this.#database.prepare<[], UserValues>(`SELECT ${userColumns} FROM users`).raw()
    for (const values of rows.iterate()) yield toUser(values)
  }

  *readAddresses(): Iterable<UserAddress> {
    const sql = 'SELECT user_id AS userId, address FROM addresses'
    yield* this.#database.prepare<[], UserAddress>(sql).iterate()
  }

  *readSeats(): Iterable<Seat> {
    const sql = `
      SELECT add_on_purchase_id AS addOnPurchaseId, user_id AS userId, assigned_at AS assignedAt FROM seats
    `
    yield* this.#database.prepare<[], Seat>(sql).iterate()
  }

  close(): void {
    this.#database.close()
  }
}

type UserValues = [
  id: number,
  username: string,
  name: string,
  email: string | null,
  state: UserState,
  type: string,
  member: number,
  lastActivityOn: string | null,
  lastDuoActivityOn: string | null,
]

function toUser([
  id,
  username,
  name,
  email,
  state,
  type,
  member,
  lastActivityOn,
  lastDuoActivityOn,
]: UserValues): User {
  return { id, username, name, email, state, type, member: member === 1, lastActivityOn, lastDuoActivityOn }
}
