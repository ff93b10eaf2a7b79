import type { PersonKey } from '../domain/people/person-key.ts'
import type { PastUser } from '../domain/recorded-run.ts'
import type { Statement, Statements } from './statements.ts'

interface PastUserRow {
  id: number
  username: string
  gone_at: string | null
  is_former: number
}

/** Includes users who are gone from GitLab. */
export class PastUsers {
  readonly #list: Statement<[Record<PersonKey['kind'], string | number | null>], PastUserRow>

  constructor(statements: Statements) {
    this.#list = statements.prepare(`
      SELECT id, username, gone_at, 0 AS is_former FROM users
      WHERE username = :username COLLATE NOCASE OR email = :email COLLATE NOCASE OR id = :user_id
        OR id IN (SELECT user_id FROM emails WHERE address = :email)
      UNION ALL
      SELECT id, users.username, gone_at, 1
      FROM former_usernames JOIN users ON users.id = user_id
      WHERE former_usernames.username = :username
      ORDER BY id
    `)
  }

  /** The users that the key matches, by id. */
  list({ kind, value }: PersonKey): PastUser[] {
    return this.#list
      .all({ username: null, email: null, user_id: null, [kind]: value })
      .map(({ id, username, gone_at, is_former }) => ({
        userId: id,
        username,
        isGone: gone_at !== null,
        isFormer: is_former === 1,
      }))
  }
}
