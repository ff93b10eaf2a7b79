import { describeAge } from '../domain/as-of.ts'
import { countWords } from '../domain/count-words.ts'
import type { Instant } from '../domain/day.ts'
import type { Decision } from '../domain/run-plan.ts'
import { type CheckedUsers, isChecked } from './checked-users.ts'

export interface ClaimContext {
  linked: boolean
  syncedAt: Instant
  now: Instant
  /** Holders by GitLab's count that the store does not contain: GitLab before 17.5 hides some. */
  unseenHolders: number
  checked: CheckedUsers
}

export function dateClaim(decision: Decision, context: ClaimContext): Decision {
  const { linked, syncedAt, now, unseenHolders, checked } = context
  const { outcome, userId } = decision
  const isClaim = outcome === 'already_assigned' || outcome === 'not_assigned'
  if (!linked || !isClaim || userId === null || isChecked(userId, checked)) return decision
  const age = describeAge(syncedAt, now)
  if (outcome === 'already_assigned' || unseenHolders === 0) return { ...decision, detail: age }
  return { ...decision, detail: `${age}; GitLab counts ${countWords(unseenHolders, 'holder')} more` }
}
