import type { PurchaseInUse } from './add-on.ts'
import { addDays, type Day, daysBetween, type Instant } from './day.ts'
import { isReclaimable, judgeReclaim } from './reclaim.ts'
import { judgeUseSince, type ListedUser } from './seat-list.ts'
import type { PeriodName, UsagePeriod } from './usage-periods.ts'

/** In days. */
const usageSpans = [7, 30, 90] as const

export const reclaimSpans = [30, 60, 90] as const

type UsageSpan = (typeof usageSpans)[number]
export type ReclaimSpan = (typeof reclaimSpans)[number]

/** Seats held by users, with every pending change done. Their last use divides the eligible holders. */
export interface HolderUsage {
  held: number
  /** Used in the last 7, 30 and 90 days; null if unknown. */
  used: Record<UsageSpan, number | null>
  /** Not used for so many days, up to the next number; null if unknown. */
  idle: Record<ReclaimSpan, number | null>
  /** Never used, or used before GitLab recorded it. */
  withoutRecord: number
  /** Among all holders. */
  notEligible: number
  /** Seats that `reclaim --inactive-for` would remove today. */
  reclaimable: Record<ReclaimSpan, number>
}

/** The use after the last sync is missing: see {@link leaveOutUnknown}. */
export function countHolderUsage(holders: Iterable<ListedUser>, today: Day): HolderCounts {
  return countUsageAndIdle(holders, today, 0).usage
}

interface UsageAndIdle {
  usage: HolderCounts
  /** Eligible holders without use for `inactiveForDays`. */
  idle: number
}

/** One pass: there may be a million holders. */
export function countUsageAndIdle(
  holders: Iterable<ListedUser>,
  today: Day,
  inactiveForDays: number,
): UsageAndIdle {
  const usage: HolderCounts = {
    held: 0,
    used: { 7: 0, 30: 0, 90: 0 },
    idle: { 30: 0, 60: 0, 90: 0 },
    withoutRecord: 0,
    notEligible: 0,
    reclaimable: { 30: 0, 60: 0, 90: 0 },
  }
  let idle = 0
  const idleLimit = addDays(today, -inactiveForDays)
  const limits = reclaimSpans.map((days) => ({ days, limit: addDays(today, -days) }))
  for (const holder of holders) {
    addHolder(usage, holder, today)
    addReclaimable(usage, holder, limits)
    if (holder.reason === null && judgeUseSince(holder, idleLimit) === 'idle') idle += 1
  }
  return { usage, idle }
}

interface HolderCounts extends HolderUsage {
  used: Record<UsageSpan, number>
  idle: Record<ReclaimSpan, number>
}

function addHolder(counts: HolderCounts, holder: ListedUser, today: Day): void {
  counts.held += 1
  if (holder.reason !== null) counts.notEligible += 1
  else addUse(counts, holder.lastDuoActivityOn, today)
}

function addReclaimable(
  { reclaimable }: HolderCounts,
  holder: ListedUser,
  limits: readonly { days: ReclaimSpan; limit: Day }[],
): void {
  for (const { days, limit } of limits) {
    const rules = { limit, includeNeverActive: false, takesUnknownAge: false }
    if (isReclaimable(judgeReclaim(holder, rules))) reclaimable[days] += 1
  }
}

function addUse(counts: HolderCounts, lastUsedOn: Day | null, today: Day): void {
  if (lastUsedOn === null) {
    counts.withoutRecord += 1
    return
  }
  const days = daysBetween(lastUsedOn, today)
  for (const span of usageSpans) if (days < span) counts.used[span] += 1
  const since = reclaimSpans.findLast((span) => days >= span)
  if (since !== undefined) counts.idle[since] += 1
}

const unknownUse = {
  used: { 7: null, 30: null, 90: null },
  idle: { 30: null, 60: null, 90: null },
} as const

/**
 * A sync before a span proves nothing about it.
 *
 * @param knownUntil the day of the last sync; null where GitLab reports no Duo activity
 */
export function leaveOutUnknown(usage: HolderUsage, today: Day, knownUntil: Day | null): HolderUsage {
  if (knownUntil === null) return { ...usage, ...unknownUse }
  const age = daysBetween(knownUntil, today)
  const known = (span: UsageSpan) => (age < span ? usage.used[span] : null)
  return { ...usage, used: { 7: known(7), 30: known(30), 90: known(90) } }
}

export interface UsageReport {
  purchase: PurchaseInUse
  /** The URL of the GitLab, and the full path of the top-level group, if it is one. */
  source: { url: string; group: string | null }
  today: Day
  now: Instant
  linked: boolean
  syncedAt: Instant
  /** False: the last use of every user is unknown. */
  hasActivity: boolean
  /** Two add-ons are active, so that commands must name one. */
  needsAddOn: boolean
  by: PeriodName
  holders: HolderUsage
  periods: readonly UsagePeriod[]
}
