import type { Instant } from '../domain/day.ts'
import type { Subscription } from '../domain/snapshot.ts'
import type { Statement, Statements } from './statements.ts'

export interface RecordedSubscription extends Subscription {
  takenAt: Instant
  /** The time for seats that it showed first. */
  seenAt: Instant
}

export class Subscriptions {
  readonly #find: Statement<[], RecordedSubscription>
  readonly #record: Statement

  constructor(statements: Statements) {
    this.#find = statements.prepare(`
      SELECT offering, url, group_path AS "group", plan, gitlab_version AS gitlabVersion, last_sync_at AS lastSyncAt,
        taken_at AS takenAt, seen_at AS seenAt
      FROM subscription
    `)
    this.#record = statements.prepare(`
      INSERT OR REPLACE INTO subscription (
        id, offering, url, group_path, plan, gitlab_version, last_sync_at, taken_at, seen_at
      )
      VALUES (1, :offering, :url, :group, :plan, :gitlabVersion, :lastSyncAt, :takenAt, :seenAt)
    `)
  }

  /** Null before the first sync. */
  find(): RecordedSubscription | null {
    return this.#find.get() ?? null
  }

  record(subscription: RecordedSubscription): void {
    this.#record.run(subscription)
  }
}
