import type { AddOn } from '../domain/add-on.ts'
import type { Instant } from '../domain/day.ts'
import type { HistoryChange, HistoryEvent } from '../domain/history.ts'
import type { PurchaseEvent } from '../domain/purchase-events.ts'
import type { ChangeSet } from './pending-results.ts'
import type { Statement, Statements } from './statements.ts'

export interface HistoryFilter {
  /** Inclusive. An event that came between two syncs counts at the later one. */
  since: Instant | null
  /** Exclusive. */
  until: Instant | null
  /** Null for all events, also those of purchases. */
  userId: number | null
  addOn: AddOn | null
  changes: readonly HistoryChange[] | null
  /** By a run of this store (true), or found by a sync (false). */
  byRun: boolean | null
  /** Events with smaller numbers. */
  before: number | null
  limit: number | null
}

type EventPeriod = Pick<HistoryFilter, 'since' | 'until'>

const everything: HistoryFilter = {
  since: null,
  until: null,
  userId: null,
  addOn: null,
  changes: null,
  byRun: null,
  before: null,
  limit: null,
}

type Parameters = Record<string, string | number | null>

/**
 * Changes of seats and purchases, in the store's own order. Only ever added to.
 *
 * Call writing methods inside the transaction of the change.
 */
export class History {
  readonly #statements: Statements
  readonly #recordRun: Statement<[{ runId: number; at: Instant }]>
  readonly #recordPushed: Statement<[ChangeSet & { at: Instant }]>
  readonly #recordPurchase: Statement<[PurchaseEvent & { addOnPurchaseId: number; at: Instant }]>
  readonly #findLast: Statement<[], number>
  readonly #countAfter: Statement<[{ last: number; since: Instant; until: Instant }], number>
  readonly #knowsName: Statement<[{ userId: number; username: string }], number>

  constructor(statements: Statements) {
    this.#statements = statements
    this.#recordRun = statements.prepare(`
      INSERT INTO history (at, add_on_purchase_id, user_id, change, run_id)
      SELECT :at, runs.add_on_purchase_id, results.user_id, iif(results.change = 'give', 'given', 'taken'), runs.id
      FROM runs CROSS JOIN results ON results.run_id = runs.id
      WHERE runs.id = :runId AND results.change <> 'none'
    `)
    this.#recordPushed = statements.prepare(`
      INSERT INTO history (at, add_on_purchase_id, user_id, change, run_id)
      SELECT :at, add_on_purchase_id, user_id, iif(change = 'give', 'given', 'taken'), run_id
      FROM pending_changes
      WHERE add_on_purchase_id = :addOnPurchaseId AND change = :change
        AND user_id IN (SELECT value FROM json_each(:userIds))
    `)
    this.#recordPurchase = statements.prepare(`
      INSERT INTO history (at, since, add_on_purchase_id, change, cause, before, after)
      SELECT :at, (SELECT taken_at FROM subscription WHERE taken_at < :at), :addOnPurchaseId, :change,
        iif(EXISTS (SELECT 1 FROM subscription), 'changed_in_gitlab', 'first_sync'), :before, :after
    `)
    this.#countAfter = statements
      .prepare<[{ last: number; since: Instant; until: Instant }], number>(
        'SELECT count(*) FROM history WHERE number > :last AND at >= :since AND at < :until',
      )
      .pluck()
    this.#knowsName = statements
      .prepare<[{ userId: number; username: string }], number>(`
        SELECT 1 FROM users WHERE id = :userId AND username = :username COLLATE NOCASE
        UNION ALL
        SELECT 1 FROM former_usernames WHERE user_id = :userId AND username = :username
      `)
      .pluck()
    this.#findLast = statements.prepare<[], number>('SELECT coalesce(max(number), 0) FROM history').pluck()
  }

  /** For a store that is not linked: the seats change with the commit. */
  recordRun(runId: number, at: Instant): void {
    this.#recordRun.run({ runId, at })
  }

  /** Before the pending changes are deleted. @param at of GitLab's confirmation */
  recordPushed(set: ChangeSet, at: Instant): void {
    this.#recordPushed.run({ ...set, at })
  }

  recordPurchase(addOnPurchaseId: number, events: readonly PurchaseEvent[], at: Instant): void {
    for (const event of events) this.#recordPurchase.run({ ...event, addOnPurchaseId, at })
  }

  /** @returns 0 without an event */
  findLast(): number {
    return this.#findLast.getOne()
  }

  countAfter(last: number, { since, until }: EventPeriod): number {
    return this.#countAfter.getOne({ last, since: since ?? '', until: until ?? '9999' })
  }

  /** Whether a user has the name, or had it. */
  knowsName(userId: number, username: string): boolean {
    return this.#knowsName.get({ userId, username }) !== undefined
  }

  /** Newest first. */
  list(filter: HistoryFilter): Iterable<HistoryEvent> {
    return this.#select(filter, 'DESC')
  }

  /** In order. */
  *listUpTo(last: number, { since, until }: EventPeriod): Iterable<HistoryEvent> {
    for (const event of this.#select({ ...everything, since, until }, 'ASC')) {
      if (event.number > last) return
      yield event
    }
  }

  *#select(filter: HistoryFilter, order: 'ASC' | 'DESC'): Iterable<HistoryEvent> {
    const { conditions, parameters } = composeFilter(filter)
    const events = this.#statements.prepare<[Parameters], HistoryEvent>(`
      SELECT number, at, since, event.add_on_purchase_id AS addOnPurchaseId, ${addOnThen} AS addOn,
        event.user_id AS userId, username, change, coalesce(cause, 'run') AS cause, reason,
        event.run_id AS runId, actor, gitlab_username AS gitlabUsername, before, after
      FROM history AS event
      JOIN add_on_purchases ON add_on_purchases.id = event.add_on_purchase_id
      LEFT JOIN users ON users.id = event.user_id
      LEFT JOIN runs ON runs.id = event.run_id
      WHERE ${conditions.join(' AND ')}
      ORDER BY number ${order} LIMIT :limit
    `)
    yield* events.iterate(parameters)
  }
}

/** GitLab keeps the purchase on a change from Duo Pro to Duo Enterprise. */
const addOnThen = `
  coalesce((
    SELECT before FROM history AS later
    WHERE later.add_on_purchase_id = event.add_on_purchase_id AND later.user_id IS NULL AND later.change = 'replaced'
      AND later.number > event.number
    ORDER BY later.number LIMIT 1
  ), add_on_purchases.add_on)
`

function composeFilter(filter: HistoryFilter): { conditions: string[]; parameters: Parameters } {
  const { since, until, userId, addOn, changes, byRun, before, limit } = filter
  const parameters: Parameters = { limit: limit ?? -1 }
  const conditions = ['true']
  const add = (condition: string, value: Parameters) => {
    conditions.push(condition)
    Object.assign(parameters, value)
  }
  if (before) add('number < :before', { before })
  if (since) add('at >= :since', { since })
  if (until) add('at < :until', { until })
  if (userId !== null) add('event.user_id = :userId', { userId })
  if (addOn) add(`${addOnThen} = :addOn`, { addOn })
  if (changes) add('change IN (SELECT value FROM json_each(:changes))', { changes: JSON.stringify(changes) })
  if (byRun !== null) add(`event.run_id IS ${byRun ? 'NOT ' : ''}NULL`, {})
  return { conditions, parameters }
}
