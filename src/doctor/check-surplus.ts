import { describeSeatsHeld } from '../domain/add-on.ts'
import { type Check, makeCheck } from '../domain/check.ts'
import { describeLikelyRemovals, describeSurplus, type Surplus } from '../domain/surplus.ts'

/** Names the holders that the store contains. */
export function checkSurplus(surplus: Surplus): Check {
  const counts = { ...surplus, assigned: surplus.held }
  const likely = describeLikelyRemovals(surplus)
  const sentence =
    likely === null ? describeSurplus(counts)?.sentence : `${describeSeatsHeld(counts)}. ${likely}`
  const look = likely === null ? 'To see the holders, run "duo-seats sync". ' : ''
  const advice = `${look}Buy more seats, or choose the users who lose one: ${surplus.reclaim}`
  return { ...makeCheck('purchases', 'warning', sentence ?? '', advice), surplus }
}
