import type { PurchaseInUse } from './add-on.ts'
import { type Day, daysBetween, type Instant } from './day.ts'
import { isReclaimable, judgeReclaim } from './reclaim.ts'
import type { ListedUser } from './seat-list.ts'
import type { PeriodName, UsagePeriod } from './usage-periods.ts'

/** In days. */
export const usageSpans = [7, 30, 90] as const

export const reclaimSpans = [30, 60, 90] as const

export type UsageSpan = (typeof usageSpans)[number]
export type ReclaimSpan = (typeof reclaimSpans)[number]

/** Seats held by users, with every pending change done. Their last use divides the eligible holders. */
export interface HolderUsage {
  held: number
  /** Used in the last 7, 30 and 90 days. */
  used: Record<UsageSpan, number>
  /** Not used for so many days, up to the next number. */
  idle: Record<ReclaimSpan, number>
  /** Never used, or used before GitLab recorded it. */
  withoutRecord: number
  /** Among all holders. */
  notEligible: number
  /** Seats that `reclaim --inactive-for` would remove today. */
  reclaimable: Record<ReclaimSpan, number>
}

/** One pass: there may be a million holders. */
export function countHolderUsage(holders: Iterable<ListedUser>, today: Day): HolderUsage {
  const usage: HolderUsage = {
    held: 0,
    used: { 7: 0, 30: 0, 90: 0 },
    idle: { 30: 0, 60: 0, 90: 0 },
    withoutRecord: 0,
    notEligible: 0,
    reclaimable: { 30: 0, 60: 0, 90: 0 },
  }
  for (const holder of holders) addHolder(usage, holder, today)
  return usage
}

function addHolder(usage: HolderUsage, holder: ListedUser, today: Day): void {
  usage.held += 1
  if (holder.reason !== null) usage.notEligible += 1
  else addUse(usage, holder.lastDuoActivityOn, today)
  for (const days of reclaimSpans) {
    const rules = { today, days, includeNeverActive: false, takesUnknownAge: false }
    if (isReclaimable(judgeReclaim(holder, rules))) usage.reclaimable[days] += 1
  }
}

function addUse(usage: HolderUsage, lastUsedOn: Day | null, today: Day): void {
  if (lastUsedOn === null) {
    usage.withoutRecord += 1
    return
  }
  const days = daysBetween(lastUsedOn, today)
  for (const span of usageSpans) if (days < span) usage.used[span] += 1
  const since = reclaimSpans.findLast((span) => days >= span)
  if (since !== undefined) usage.idle[since] += 1
}

export interface UsageReport {
  purchase: PurchaseInUse
  today: Day
  linked: boolean
  syncedAt: Instant
  by: PeriodName
  holders: HolderUsage
  periods: readonly UsagePeriod[]
}
