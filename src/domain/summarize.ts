import { type Outcome, outcomeCodes } from './outcome.ts'
import { lacksSeat, type Result, statusOf } from './result.ts'
import type { Pushed } from './seat-change.ts'

/** Results that are alike in everything a summary needs. */
export interface ResultTally extends Pick<Result, 'outcome' | 'first' | 'change' | 'pushed' | 'detail'> {
  results: number
}

export interface ResultSummary {
  rows: number
  /** In the order of the table of outcomes, without zeros. */
  outcomes: Partial<Record<Outcome, number>>
  /** Includes pending results. A repeat counts as its first result. */
  failed: number
  /** By the run itself; a pending change counts as done. */
  given: number
  taken: number
  short: number
  /** All 0 in a store that is not linked. */
  pushed: Record<Pushed, number>
}

/** The row matches no user, or no single one. */
export function isUnclear(outcome: Outcome): boolean {
  return outcome === 'user_not_found' || outcome === 'ambiguous_user'
}

export function countUnclear({ outcomes: counted }: Pick<ResultSummary, 'outcomes'>): number {
  return (counted.user_not_found ?? 0) + (counted.ambiguous_user ?? 0)
}

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
