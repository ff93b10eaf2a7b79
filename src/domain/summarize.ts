import { type Outcome, outcomeCodes } from './outcome.ts'
import { lacksSeat, type Result, statusOf } from './result.ts'
import type { Pushed } from './seat-change.ts'

/** Results that are alike in everything a summary needs, and how many they are. */
export interface ResultTally extends Pick<Result, 'outcome' | 'first' | 'change' | 'pushed' | 'detail'> {
  results: number
}

/** What the results of a run add up to. */
export interface ResultSummary {
  rows: number
  /** The number of results by outcome, in the order of the table of outcomes; an outcome without results is left out. */
  outcomes: Partial<Record<Outcome, number>>
  /** Results without what they asked for, pending ones and repeats included. */
  failed: number
  /** Seats that the run itself gives and takes; a pending change counts as done. */
  given: number
  taken: number
  /** Users for whom no seat was free. */
  short: number
  /** Results that were pushed, by how far they came; all 0 in a store that is not linked. */
  pushed: Record<Pushed, number>
}

/** Adds up the results of a run. A preview, a finished run, a push and a run of the past all use it. */
export function summarize(tallies: readonly ResultTally[]): ResultSummary {
  const count = (isWanted: (tally: ResultTally) => boolean) =>
    tallies.reduce((sum, tally) => sum + (isWanted(tally) ? tally.results : 0), 0)
  const counts = outcomeCodes.map((code) => [code, count(({ outcome }) => outcome === code)] as const)
  return {
    rows: count(() => true),
    outcomes: Object.fromEntries(counts.filter(([, results]) => results > 0)),
    failed: count((tally) => statusOf(tally) !== 'done'),
    given: count(({ change }) => change === 'give'),
    taken: count(({ change }) => change === 'take'),
    short: count(lacksSeat),
    pushed: {
      confirmed: count(({ pushed }) => pushed === 'confirmed'),
      pending: count(({ pushed }) => pushed === 'pending'),
      refused: count(({ pushed }) => pushed === 'refused'),
    },
  }
}
