import type { HistoryCause } from './history.ts'
import { findIneligibility, type Ineligibility } from './ineligibility.ts'
import type { Membership, Offering } from './user.ts'

export interface LossFacts {
  /** As the sync before showed the user; null if it did not. */
  before: Membership | null
  /** Null if GitLab no longer shows the user. */
  after: Membership | null
  /** GitLab no longer shows the purchase, or it has expired. */
  isOver: boolean
  /** More seats were held than the purchase has now, and GitLab would remove this one. */
  isExceeded: boolean
}

/** The likely cause: GitLab does not report who removed a seat. */
export function findLossCause(
  { before, after, isOver, isExceeded }: LossFacts,
  offering: Offering,
): { cause: HistoryCause; reason: Ineligibility | null } {
  if (isOver) return { cause: 'purchase_over', reason: null }
  const reason = after === null ? 'gone' : findIneligibility(after, offering)
  const earlier = before === null ? null : findIneligibility(before, offering)
  if (reason !== null) return { cause: reason === earlier ? 'refresh' : 'not_eligible', reason }
  if (earlier !== null) return { cause: 'refresh', reason: earlier }
  return { cause: isExceeded ? 'purchase_shrank' : 'changed_in_gitlab', reason: null }
}
