import type Sqlite from 'better-sqlite3'
import type { UserAddress } from '../domain/user.ts'
import type { Statement, Statements } from './statements.ts'

/** The table `emails`. An address that equals `users.email` in the eyes of SQLite has no row. */
export class Emails {
  readonly #forget: Statement<[string]>
  readonly #record: Statement<[string]>
  readonly #findOwners: Statement<[string], UserAddress>
  readonly #drop: Statement<[string]>
  readonly #listSomeOwners: Statement<[], number>

  constructor(statements: Statements) {
    this.#forget = statements.prepare(`
      DELETE FROM emails WHERE (address, user_id) IN (
        SELECT emails.address, emails.user_id FROM json_each(?) AS new
        CROSS JOIN emails ON emails.address = new.value ->> 'address' AND emails.user_id <> new.value ->> 'userId'
      )
    `)
    this.#record = statements.prepare(`
      INSERT OR IGNORE INTO emails (address, user_id)
      SELECT new.value ->> 'address', users.id FROM json_each(?) AS new
      CROSS JOIN users ON users.id = new.value ->> 'userId'
      WHERE users.email IS NULL OR users.email <> new.value ->> 'address' COLLATE NOCASE
    `)
    this.#listSomeOwners = statements
      .prepare<[], number>('SELECT DISTINCT user_id FROM emails LIMIT 3')
      .pluck()
    this.#drop = statements.prepare(`
      DELETE FROM emails WHERE (address, user_id) IN (SELECT value ->> 'address', value ->> 'userId' FROM json_each(?))
    `)
    this.#findOwners = statements.prepare(`
      SELECT user_id AS userId, address
      FROM json_each(?) AS wanted CROSS JOIN emails ON address = wanted.value
    `)
  }

  /** Enough to find out whether a token sees addresses. */
  listSomeOwners(): number[] {
    return this.#listSomeOwners.all()
  }

  drop(addresses: readonly UserAddress[]): void {
    this.#drop.run(JSON.stringify(addresses))
  }

  /** @param addresses folded; the result is without those that GitLab shows to everyone */
  findOwners(addresses: readonly string[]): UserAddress[] {
    return this.#findOwners.all(JSON.stringify(addresses))
  }

  /** @param addresses folded; a confirmed address belongs to one user, so other users lose it */
  record(addresses: readonly UserAddress[]): void {
    const rows = JSON.stringify(addresses)
    this.#forget.run(rows)
    this.#record.run(rows)
  }
}

/** Most addresses equal the one that GitLab shows, and so need no row. */
const selectNeeded = (incoming: 'incoming_emails' | 'incoming_spellings') => `
  SELECT new.address, users.id
  FROM ${incoming} AS new CROSS JOIN users ON users.id = new.user_id
  WHERE users.gone_at IS NULL AND (users.email IS NULL OR users.email <> new.address COLLATE NOCASE)
`

/**
 * Replaces the addresses of the users whose addresses came. Inside the transaction that replaces the users.
 *
 * @param isWhole users without an incoming address lose theirs
 */
export function replaceEmails(database: Sqlite.Database, { isWhole }: { isWhole: boolean }): void {
  const isKept =
    '(address, user_id) IN (SELECT address, user_id FROM incoming_emails UNION ALL SELECT address, user_id FROM incoming_spellings)'
  const isReplaced = isWhole
    ? 'TRUE'
    : '(user_id IN (SELECT user_id FROM incoming_emails) OR address IN (SELECT address FROM incoming_emails))'
  database.exec(`
    DELETE FROM emails WHERE ${isReplaced} AND NOT ${isKept};
    INSERT OR IGNORE INTO emails (address, user_id)
    ${selectNeeded('incoming_emails')}
    UNION
    ${selectNeeded('incoming_spellings')};
  `)
}
