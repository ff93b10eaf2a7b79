import type Sqlite from 'better-sqlite3'

export class Health {
  readonly #database: Sqlite.Database

  constructor(database: Sqlite.Database) {
    this.#database = database
  }

  get schemaVersion(): number {
    return this.#database.pragma('user_version', { simple: true }) as number
  }

  /** The first damage in the file or in its references; null if it is sound. */
  findDamage(): string | null {
    const verdict = this.#database.pragma('integrity_check(1)', { simple: true }) as string
    if (verdict !== 'ok') return verdict
    const [broken] = this.#database.pragma('foreign_key_check') as { table: string; parent: string }[]
    return broken === undefined
      ? null
      : `a row of ${broken.table} refers to a missing row of ${broken.parent}`
  }
}
