import type { Membership, UserState } from '../domain/user.ts'
import type { Statement, Statements } from './statements.ts'
import { isFromSync } from './user-row.ts'

/** A user of the store, for a comparison with GitLab. */
export interface KnownUser extends Membership {
  id: number
  username: string
  name: string
  /** As GitLab confirmed last, without pending changes. */
  holdsSeat: boolean
}

interface KnownRow {
  id: number
  username: string
  name: string
  state: UserState
  type: string
  member: number
  holdsSeat: number
}

/** The seats as GitLab confirmed them last. */
export class KnownSeats {
  readonly #read: Statement<[{ addOnPurchaseId: number; userIds: string }], KnownRow>
  readonly #countHolders: Statement<[{ addOnPurchaseId: number; userIds: string }], number>
  readonly #countUsers: Statement<[], number>

  constructor(statements: Statements) {
    this.#read = statements.prepare(`
      SELECT users.id, username, name, state, users.type, member,
        EXISTS (SELECT 1 FROM seats WHERE add_on_purchase_id = :addOnPurchaseId AND user_id = users.id) AS holdsSeat
      FROM json_each(:userIds) AS wanted CROSS JOIN users ON users.id = wanted.value
    `)
    this.#countHolders = statements
      .prepare<[{ addOnPurchaseId: number; userIds: string }], number>(`
        SELECT count(*)
        FROM json_each(:userIds) AS wanted
        CROSS JOIN seats ON add_on_purchase_id = :addOnPurchaseId AND user_id = wanted.value
      `)
      .pluck()
    this.#countUsers = statements
      .prepare<[], number>(`SELECT count(*) FROM users WHERE ${isFromSync}`)
      .pluck()
  }

  read(addOnPurchaseId: number, userIds: readonly number[]): KnownUser[] {
    const rows = this.#read.all({ addOnPurchaseId, userIds: JSON.stringify(userIds) })
    return rows.map((row) => ({ ...row, member: row.member === 1, holdsSeat: row.holdsSeat === 1 }))
  }

  /** @param userIds each once */
  countHolders(addOnPurchaseId: number, userIds: readonly number[]): number {
    return this.#countHolders.get({ addOnPurchaseId, userIds: JSON.stringify(userIds) }) ?? 0
  }

  /** Users of the last sync. */
  countUsers(): number {
    return this.#countUsers.get() ?? 0
  }
}
