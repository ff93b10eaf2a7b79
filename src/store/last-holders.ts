import type { AddOn } from '../domain/add-on.ts'
import type { NamedUser } from '../domain/named-user.ts'
import type { Statement, Statements } from './statements.ts'

interface Ending {
  purchaseId: number
  /** The add-on of the purchase from now on; null if the purchase is over. */
  next: AddOn | null
}

/** The holders of an add-on at the end of its last purchase. */
export class LastHolders {
  readonly #forget: Statement<[Ending]>
  readonly #keep: Statement<[Ending]>
  readonly #list: Statement<[AddOn], NamedUser>

  constructor(statements: Statements) {
    this.#forget = statements.prepare(`
      DELETE FROM last_holders
      WHERE add_on = (SELECT add_on FROM add_on_purchases WHERE id = :purchaseId AND add_on IS NOT :next)
    `)
    this.#keep = statements.prepare(`
      INSERT INTO last_holders
      SELECT add_on, user_id
      FROM add_on_purchases JOIN seats ON add_on_purchase_id = id
      WHERE id = :purchaseId AND add_on IS NOT :next
    `)
    this.#list = statements.prepare(`
      SELECT user_id AS userId, username
      FROM last_holders JOIN users ON users.id = user_id AND gone_at IS NULL
      WHERE add_on = ? ORDER BY user_id
    `)
  }

  /** Before a purchase ends, or becomes one of another add-on. */
  keep(ending: Ending): void {
    this.#forget.run(ending)
    this.#keep.run(ending)
  }

  /** By id, without users who are gone. */
  list(addOn: AddOn): NamedUser[] {
    return this.#list.all(addOn)
  }
}
