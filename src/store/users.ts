import type { NamedUser } from '../domain/named-user.ts'
import type { ListedUser, SortKey } from '../domain/seat-list.ts'
import type { Offering, User } from '../domain/user.ts'
import type { Statement, Statements } from './statements.ts'
import { isFromSync, type ListedRow, toListedUser, toUser, type UserRow, userColumns } from './user-row.ts'

/** Unknown days come last in either direction. */
const sortColumns = {
  username: 'username COLLATE NOCASE',
  name: 'name COLLATE NOCASE',
  'last-activity': 'last_activity_on',
  'last-duo-activity': 'last_duo_activity_on',
  assigned: 'assigned_at',
} as const satisfies Record<SortKey, string>

interface ListUsersOptions {
  addOnPurchaseId: number
  offering: Offering
  holdersOnly: boolean
  sort: SortKey
  reverse: boolean
}

export class Users {
  readonly #statements: Statements
  readonly #readAll: Statement<[], UserRow>
  readonly #findUsernames: Statement<[string, number], string>
  readonly #listNamed: Statement<[string], NamedUser>

  constructor(statements: Statements) {
    this.#statements = statements
    this.#findUsernames = statements
      .prepare<[string, number], string>(`
        SELECT username
        FROM json_each(?) AS wanted CROSS JOIN users ON username = wanted.value COLLATE NOCASE AND gone_at IS NULL
        ORDER BY wanted.key LIMIT ?
      `)
      .pluck()
    this.#listNamed = statements.prepare(`
      SELECT users.id AS userId, username
      FROM json_each(?) AS wanted CROSS JOIN users ON users.id = wanted.value
      ORDER BY wanted.key
    `)
    this.#readAll = statements.prepare(`SELECT ${userColumns} FROM users WHERE ${isFromSync} ORDER BY id`)
  }

  /** The first of the names that users have today, in GitLab's spelling. */
  findUsernames(names: readonly string[], limit: number): string[] {
    return this.#findUsernames.all(JSON.stringify(names), limit)
  }

  /** In the order of the ids, without unknown ones. */
  listNamed(ids: readonly number[]): NamedUser[] {
    return this.#listNamed.all(JSON.stringify(ids))
  }

  /** Users who are gone are listed only while they hold a seat. */
  *list({ addOnPurchaseId, offering, holdersOnly, sort, reverse }: ListUsersOptions): Iterable<ListedUser> {
    const column = sortColumns[sort]
    const rows = this.#statements
      .prepare<[{ addOnPurchaseId: number }], ListedRow>(`
        ${holdersOnly ? selectHolders : selectAllUsers}
        ORDER BY ${column} IS NULL, ${column} ${reverse ? 'DESC' : 'ASC'}, username COLLATE NOCASE
      `)
      .iterate({ addOnPurchaseId })
    for (const row of rows) yield toListedUser(row, offering)
  }

  *readAll(): Iterable<User> {
    for (const row of this.#readAll.iterate()) yield toUser(row)
  }
}

const selectHolders = `
  SELECT ${userColumns}, gone_at, 1 AS holds_seat, pending AS is_pending, assigned_at, seen_at
  FROM held_seats JOIN users ON users.id = user_id
  WHERE add_on_purchase_id = :addOnPurchaseId
`

/** Columns of a {@link ListedRow}. */
export const selectAllUsers = `
  SELECT ${userColumns}, gone_at,
    coalesce(wanted.change = 'give', seats.user_id IS NOT NULL) AS holds_seat,
    wanted.change IS NOT NULL AS is_pending,
    CASE wanted.change WHEN 'give' THEN requested_at WHEN 'take' THEN NULL ELSE assigned_at END AS assigned_at,
    seen_at
  FROM users
  LEFT JOIN seats ON seats.add_on_purchase_id = :addOnPurchaseId AND seats.user_id = users.id
  LEFT JOIN pending_changes AS wanted
    ON wanted.add_on_purchase_id = :addOnPurchaseId AND wanted.user_id = users.id
  WHERE users.gone_at IS NULL OR seats.user_id IS NOT NULL OR wanted.user_id IS NOT NULL
`
