import type { Membership, UserState } from '../domain/user.ts'
import type { Statement, Statements } from './statements.ts'

export interface ConfirmedUser extends Membership {
  id: number
  username: string
  name: string
  /** As GitLab confirmed last, without pending changes. */
  holdsSeat: boolean
  /** GitLab had the user no more at the last sync or look-up. */
  isGone: boolean
}

interface KnownRow {
  id: number
  username: string
  name: string
  state: UserState
  type: string
  member: number
  holdsSeat: number
  isGone: number
}

/** The seats as GitLab confirmed them last. */
export class KnownSeats {
  readonly #read: Statement<[{ addOnPurchaseId: number; userIds: string }], KnownRow>
  readonly #countHolders: Statement<[{ addOnPurchaseId: number; holders: string }], number>
  readonly #countUsers: Statement<[], number>

  constructor(statements: Statements) {
    this.#read = statements.prepare(`
      SELECT users.id, username, name, state, users.type, member,
        EXISTS (SELECT 1 FROM seats WHERE add_on_purchase_id = :addOnPurchaseId AND user_id = users.id) AS holdsSeat,
        gone_at IS NOT NULL AS isGone
      FROM json_each(:userIds) AS wanted CROSS JOIN users ON users.id = wanted.value
    `)
    this.#countHolders = statements
      .prepare<[{ addOnPurchaseId: number; holders: string }], number>(`
        SELECT count(*)
        FROM json_each(:holders) AS holder
        CROSS JOIN users ON users.id = holder.value ->> 'id' AND username = holder.value ->> 'username' COLLATE NOCASE
        CROSS JOIN seats ON add_on_purchase_id = :addOnPurchaseId AND user_id = users.id
      `)
      .pluck()
    // An index has each of the two counts. One count of both conditions would read every user.
    this.#countUsers = statements
      .prepare<[], number>(`
        SELECT (SELECT count(*) FROM users WHERE gone_at IS NULL)
          - (SELECT count(*) FROM users WHERE gone_at IS NULL AND looked_up = 1)
      `)
      .pluck()
  }

  read(addOnPurchaseId: number, userIds: readonly number[]): ConfirmedUser[] {
    const rows = this.#read.all({ addOnPurchaseId, userIds: JSON.stringify(userIds) })
    return rows.map((row) => ({
      ...row,
      member: row.member === 1,
      holdsSeat: row.holdsSeat === 1,
      isGone: row.isGone === 1,
    }))
  }

  /** Counts holders who have the same name. @param holders each once */
  countHolders(addOnPurchaseId: number, holders: readonly Pick<ConfirmedUser, 'id' | 'username'>[]): number {
    return this.#countHolders.getOne({ addOnPurchaseId, holders: JSON.stringify(holders) })
  }

  /** Without users who are gone, and without those who were only looked up. */
  countUsers(): number {
    return this.#countUsers.getOne()
  }
}
