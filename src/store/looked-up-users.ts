import type { Instant } from '../domain/day.ts'
import type { User } from '../domain/user.ts'
import type { Statement, Statements } from './statements.ts'
import type { UserKeys } from './user-keys.ts'
import { isFromSync } from './user-row.ts'

/** Users that were looked up in GitLab by name or id, since the last sync did not show them. */
export class LookedUpUsers {
  readonly #findUnknownNames: Statement<[string], string>
  readonly #findUnknownIds: Statement<[string], number>
  readonly #findUnknownAddresses: Statement<[string], string>
  readonly #findNamesakes: Statement<[string], number>
  readonly #forget: Statement<[{ ids: string; now: Instant }]>
  readonly #record: Statement<[Record<string, unknown>]>

  constructor(statements: Statements) {
    this.#findUnknownNames = prepareUnknown(statements, 'users WHERE username = wanted.value COLLATE NOCASE')
    this.#findUnknownIds = prepareUnknown(statements, 'users WHERE users.id = wanted.value')
    this.#findUnknownAddresses = prepareUnknown(
      statements,
      'users WHERE email = wanted.value COLLATE NOCASE',
      'emails CROSS JOIN users ON users.id = user_id WHERE address = wanted.value',
    )
    this.#findNamesakes = statements
      .prepare<[string], number>(`
        SELECT users.id FROM json_each(?) AS bearer
        CROSS JOIN users ON username = bearer.value ->> 'username' COLLATE NOCASE
          AND users.id <> bearer.value ->> 'id' AND gone_at IS NULL
      `)
      .pluck()
    this.#forget = statements.prepare(`
      UPDATE users SET gone_at = :now
      WHERE looked_up = 1 AND gone_at IS NULL AND id NOT IN (SELECT value FROM json_each(:ids))
        AND NOT EXISTS (SELECT 1 FROM add_on_purchases CROSS JOIN seats
          ON add_on_purchase_id = add_on_purchases.id AND user_id = users.id)
        AND id NOT IN (SELECT user_id FROM pending_changes)
    `)
    this.#record = statements.prepare(`
      INSERT INTO users (
        id, username, name, email, state, type, member, last_activity_on, last_duo_activity_on, looked_up
      )
      VALUES (:id, :username, :name, :email, :state, :type, :member, :lastActivityOn, :lastDuoActivityOn, 1)
      ON CONFLICT (id) DO UPDATE SET
        username = excluded.username,
        name = excluded.name,
        email = excluded.email,
        state = excluded.state,
        type = excluded.type,
        member = iif(${isFromSync}, member, excluded.member),
        last_activity_on = coalesce(excluded.last_activity_on, last_activity_on),
        last_duo_activity_on = coalesce(excluded.last_duo_activity_on, last_duo_activity_on),
        looked_up = iif(${isFromSync}, 0, 1),
        gone_at = NULL
    `)
  }

  /** @returns the keys that match no user of the last sync: the facts from a look-up grow old */
  findUnknown({ usernames, userIds, addresses }: UserKeys): UserKeys {
    return {
      usernames: this.#findUnknownNames.all(JSON.stringify(usernames)),
      userIds: this.#findUnknownIds.all(JSON.stringify(userIds)),
      addresses: this.#findUnknownAddresses.all(JSON.stringify(addresses)),
    }
  }

  /** Ids of other users with one of these names, which has passed on since the last sync. */
  findNamesakes(users: readonly User[]): number[] {
    return this.#findNamesakes.all(JSON.stringify(users.map(({ id, username }) => ({ id, username }))))
  }

  /** Replaces users of earlier look-ups, except holders. Users of the last sync keep the membership, which a look-up lacks. */
  record(users: readonly User[], now: Instant): void {
    this.#forget.run({ ids: JSON.stringify(users.map(({ id }) => id)), now })
    for (const user of users) this.#record.run({ ...user, member: user.member ? 1 : 0 })
  }
}

/** Selects the wanted keys for which no source has a user of the last sync. */
function prepareUnknown<Key>(statements: Statements, ...sources: string[]): Statement<[string], Key> {
  const isUnknown = sources.map((source) => `NOT EXISTS (SELECT 1 FROM ${source} AND ${isFromSync})`)
  return statements
    .prepare<[string], Key>(`
      SELECT wanted.value FROM json_each(?) AS wanted WHERE ${isUnknown.join(' AND ')}
    `)
    .pluck()
}
