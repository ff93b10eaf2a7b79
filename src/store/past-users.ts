import type Sqlite from 'better-sqlite3'
import type { PastUser } from '../domain/recorded-run.ts'
import type { UserKeys } from '../domain/request.ts'

interface PastUserRow {
  id: number
  username: string
  gone_at: string | null
}

/** Includes users who are gone from GitLab. */
export class PastUsers {
  readonly #list: Sqlite.Statement<[UserKeys], PastUserRow>

  constructor(database: Sqlite.Database) {
    this.#list = database.prepare(`
      SELECT id, username, gone_at FROM users
      WHERE username = :username COLLATE NOCASE OR email = :email COLLATE NOCASE OR id = :userId
      ORDER BY id
    `)
  }

  /** The users that any of the keys matches, by id. */
  list(keys: UserKeys): PastUser[] {
    return this.#list
      .all(keys)
      .map(({ id, username, gone_at }) => ({ userId: id, username, isGone: gone_at !== null }))
  }
}
