import type { Instant } from '../../domain/day.ts'
import { describeLikelyRemovals, type Surplus } from '../../domain/surplus.ts'
import { escapeControls } from '../escape-controls.ts'
import { localizeTimes } from '../local-time.ts'
import type { Cell } from '../report-document.ts'

/** The likely choice of GitLab, and the command that chooses instead. */
export function listSurplusLines(surplus: Surplus): string[] {
  const likely = describeLikelyRemovals(surplus)
  return [
    ...(likely === null ? [] : [escapeControls(localizeTimes(likely))]),
    `To choose instead: ${surplus.reclaim}`,
  ]
}

interface SurplusRow {
  add_on: string
  quantity: number
  held: number
  surplus: number
  as_of: Instant
  likely_removals: Record<string, Cell>[]
  reclaim: string
}

export function toSurplusRow({
  addOn,
  quantity,
  held,
  seats,
  asOf,
  likelyRemovals,
  reclaim,
}: Surplus): SurplusRow {
  return {
    add_on: addOn,
    quantity,
    held,
    surplus: seats,
    as_of: asOf,
    likely_removals: likelyRemovals.map(({ username, userId, reason, assignedAt, lastDuoActivityOn }) => ({
      username,
      user_id: userId,
      reason,
      assigned_at: assignedAt,
      last_duo_activity_on: lastDuoActivityOn,
    })),
    reclaim,
  }
}
