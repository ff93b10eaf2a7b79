/** A limit that a command line gives as a number or as a percentage. */
export type Cap = { number: number } | { percent: number }

/** How many seats a run may remove, by the cap of the order. */
export interface RemovalLimit {
  cap: Cap
  /** Before the run. */
  held: number
}

/** Enough for everyday changes, too little for a list of the wrong users. */
export const defaultRemovalCap: Cap = { percent: 10 }

/** A misspelt name could cost its owner the seat. */
export const defaultUnknownCap: Cap = { number: 0 }

/** A percentage of the whole is rounded down. */
export function countShare(cap: Cap, whole: number): number {
  return 'number' in cap ? cap.number : Math.floor((whole * cap.percent) / 100)
}

/** As {@link countShare}, but at least 1 above 0 %. */
export function countAllowed(cap: Cap, whole: number): number {
  return 'percent' in cap && cap.percent > 0 ? Math.max(1, countShare(cap, whole)) : countShare(cap, whole)
}

/** As {@link countShare}, but rounded up: for the least that must be there. */
export function countLeast(cap: Cap, whole: number): number {
  return 'number' in cap ? cap.number : Math.ceil((whole * cap.percent) / 100)
}

export function formatCap(cap: Cap): string {
  return 'number' in cap ? String(cap.number) : `${cap.percent}%`
}
