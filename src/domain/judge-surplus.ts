import type { AddOn } from './add-on.ts'
import { countAllowed, defaultRemovalCap } from './cap.ts'
import { addDays, type Day, type Instant } from './day.ts'
import { nameReclaim } from './name-reclaim.ts'
import { isReclaimable, judgeReclaim } from './reclaim.ts'
import type { ListedUser } from './seat-list.ts'
import type { Surplus } from './surplus.ts'

interface SurplusFacts {
  addOn: AddOn
  quantity: number
  held: number
  asOf: Instant
  today: Day
}

/**
 * GitLab first removes seats of users who are not eligible any more. The surplus then comes from holders without recorded use,
 * latest assigned first, and from holders with use, oldest use first.
 *
 * @param holders of seats that GitLab has
 */
export function judgeSurplus(holders: readonly ListedUser[], facts: SurplusFacts): Surplus {
  const { addOn, quantity, held, asOf, today } = facts
  const seats = held - quantity
  const likelyRemovals = holders.toSorted(compareRemovals).slice(0, seats)
  const reclaim = formatReclaim(holders, { addOn, held, seats, today })
  return { addOn, quantity, held, seats, asOf, likelyRemovals, reclaim }
}

type RemovalFacts = Pick<ListedUser, 'userId' | 'reason' | 'lastDuoActivityOn' | 'assignedAt' | 'seenAt'>

/** GitLab's order, for a sort. */
export function compareRemovals(a: RemovalFacts, b: RemovalFacts): number {
  if ((a.reason === null) !== (b.reason === null)) return a.reason === null ? 1 : -1
  const [usedA, usedB] = [a.lastDuoActivityOn, b.lastDuoActivityOn]
  if (usedA !== null || usedB !== null) return compareTexts(usedA ?? '', usedB ?? '') || a.userId - b.userId
  return compareTexts(findStart(b), findStart(a)) || b.userId - a.userId
}

function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}

/** GitLab's API does not report since when a seat is held; then, the first sync that found it counts. */
function findStart({ assignedAt, seenAt }: RemovalFacts): string {
  return assignedAt ?? seenAt ?? ''
}

/** The longest usual time of inactivity that frees enough seats. */
function formatReclaim(
  holders: readonly ListedUser[],
  { addOn, held, seats, today }: Pick<SurplusFacts, 'addOn' | 'held' | 'today'> & { seats: number },
): string {
  const rules = { includeNeverActive: true, takesUnknownAge: false }
  const countIdle = (days: number) => {
    const limit = addDays(today, -days)
    return holders.filter((holder) => isReclaimable(judgeReclaim(holder, { ...rules, limit }))).length
  }
  const enoughDays = usualDays.find((days) => countIdle(days) >= seats)
  const days = enoughDays ?? (holders.length === 0 ? 60 : 1)
  return [
    nameReclaim(addOn, days),
    '--include-never-active',
    ...(enoughDays === undefined && holders.length > 0 ? ['--seat-age-unknown take'] : []),
    '--to-free 0',
    ...(seats > countAllowed(defaultRemovalCap, held) ? [`--max-removals ${seats}`] : []),
  ].join(' ')
}

const usualDays = [60, 30, 14, 7, 1]
