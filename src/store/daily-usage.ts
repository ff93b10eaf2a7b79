import { addDays, type Day } from '../domain/day.ts'
import type { Statement, Statements } from './statements.ts'

/** One purchase, as the last sync of the day showed it. */
export interface UsageOfDay {
  day: Day
  addOnPurchaseId: number
  bought: number
  held: number
  /** Holders with Duo activity in the 30 days before; null if GitLab reports no Duo activity. */
  active: number | null
}

const daysOfActivity = 30

export class DailyUsage {
  readonly #record: Statement<[{ day: Day; activeSince: Day }]>
  readonly #list: Statement<[{ from: Day; until: Day }], UsageOfDay>

  constructor(statements: Statements) {
    this.#record = statements.prepare(`
      INSERT INTO daily_usage (day, add_on_purchase_id, bought, held, active)
      SELECT :day, purchase.id, quantity, count(seats.user_id),
        iif(EXISTS (SELECT 1 FROM users WHERE last_duo_activity_on IS NOT NULL),
          count(*) FILTER (WHERE last_duo_activity_on >= :activeSince), NULL)
      FROM add_on_purchases AS purchase
      LEFT JOIN seats ON seats.add_on_purchase_id = purchase.id
      LEFT JOIN users ON users.id = seats.user_id
      WHERE purchase.gone_at IS NULL
      GROUP BY purchase.id
      ON CONFLICT DO UPDATE SET bought = excluded.bought, held = excluded.held, active = excluded.active
    `)
    this.#list = statements.prepare(`
      SELECT day, add_on_purchase_id AS addOnPurchaseId, bought, held, active
      FROM daily_usage WHERE day >= :from AND day < :until ORDER BY day, add_on_purchase_id
    `)
  }

  /** After each sync, inside its transaction. @param day of the sync */
  record(day: Day): void {
    this.#record.run({ day, activeSince: addDays(day, -daysOfActivity) })
  }

  /** @param bounds the first day, and the day after the last */
  list(bounds: { from: Day; until: Day }): UsageOfDay[] {
    return this.#list.all(bounds)
  }
}
