import type Sqlite from 'better-sqlite3'
import type { Instant } from '../domain/day.ts'
import type { Link } from '../domain/link.ts'

interface LinkRow {
  url: string
  group_path: string | null
  linked_at: Instant
}

export class Links {
  readonly #find: Sqlite.Statement<[], LinkRow>
  readonly #record: Sqlite.Statement<[Link]>
  readonly #forget: Sqlite.Statement<[]>

  constructor(database: Sqlite.Database) {
    this.#find = database.prepare('SELECT url, group_path, linked_at FROM link')
    this.#record = database.prepare(`
      INSERT OR REPLACE INTO link (id, url, group_path, linked_at) VALUES (1, :url, :group, :linkedAt)
    `)
    this.#forget = database.prepare('DELETE FROM link')
  }

  find(): Link | null {
    const row = this.#find.get()
    return row === undefined ? null : { url: row.url, group: row.group_path, linkedAt: row.linked_at }
  }

  /** Replaces an earlier link. */
  record(link: Link): void {
    this.#record.run(link)
  }

  forget(): void {
    this.#forget.run()
  }
}
