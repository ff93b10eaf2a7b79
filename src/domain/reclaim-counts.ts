import { addDays, type Day } from './day.ts'
import { isReclaimable, judgeReclaim } from './reclaim.ts'
import type { ListedUser } from './seat-list.ts'

/** Days without use that the page offers. */
export const mostReclaimDays = 365

/** Seats that `reclaim` would remove after 1, 2, 3 … days without use. */
interface ReclaimCounts {
  withRecordedUse: number[]
  /** Also old seats without recorded use. */
  includingNeverActive: number[]
}

/** One pass: there may be a million holders. */
export function countReclaimable(holders: Iterable<ListedUser>, today: Day, mostDays: number): ReclaimCounts {
  const limits = Array.from({ length: mostDays }, (_, index) => addDays(today, -index - 1))
  const counts = {
    withRecordedUse: new Array<number>(mostDays).fill(0),
    includingNeverActive: new Array<number>(mostDays).fill(0),
  }
  for (const holder of holders) {
    addLast(counts.withRecordedUse, findMostDays(holder, limits, false))
    addLast(counts.includingNeverActive, findMostDays(holder, limits, true))
  }
  return {
    withRecordedUse: addFromEnd(counts.withRecordedUse),
    includingNeverActive: addFromEnd(counts.includingNeverActive),
  }
}

function addLast(counts: number[], days: number): void {
  if (days > 0) counts[days - 1] = (counts[days - 1] ?? 0) + 1
}

/** A seat that is idle for some days is idle for fewer days too. */
function findMostDays(holder: ListedUser, limits: readonly Day[], includeNeverActive: boolean): number {
  let least = 0
  let most = limits.length
  while (least < most) {
    const days = Math.ceil((least + most) / 2)
    const rules = { limit: limits[days - 1] ?? '', includeNeverActive, takesUnknownAge: false }
    if (isReclaimable(judgeReclaim(holder, rules))) least = days
    else most = days - 1
  }
  return least
}

function addFromEnd(counts: readonly number[]): number[] {
  let sum = 0
  return counts
    .toReversed()
    .map((count) => (sum += count))
    .reverse()
}
