export type RemovalCap = { seats: number } | { percent: number }

/** Enough for everyday changes, too little for a list of the wrong users. */
export const defaultRemovalCap: RemovalCap = { percent: 10 }

/** A percentage is that of the seats held, rounded down, and at least one seat above 0 %. */
export function countAllowedRemovals(cap: RemovalCap, held: number): number {
  if ('seats' in cap) return cap.seats
  return cap.percent === 0 ? 0 : Math.max(1, Math.floor((held * cap.percent) / 100))
}

export function formatRemovalCap(cap: RemovalCap): string {
  return 'seats' in cap ? String(cap.seats) : `${cap.percent}%`
}
