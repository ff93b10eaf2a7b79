import type { ShortagePolicy } from './plan.ts'

/** A pending seat, as far as it matters for who goes without. */
export interface SeatInRun {
  runId: number
  /** What the run was told to do with too few seats. */
  onShortage: ShortagePolicy
}

/** Pending seats by what there is for them. */
export interface FittedSeats<Seat> {
  kept: Seat[]
  /** Of runs that give what there is. */
  withoutSeat: Seat[]
  /** Of runs that give all or nothing. */
  notAttempted: Seat[]
}

/**
 * Who of the pending seats goes without, now that fewer seats are free than were planned with: run by run, the order of each run
 * decides, and a run that is to give all or nothing gives no more.
 *
 * @param seats in the order in which they were staged, those of one run together
 * @param free 0 or more
 */
export function fitSeats<Seat extends SeatInRun>(seats: readonly Seat[], free: number): FittedSeats<Seat> {
  const fitted: FittedSeats<Seat> = { kept: [], withoutSeat: [], notAttempted: [] }
  for (const ofRun of groupByRun(seats)) {
    const left = free - fitted.kept.length
    if (ofRun[0]?.onShortage === 'fail' && ofRun.length > left) {
      fitted.notAttempted.push(...ofRun)
    } else {
      fitted.kept.push(...ofRun.slice(0, left))
      fitted.withoutSeat.push(...ofRun.slice(left))
    }
  }
  return fitted
}

function groupByRun<Seat extends SeatInRun>(seats: readonly Seat[]): Iterable<Seat[]> {
  const runs = new Map<number, Seat[]>()
  for (const seat of seats) {
    const ofRun = runs.get(seat.runId)
    if (ofRun === undefined) runs.set(seat.runId, [seat])
    else ofRun.push(seat)
  }
  return runs.values()
}
