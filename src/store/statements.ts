import type Sqlite from 'better-sqlite3'

/** Prepares each statement on its first use: a command uses few of those of a store. */
export class Statements {
  readonly #database: Sqlite.Database

  constructor(database: Sqlite.Database) {
    this.#database = database
  }

  prepare<Parameters extends unknown[] = unknown[], Row = unknown>(sql: string): Statement<Parameters, Row> {
    // The types of better-sqlite3 allow parameters without an array.
    return new Statement(() => this.#database.prepare(sql) as Sqlite.Statement<Parameters, Row>)
  }
}

export class Statement<Parameters extends unknown[] = unknown[], Row = unknown> {
  readonly #prepare: () => Sqlite.Statement<Parameters, Row>
  #prepared: Sqlite.Statement<Parameters, Row> | null = null

  constructor(prepare: () => Sqlite.Statement<Parameters, Row>) {
    this.#prepare = prepare
  }

  /** A row becomes the value of its first column. */
  pluck(): Statement<Parameters, Row> {
    return new Statement(() => this.#prepare().pluck())
  }

  /** A row becomes the list of its values. */
  raw(): Statement<Parameters, Row> {
    return new Statement(() => this.#prepare().raw())
  }

  run(...parameters: Parameters): Sqlite.RunResult {
    return this.#statement.run(...parameters)
  }

  get(...parameters: Parameters): Row | undefined {
    return this.#statement.get(...parameters)
  }

  /** For a query that has a row in any case, such as a count. */
  getOne(...parameters: Parameters): Row {
    const row = this.get(...parameters)
    if (row === undefined) throw new Error('The query returned no row.')
    return row
  }

  all(...parameters: Parameters): Row[] {
    return this.#statement.all(...parameters)
  }

  iterate(...parameters: Parameters): IterableIterator<Row> {
    return this.#statement.iterate(...parameters)
  }

  get #statement(): Sqlite.Statement<Parameters, Row> {
    this.#prepared ??= this.#prepare()
    return this.#prepared
  }
}
