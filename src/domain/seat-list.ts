import type { PurchaseInUse } from './add-on.ts'
import { type Day, dayOf, type Instant } from './day.ts'
import type { Ineligibility } from './ineligibility.ts'
import type { Surplus } from './surplus.ts'
import type { UserState } from './user.ts'

export interface ListedUser {
  userId: number
  username: string
  name: string
  email: string | null
  state: UserState
  holdsSeat: boolean
  isPending: boolean
  reason: Ineligibility | null
  /** Null without a seat, or if unknown. */
  assignedAt: Instant | null
  /** First sync that found the seat: its minimum age. */
  seenAt: Instant | null
  lastActivityOn: Day | null
  lastDuoActivityOn: Day | null
}

export const sortKeys = ['username', 'name', 'last-activity', 'last-duo-activity', 'assigned'] as const

export type SortKey = (typeof sortKeys)[number]

/** `unknown_activity`: GitLab does not report it. */
export type Idleness = 'idle' | 'not_idle' | 'unknown_activity'

/**
 * Idle: last used on the day `limit` or earlier. The use shows that the seat is as old, unless it is known to be younger. GitLab
 * records activity since 18.0, so no record means unknown.
 */
export function judgeUseSince(user: ListedUser, limit: Day): Idleness {
  const isYoung = user.assignedAt !== null && dayOf(user.assignedAt) > limit
  if (isYoung || (user.lastDuoActivityOn ?? '') > limit) return 'not_idle'
  return user.lastDuoActivityOn === null ? 'unknown_activity' : 'idle'
}

/** By the assignment or, if GitLab does not report it, by the syncs. */
export function isOldEnough({ assignedAt, seenAt }: ListedUser, limit: Day): boolean {
  const since = assignedAt ?? seenAt
  return since !== null && dayOf(since) <= limit
}

export interface ListReport {
  purchase: PurchaseInUse
  /** Null for enough seats, and for a purchase that is not active. */
  surplus: Surplus | null
  today: Day
  now: Instant
  linked: boolean
  /** The last complete reading of the linked GitLab; null without a link. */
  syncedAt: Instant | null
  /** Pending changes; the seats are counted as if they were done. */
  pending: number
  /** Holders left out of a list of idle seats, since their activity is unknown. */
  leftOut: number
  /** The most users to show; null: all. */
  limit: number | null
  /** Counts the users without the limit. */
  countAll(): number
  /** In the requested order, up to the limit, read again on each call. */
  readUsers(): Iterable<ListedUser>
}
