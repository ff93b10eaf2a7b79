import type { PurchaseInUse } from './add-on.ts'
import { addDays, type Day, dayOf, type Instant } from './day.ts'
import type { Ineligibility, UserState } from './user.ts'

/** A user with the seat of one purchase. */
export interface ListedUser {
  userId: number
  username: string
  name: string
  email: string | null
  state: UserState
  /** With every pending change done. */
  holdsSeat: boolean
  /** GitLab has not confirmed a change of the seat. */
  isPending: boolean
  /** Why the user may not have a seat today; null when eligible. */
  reason: Ineligibility | null
  /** When the seat was assigned; null without a seat and where unknown. */
  assignedAt: Instant | null
  /** When a sync first found the seat, so its minimum age; null without a seat and where unknown. */
  seenAt: Instant | null
  lastActivityOn: Day | null
  lastDuoActivityOn: Day | null
}

/** The sort keys of a list of users. */
export const sortKeys = ['username', 'name', 'last-activity', 'last-duo-activity', 'assigned'] as const

export type SortKey = (typeof sortKeys)[number]

/** Whether a seat is idle; the unknown ones lack a fact that GitLab does not report. */
export type Idleness = 'idle' | 'not_idle' | 'unknown_activity' | 'unknown_age'

/**
 * A seat is idle when it is at least `days` old and its holder used GitLab Duo last before that. A holder without recorded
 * Duo activity may use it all the same (GitLab records it since 18.0), so unknown is not idle.
 */
export function judgeIdleness(user: ListedUser, today: Day, days: number): Idleness {
  const limit = addDays(today, -days)
  const isYoung = user.assignedAt !== null && dayOf(user.assignedAt) > limit
  if (isYoung || (user.lastDuoActivityOn ?? '') > limit) return 'not_idle'
  if (user.lastDuoActivityOn === null) return 'unknown_activity'
  return isOldEnough(user, limit) ? 'idle' : 'unknown_age'
}

/** Whether the seat was held on a day, by its assignment or, where GitLab does not report that, by the syncs. */
export function isOldEnough({ assignedAt, seenAt }: ListedUser, limit: Day): boolean {
  const since = assignedAt ?? seenAt
  return since !== null && dayOf(since) <= limit
}

export interface ListReport {
  purchase: PurchaseInUse
  /** The day on which the report was made. */
  today: Day
  /** The store is linked to a GitLab, so that seats can be pending. */
  linked: boolean
  /** Pending changes of the purchase; the seats are counted as if they were done. */
  pending: number
  /** Holders left out of a list of idle seats, by the fact that is unknown. */
  leftOut: Partial<Record<Idleness, number>>
  /** Rows in the requested order, read again on each call. */
  readUsers(): Iterable<ListedUser>
}
