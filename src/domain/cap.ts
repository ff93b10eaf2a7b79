/** A limit that a command line gives as a number or as a percentage. */
export type Cap = { number: number } | { percent: number }

/** Enough for everyday changes, too little for a list of the wrong users. */
export const defaultRemovalCap: Cap = { percent: 10 }

/** A misspelt name could cost its owner the seat. */
export const defaultUnknownCap: Cap = { number: 0 }

/** A percentage of the whole is rounded down, and at least 1 above 0 %. */
export function countAllowed(cap: Cap, whole: number): number {
  if ('number' in cap) return cap.number
  return cap.percent === 0 ? 0 : Math.max(1, Math.floor((whole * cap.percent) / 100))
}

export function formatCap(cap: Cap): string {
  return 'number' in cap ? String(cap.number) : `${cap.percent}%`
}
