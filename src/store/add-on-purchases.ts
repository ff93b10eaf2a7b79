import type { AddOn, AddOnPurchase, PurchaseInUse } from '../domain/add-on.ts'
import type { Instant } from '../domain/day.ts'
import { listPurchaseEvents } from '../domain/purchase-events.ts'
import type { History } from './history.ts'
import type { LastHolders } from './last-holders.ts'
import type { Statement, Statements } from './statements.ts'

interface PurchaseRow {
  id: number
  add_on: AddOn
  quantity: number
  started_on: string | null
  expires_on: string | null
  trial: number
  confirmed: number
  unconfirmed: number
  gone_at: string | null
}

/** The seats that GitLab does not count yet, minus those that it still counts. */
const unconfirmedSeats = `(
  SELECT coalesce(sum((change = 'give') - EXISTS (
    SELECT 1 FROM seats
    WHERE seats.add_on_purchase_id = wanted.add_on_purchase_id AND seats.user_id = wanted.user_id
  )), 0)
  FROM pending_changes AS wanted WHERE wanted.add_on_purchase_id = add_on_purchases.id
)`

export class AddOnPurchases {
  readonly #history: History
  readonly #find: Statement<[number], PurchaseRow>
  readonly #lastHolders: LastHolders
  readonly #list: Statement<[], PurchaseRow>
  readonly #listLastGone: Statement<[], PurchaseRow>
  readonly #record: Statement
  readonly #markGone: Statement<[Instant, number]>

  constructor(statements: Statements, history: History, lastHolders: LastHolders) {
    this.#history = history
    this.#lastHolders = lastHolders
    const select = `
      SELECT
        *,
        (SELECT count(*) FROM seats WHERE add_on_purchase_id = add_on_purchases.id) AS confirmed,
        ${unconfirmedSeats} AS unconfirmed
      FROM add_on_purchases
    `
    this.#find = statements.prepare(
      'SELECT *, 0 AS confirmed, 0 AS unconfirmed FROM add_on_purchases WHERE id = ?',
    )
    this.#list = statements.prepare(`${select} WHERE gone_at IS NULL ORDER BY add_on DESC`)
    this.#listLastGone = statements.prepare(`
      ${select} WHERE gone_at = (SELECT max(gone_at) FROM add_on_purchases) ORDER BY add_on DESC
    `)
    this.#record = statements.prepare(`
      INSERT INTO add_on_purchases (id, add_on, quantity, started_on, expires_on, trial)
      VALUES (:id, :addOn, :quantity, :startedOn, :expiresOn, :trial)
      ON CONFLICT (id) DO UPDATE SET
        add_on = excluded.add_on,
        quantity = excluded.quantity,
        started_on = excluded.started_on,
        expires_on = excluded.expires_on,
        trial = excluded.trial,
        gone_at = NULL
    `)
    this.#markGone = statements.prepare('UPDATE add_on_purchases SET gone_at = ? WHERE id = ?')
  }

  /** Duo Pro first. */
  list(): PurchaseInUse[] {
    return this.#list.all().map(toPurchase)
  }

  /** The purchases that GitLab has or, without any, had last. */
  listKnown(): PurchaseInUse[] {
    const purchases = this.list()
    return purchases.length > 0 ? purchases : this.#listLastGone.all().map(toPurchase)
  }

  /** @param at when GitLab showed it */
  record(purchase: AddOnPurchase, at: Instant): void {
    const old = this.#find.get(purchase.id)
    this.#lastHolders.keep({ purchaseId: purchase.id, next: purchase.addOn })
    this.#record.run({ ...purchase, trial: purchase.trial ? 1 : 0 })
    const events = listPurchaseEvents(old === undefined ? null : toPurchase(old), purchase)
    this.#history.recordPurchase(purchase.id, events, at)
  }

  /** @param at of the reading that no longer has it */
  markGone(id: number, goneAt: Instant, at: Instant = goneAt): void {
    this.#history.recordPurchase(id, [{ change: 'over', before: null, after: null }], at)
    this.#lastHolders.keep({ purchaseId: id, next: null })
    this.#markGone.run(goneAt, id)
  }
}

function toPurchase(row: PurchaseRow): PurchaseInUse {
  return {
    id: row.id,
    addOn: row.add_on,
    quantity: row.quantity,
    startedOn: row.started_on,
    expiresOn: row.expires_on,
    trial: row.trial === 1,
    assigned: row.confirmed + row.unconfirmed,
    confirmed: row.confirmed,
    goneAt: row.gone_at,
  }
}
