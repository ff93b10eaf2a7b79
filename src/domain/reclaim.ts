import { addDays, type Day } from './day.ts'
import { type Idleness, isOldEnough, judgeIdleness, type ListedUser } from './seat-list.ts'

export interface ReclaimRules {
  today: Day
  /** How long a seat must be unused, in days. */
  days: number
  /** A seat that is old enough counts as idle, too, when no use of it was ever recorded. */
  includeNeverActive: boolean
}

/** Why a holder keeps the seat, or that the seat may be taken. */
export type ReclaimVerdict = 'gone' | 'not_eligible' | Idleness

/**
 * Whether a holder's seat may be taken back. Of holders who are not eligible it may: GitLab takes it anyway. Of somebody who is
 * gone there is nothing to take: the next sync drops the seat. A seat whose age is unknown may be younger than the time, so that it
 * never counts as idle.
 */
export function judgeReclaim(
  user: ListedUser,
  { today, days, includeNeverActive }: ReclaimRules,
): ReclaimVerdict {
  if (user.reason === 'gone') return 'gone'
  if (user.reason !== null) return 'not_eligible'
  const idleness = judgeIdleness(user, today, days)
  if (idleness !== 'unknown_activity' || !includeNeverActive) return idleness
  return isOldEnough(user, addDays(today, -days)) ? 'idle' : 'unknown_age'
}

export function isReclaimable(verdict: ReclaimVerdict): boolean {
  return verdict === 'not_eligible' || verdict === 'idle'
}

/** A seat that may be taken back. */
export interface ReclaimableSeat {
  userId: number
  username: string
  isEligible: boolean
  /** The day of the last use of GitLab Duo; null where none is known. */
  lastUsedOn: Day | null
  /** Since when nobody has used it: the last use, else the first day on which the seat is known to have been held. */
  unusedSince: Day
}

/** Whom GitLab takes it from anyway comes first, then who has not used it for the longest time. */
export function compareReclaimable(a: ReclaimableSeat, b: ReclaimableSeat): number {
  if (a.isEligible !== b.isEligible) return a.isEligible ? 1 : -1
  if (a.unusedSince !== b.unusedSince) return a.unusedSince < b.unusedSince ? -1 : 1
  return a.userId - b.userId
}
