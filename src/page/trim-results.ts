import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { type Outcome, outcomes } from '../domain/outcome.ts'
import type { Result } from '../domain/result.ts'
import type { RunReport } from '../domain/run.ts'

/** A browser reads so many at once without a pause that is felt. */
const mostRows = 10_000

/** More rows of one outcome are left out. */
const mostAlike = 1_000

/** Other requests have a turn after so many rows. */
const rowsPerTurn = 1_000

/** Removals are agreed to one by one, and a repeat may be a failure. */
function isTrimmed(outcome: Outcome): boolean {
  const { sign, status } = outcomes[outcome]
  return sign !== '-' && status !== 'as_first'
}

interface TrimmedResults {
  results: readonly Result[]
  /** Rows that were left out. */
  omitted: Partial<Record<Outcome, number>>
  /** The same for runs that decide the same about every row. */
  digest: string
}

/** @returns null for a run that is short enough */
export async function trimResults(
  report: RunReport,
  isKept: (result: Result) => boolean,
): Promise<TrimmedResults | null> {
  if (report.summary.rows <= mostRows) return null
  const hash = createHash('sha256')
  const seen = new Map<Outcome, number>()
  const results: Result[] = []
  const omitted: TrimmedResults['omitted'] = {}
  let row = 0
  for (const result of report.readResults()) {
    const { outcome, userId, line } = result
    hash.update(`${line} ${userId} ${outcome}\n`)
    const count = (seen.get(outcome) ?? 0) + 1
    seen.set(outcome, count)
    if (count <= mostAlike || !isTrimmed(outcome) || isKept(result)) results.push(result)
    else omitted[outcome] = (omitted[outcome] ?? 0) + 1
    row += 1
    if (row % rowsPerTurn === 0) await setImmediate()
  }
  return { results, omitted, digest: hash.digest('hex') }
}
