import { countWords, formatCount } from './count-words.ts'

/** `fill` serves requests in order; `fail` refuses the run. */
export const shortagePolicies = ['fill', 'fail'] as const

export type ShortagePolicy = (typeof shortagePolicies)[number]

/** The numbers of a run that was refused for want of seats. */
export interface Shortage {
  needed: number
  /** With the seats that the run would remove. */
  free: number
}

/** `5 seats needed, 3 free.` */
export function describeShortage({ needed, free }: Shortage): string {
  return `${countWords(needed, 'seat')} needed, ${formatCount(free)} free.`
}
