import type { ShortagePolicy } from './plan.ts'

/** A pending seat with the run that requested it. */
export interface SeatInRun {
  runId: number
  /** The rule of the run for a shortage. */
  onShortage: ShortagePolicy
}

/** Pending seats, split by the number of free seats. */
export interface FittedSeats<Seat> {
  kept: Seat[]
  /** Seats of runs with `--on-shortage fill`. */
  withoutSeat: Seat[]
  /** Seats of runs with `--on-shortage fail`. */
  notAttempted: Seat[]
}

/**
 * Drops pending seats when fewer are free than planned: run by run, in the order of each run. A run that gives all or nothing
 * gives no more.
 *
 * @param seats in the order in which they were requested, those of one run together
 * @param free 0 or more
 */
export function splitByFreeSeats<Seat extends SeatInRun>(
  seats: readonly Seat[],
  free: number,
): FittedSeats<Seat> {
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
