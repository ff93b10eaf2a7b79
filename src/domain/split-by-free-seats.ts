import type { ShortagePolicy } from './shortage.ts'

export interface SeatInRun {
  runId: number
  onShortage: ShortagePolicy
}

interface FittedSeats<Seat> {
  kept: Seat[]
  /** From runs with `--on-shortage fill`. */
  withoutSeat: Seat[]
  /** From runs with `--on-shortage fail`. */
  notAttempted: Seat[]
}

/** Serves the runs in order. A run with `--on-shortage fail` gets all its seats or none. */
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
