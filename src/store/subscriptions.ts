import type { Instant } from '../domain/day.ts'
import type { Subscription } from '../domain/snapshot.ts'
import type { Offering } from '../domain/user.ts'
import type { Statement, Statements } from './statements.ts'

interface SubscriptionRow {
  offering: Offering
  url: string
  group_path: string | null
  plan: string
  gitlab_version: string
  last_sync_at: string | null
  taken_at: string
  seen_at: string
}

export interface RecordedSubscription extends Subscription {
  takenAt: Instant
  /** The time for seats that it showed first. */
  seenAt: Instant
}

export class Subscriptions {
  readonly #find: Statement<[], SubscriptionRow>
  readonly #record: Statement

  constructor(statements: Statements) {
    this.#find = statements.prepare('SELECT * FROM subscription')
    this.#record = statements.prepare(`
      INSERT OR REPLACE INTO subscription (
        id, offering, url, group_path, plan, gitlab_version, last_sync_at, taken_at, seen_at
      )
      VALUES (1, :offering, :url, :group, :plan, :gitlabVersion, :lastSyncAt, :takenAt, :seenAt)
    `)
  }

  /** Null before the first sync. */
  find(): RecordedSubscription | null {
    const row = this.#find.get()
    if (row === undefined) return null
    return {
      offering: row.offering,
      url: row.url,
      group: row.group_path,
      plan: row.plan,
      gitlabVersion: row.gitlab_version,
      lastSyncAt: row.last_sync_at,
      takenAt: row.taken_at,
      seenAt: row.seen_at,
    }
  }

  record(subscription: RecordedSubscription): void {
    this.#record.run(subscription)
  }
}
