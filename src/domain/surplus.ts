import { type AddOn, describeSeatsHeld, type SeatCounts } from './add-on.ts'
import { formatMinute } from './as-of.ts'
import { countWords, listNames } from './count-words.ts'
import type { Day, Instant } from './day.ts'
import type { Ineligibility } from './ineligibility.ts'
import { nameReclaim } from './name-reclaim.ts'

/** More seats are held than were bought. */
export interface Surplus {
  addOn: AddOn
  quantity: number
  held: number
  /** GitLab removes as many. */
  seats: number
  /** The last reading of the holders. */
  asOf: Instant
  /** In GitLab's order; empty if the store lacks a holder. */
  likelyRemovals: readonly LikelyRemoval[]
  /** The command that chooses instead. */
  reclaim: string
}

interface LikelyRemoval {
  userId: number
  username: string
  reason: Ineligibility | null
  assignedAt: Instant | null
  lastDuoActivityOn: Day | null
}

/** GitLab removes surplus seats without a word to their holders. Null if there are enough. */
export function describeSurplus(counts: SeatCounts): { sentence: string; hint: string } | null {
  const surplus = counts.assigned - counts.quantity
  if (surplus <= 0) return null
  return {
    sentence: `${describeSeatsHeld(counts)}. GitLab will remove ${countWords(surplus, 'seat')} at its next refresh.`,
    hint: `It takes unused seats first. Buy more seats, or look for unused ones: ${nameReclaim(counts.addOn)}`,
  }
}

const mostNames = 20

/** Null without known holders. */
export function describeLikelyRemovals({ seats, asOf, likelyRemovals }: Surplus): string | null {
  if (likelyRemovals.length === 0) return null
  const names = likelyRemovals.slice(0, mostNames).map(nameRemoval)
  const fact = `GitLab will likely remove ${countWords(seats, 'seat')} at its next refresh, in this order`
  return `${fact}, as of ${formatMinute(asOf)}: ${listNames(names, seats)}.`
}

/** Such as `@ada (blocked)`, `@bob (no recorded use)` or `@eve (last use 2026-01-30)`. */
function nameRemoval({ username, reason, lastDuoActivityOn }: LikelyRemoval): string {
  const use = lastDuoActivityOn === null ? 'no recorded use' : `last use ${lastDuoActivityOn}`
  return `@${username} (${reason?.replaceAll('_', ' ') ?? use})`
}
