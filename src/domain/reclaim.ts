import type { Day } from './day.ts'
import { type Idleness, isOldEnough, judgeUseSince, type ListedUser } from './seat-list.ts'

export interface ReclaimRules {
  /** The last day of a use that counts as idle. */
  limit: Day
  /** An old seat without recorded use is idle too. */
  includeNeverActive: boolean
  /** So is one of unknown age. */
  takesUnknownAge: boolean
}

/** The fact that is unknown about a seat, which is kept therefore. */
export type UnknownFact = 'unknown_activity' | 'unknown_age'

type ReclaimVerdict = 'gone' | 'not_eligible' | Idleness | UnknownFact

/** An ineligible holder may lose the seat: GitLab removes it anyway. A seat of unknown age may be young. */
export function judgeReclaim(
  user: ListedUser,
  { limit, includeNeverActive, takesUnknownAge }: ReclaimRules,
): ReclaimVerdict {
  if (user.reason === 'gone') return 'gone'
  if (user.reason !== null) return 'not_eligible'
  const idleness = judgeUseSince(user, limit)
  if (idleness !== 'unknown_activity' || !includeNeverActive) return idleness
  return takesUnknownAge || isOldEnough(user, limit) ? 'idle' : 'unknown_age'
}

export function isReclaimable(verdict: ReclaimVerdict): boolean {
  return verdict === 'not_eligible' || verdict === 'idle'
}

export function isUnknown(verdict: ReclaimVerdict): verdict is UnknownFact {
  return verdict === 'unknown_activity' || verdict === 'unknown_age'
}

export interface ReclaimFinding {
  /** Before the run; below 0 if too many are held. */
  free: number
  /** Seats that may be removed, needed or not. */
  reclaimable: number
  /** Seats that are kept, by the fact that is unknown. */
  leftAlone: Record<UnknownFact, number>
  exceptedRows: number
  /** The syncs of a linked store give the age of a seat: GitLab does not report it. */
  isLinked: boolean
}

export interface ReclaimableSeat {
  userId: number
  username: string
  isEligible: boolean
  /** Null without recorded GitLab Duo activity. */
  lastUsedOn: Day | null
  /** The last use, else the first day on which the seat was certainly held. */
  unusedSince: Day
}

/** Ineligible holders first, then the longest time without use. */
export function compareReclaimable(a: ReclaimableSeat, b: ReclaimableSeat): number {
  if (a.isEligible !== b.isEligible) return a.isEligible ? 1 : -1
  if (a.unusedSince !== b.unusedSince) return a.unusedSince < b.unusedSince ? -1 : 1
  return a.userId - b.userId
}
