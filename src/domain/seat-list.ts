import type { PurchaseInUse } from './add-on.ts'
import { addDays, type Day, dayOf, type Instant } from './day.ts'
import type { Ineligibility, UserState } from './user.ts'

/** A user as `list` shows one, with the seat of one purchase. */
export interface ListedUser {
  userId: number
  username: string
  name: string
  email: string | null
  state: UserState
  /** As it is once everything pending is done. */
  holdsSeat: boolean
  /** GitLab has not confirmed yet that the seat is given or taken. */
  isPending: boolean
  /** Why the user may not be given a seat today; null when eligible. */
  reason: Ineligibility | null
  /** When the seat was given; null without a seat and where unknown. */
  assignedAt: Instant | null
  /** When a sync first showed the seat, which is at least so old; null without a seat and where unknown. */
  seenAt: Instant | null
  lastActivityOn: Day | null
  lastDuoActivityOn: Day | null
}

/** What a list of users can be sorted by. */
export const sortKeys = ['username', 'name', 'last-activity', 'last-duo-activity', 'assigned'] as const

export type SortKey = (typeof sortKeys)[number]

/** Whether a seat is idle; `unknown` where GitLab does not tell enough to say so. */
export type Idleness = 'idle' | 'not_idle' | 'unknown_activity' | 'unknown_age'

/**
 * A seat is idle when it is at least `days` old and its holder used GitLab Duo last before that. Somebody of whom no Duo
 * activity is known may use it all the same (GitLab records it since 18.0): unknown is not idle.
 */
export function judgeIdleness(user: ListedUser, today: Day, days: number): Idleness {
  const limit = addDays(today, -days)
  const isYoung = user.assignedAt !== null && dayOf(user.assignedAt) > limit
  if (isYoung || (user.lastDuoActivityOn ?? '') > limit) return 'not_idle'
  if (user.lastDuoActivityOn === null) return 'unknown_activity'
  return isOldEnough(user, limit) ? 'idle' : 'unknown_age'
}

/** Whether the seat is known to have been held on a day. Of a GitLab that does not tell when it was given, the syncs do. */
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
  /** Seats of the purchase whose change the linked GitLab has not confirmed: they count as if it had. */
  pending: number
  /** Holders who are left out of a list of idle seats since too little is known of them, counted by what is unknown. */
  leftOut: Partial<Record<Idleness, number>>
  /** Rows in the order asked for. Every call starts again. */
  readUsers(): Iterable<ListedUser>
}
