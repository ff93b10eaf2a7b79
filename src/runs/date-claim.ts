import { describeAge } from '../domain/as-of.ts'
import type { Instant } from '../domain/day.ts'
import type { Decision } from '../domain/run-plan.ts'

export interface ClaimContext {
  linked: boolean
  syncedAt: Instant
  now: Instant
  isChecked: (userId: number) => boolean
}

export function dateClaim(decision: Decision, { linked, syncedAt, now, isChecked }: ClaimContext): Decision {
  const { outcome, userId } = decision
  const isClaim = outcome === 'already_assigned' || outcome === 'not_assigned'
  if (!linked || !isClaim || userId === null || isChecked(userId)) return decision
  return { ...decision, detail: describeAge(syncedAt, now) }
}
