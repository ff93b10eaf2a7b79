import { addDays, type Day } from '../domain/day.ts'
import type { DayValue, UsageSeries } from '../domain/usage-periods.ts'
import type { Statement, Statements } from './statements.ts'

const daysOfActivity = 30

/** The seats of a purchase over time: by the history, and by the activity that each sync records. */
export class StoredUsage {
  readonly #recordActivity: Statement<[{ day: Day; idleSince: Day }]>
  readonly #hasActivity: Statement<[], number>
  readonly #listHeld: Statement<[number], DayValue>
  readonly #listBought: Statement<[number], DayValue>
  readonly #listActive: Statement<[number], DayValue>

  constructor(statements: Statements) {
    this.#recordActivity = statements.prepare(`
      INSERT INTO daily_activity (day, add_on_purchase_id, active)
      SELECT :day, purchase.id, count(*) FILTER (WHERE last_duo_activity_on > :idleSince)
      FROM add_on_purchases AS purchase
      LEFT JOIN seats ON seats.add_on_purchase_id = purchase.id
      LEFT JOIN users ON users.id = seats.user_id
      WHERE purchase.gone_at IS NULL
      GROUP BY purchase.id
      ON CONFLICT DO UPDATE SET active = excluded.active
    `)
    this.#hasActivity = statements
      .prepare<[], number>('SELECT EXISTS (SELECT 1 FROM users WHERE last_duo_activity_on IS NOT NULL)')
      .pluck()
    // A seat that a sync found before the confirmation of its run has two events in a row.
    this.#listHeld = statements.prepare(`
      WITH changes AS (
        SELECT substr(at, 1, 10) AS day,
          holds - coalesce(lag(holds) OVER (PARTITION BY user_id ORDER BY number), 0) AS change
        FROM (
          SELECT number, at, user_id, change IN ('given', 'found') AS holds
          FROM history WHERE add_on_purchase_id = ? AND user_id IS NOT NULL
        )
      )
      SELECT day, sum(sum(change)) OVER (ORDER BY day) AS value FROM changes GROUP BY day ORDER BY day
    `)
    // A purchase that is over has no seats; one that GitLab shows again has those that it had.
    this.#listBought = statements.prepare(`
      SELECT substr(at, 1, 10) AS day,
        iif(change = 'over', 0, (
          SELECT CAST(known.after AS INTEGER) FROM history AS known
          WHERE known.add_on_purchase_id = event.add_on_purchase_id AND known.user_id IS NULL
            AND known.change IN ('bought', 'quantity_changed') AND known.number <= event.number
          ORDER BY known.number DESC LIMIT 1
        )) AS value,
        max(number)
      FROM history AS event
      WHERE add_on_purchase_id = ? AND user_id IS NULL
        AND change IN ('bought', 'quantity_changed', 'renewed', 'over')
      GROUP BY day ORDER BY day
    `)
    this.#listActive = statements.prepare(`
      SELECT day, active AS value FROM daily_activity WHERE add_on_purchase_id = ? ORDER BY day
    `)
  }

  /** After each sync, inside its transaction; nothing where GitLab reports no Duo activity. @param day of the sync */
  recordActivity(day: Day): void {
    // As a condition of the statement, it would be looked up for each seat.
    if (this.hasActivity()) this.#recordActivity.run({ day, idleSince: addDays(day, -daysOfActivity) })
  }

  /** False where GitLab reports no Duo activity of any user. */
  hasActivity(): boolean {
    return this.#hasActivity.get() === 1
  }

  /** Without pending changes: seats as GitLab confirmed them. */
  readSeries(addOnPurchaseId: number): UsageSeries {
    return {
      held: this.#listHeld.all(addOnPurchaseId),
      bought: this.#listBought.all(addOnPurchaseId),
      active: this.#listActive.all(addOnPurchaseId),
    }
  }
}
