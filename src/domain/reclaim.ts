import { addDays, type Day } from './day.ts'
import { type Idleness, isOldEnough, judgeIdleness, type ListedUser } from './seat-list.ts'

export interface ReclaimRules {
  today: Day
  /** Days without use after which a seat is idle. */
  days: number
  /** An old enough seat without any recorded use is idle too. */
  includeNeverActive: boolean
}

/** Why a holder keeps the seat or may lose it. */
export type ReclaimVerdict = 'gone' | 'not_eligible' | Idleness

/**
 * Whether a seat may be reclaimed. Seats of ineligible holders may: GitLab removes them anyway. Seats of users who are gone are
 * left to the next sync. A seat of unknown age may be too young, so it is never idle.
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

/** The seats that `reclaim` looked at. */
export interface ReclaimFinding {
  /** Free seats before the run; below 0 where too many are held. */
  free: number
  /** Seats that may be taken, needed or not. */
  reclaimable: number
  /** Seats that are not known well enough to be idle, by what is unknown. */
  leftOut: Partial<Record<ReclaimVerdict, number>>
  /** Rows of the list of exceptions. */
  exceptedRows: number
  /** GitLab does not report the age of a seat, so the syncs of a linked store have to. */
  isLinked: boolean
}

/** A seat that may be reclaimed. */
export interface ReclaimableSeat {
  userId: number
  username: string
  isEligible: boolean
  /** The day of the last GitLab Duo activity; null where none is recorded. */
  lastUsedOn: Day | null
  /** The day of the last use, else the first day on which the seat was certainly held. */
  unusedSince: Day
}

/** Orders ineligible holders first, then by the longest time without use. */
export function compareReclaimable(a: ReclaimableSeat, b: ReclaimableSeat): number {
  if (a.isEligible !== b.isEligible) return a.isEligible ? 1 : -1
  if (a.unusedSince !== b.unusedSince) return a.unusedSince < b.unusedSince ? -1 : 1
  return a.userId - b.userId
}
