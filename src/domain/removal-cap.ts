/** The most seats that one run may remove. */
export type RemovalCap = { seats: number } | { percent: number }

/** The default: enough for everyday changes, too little for a list of the wrong users. */
export const defaultRemovalCap: RemovalCap = { percent: 10 }

/**
 * The cap as a number of seats. A percentage is that of the seats held, rounded down, and at least one seat above 0 %.
 *
 * @param held seats held before the run
 */
export function countAllowedRemovals(cap: RemovalCap, held: number): number {
  if ('seats' in cap) return cap.seats
  return cap.percent === 0 ? 0 : Math.max(1, Math.floor((held * cap.percent) / 100))
}

/** The cap as it is typed. */
export function formatRemovalCap(cap: RemovalCap): string {
  return 'seats' in cap ? String(cap.seats) : `${cap.percent}%`
}
