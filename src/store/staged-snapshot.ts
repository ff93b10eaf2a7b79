import type Sqlite from 'better-sqlite3'
import type { Seat } from '../domain/snapshot.ts'
import type { User, UserAddress, UserState } from '../domain/user.ts'
import { explainFullFolder, openPrivateDatabase } from './private-database.ts'

const content = 'snapshot'

// JSON: a column for each fact would take twice as long to write and to read.
const schema = 'CREATE TABLE batches (list TEXT NOT NULL, rows TEXT NOT NULL) STRICT'

/**
 * The rows of a snapshot while it is checked, in a private temporary file: a malformed snapshot touches no store, and a long one
 * needs little memory. Rows may repeat, as a fault ends the work only after the whole snapshot was read.
 */
export class StagedSnapshot {
  readonly #database: Sqlite.Database
  readonly #addBatch: Sqlite.Statement<[list: string, rows: string]>
  readonly #readBatches: Sqlite.Statement<[list: string], string>

  private constructor(database: Sqlite.Database) {
    this.#database = database
    this.#addBatch = database.prepare('INSERT INTO batches VALUES (?, ?)')
    this.#readBatches = database.prepare<[string], string>('SELECT rows FROM batches WHERE list = ?').pluck()
  }

  /** @throws UserError for a folder of temporary files that cannot be written to */
  static async open(): Promise<StagedSnapshot> {
    return new StagedSnapshot(await openPrivateDatabase(content, schema))
  }

  addUsers(users: readonly User[]): void {
    this.#add('users', users.map(toUserValues))
  }

  addAddresses(addresses: readonly UserAddress[]): void {
    this.#add(
      'addresses',
      addresses.map(({ userId, address }) => [userId, address]),
    )
  }

  addSeats(seats: readonly Seat[]): void {
    this.#add(
      'seats',
      seats.map(({ addOnPurchaseId, userId, assignedAt }) => [addOnPurchaseId, userId, assignedAt]),
    )
  }

  #add(list: string, rows: readonly unknown[]): void {
    try {
      this.#addBatch.run(list, JSON.stringify(rows))
    } catch (error) {
      throw explainFullFolder(error, content)
    }
  }

  readUsers(): Iterable<User> {
    return this.#read('users', toUser)
  }

  readAddresses(): Iterable<UserAddress> {
    return this.#read('addresses', ([userId, address]: [number, string]) => ({ userId, address }))
  }

  readSeats(): Iterable<Seat> {
    return this.#read('seats', ([addOnPurchaseId, userId, assignedAt]: SeatValues) => {
      return { addOnPurchaseId, userId, assignedAt }
    })
  }

  *#read<Values, Row>(list: string, toRow: (values: Values) => Row): Iterable<Row> {
    for (const rows of this.#readBatches.iterate(list)) {
      for (const values of JSON.parse(rows) as Values[]) yield toRow(values)
    }
  }

  close(): void {
    this.#database.close()
  }
}

type SeatValues = [addOnPurchaseId: number, userId: number, assignedAt: string | null]

/** Without keys, which are as long as the values. */
type UserValues = [
  id: number,
  username: string,
  name: string,
  email: string | null,
  state: UserState,
  type: string,
  member: boolean,
  lastActivityOn: string | null,
  lastDuoActivityOn: string | null,
]

function toUserValues(user: User): UserValues {
  const { id, username, name, email, state, type, member, lastActivityOn, lastDuoActivityOn } = user
  return [id, username, name, email, state, type, member, lastActivityOn, lastDuoActivityOn]
}

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
  return { id, username, name, email, state, type, member, lastActivityOn, lastDuoActivityOn }
}
