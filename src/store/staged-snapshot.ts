import type Sqlite from 'better-sqlite3'
import type { Seat } from '../domain/snapshot.ts'
import type { User, UserAddress } from '../domain/user.ts'
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
    this.#add('users', users)
  }

  addAddresses(addresses: readonly UserAddress[]): void {
    this.#add('addresses', addresses)
  }

  addSeats(seats: readonly Seat[]): void {
    this.#add('seats', seats)
  }

  #add(list: string, rows: readonly unknown[]): void {
    try {
      this.#addBatch.run(list, JSON.stringify(rows))
    } catch (error) {
      throw explainFullFolder(error, content)
    }
  }

  readUsers(): Iterable<User> {
    return this.#read('users')
  }

  readAddresses(): Iterable<UserAddress> {
    return this.#read('addresses')
  }

  readSeats(): Iterable<Seat> {
    return this.#read('seats')
  }

  *#read<Row>(list: string): Iterable<Row> {
    for (const rows of this.#readBatches.iterate(list)) yield* JSON.parse(rows) as Row[]
  }

  close(): void {
    this.#database.close()
  }
}
