import { formatCount } from '../../domain/count-words.ts'
import { isSuccess, type Result } from '../../domain/result.ts'

/** GitLab rejects artifacts that are too large: JUnit XML of 30 MB (docs.gitlab.com, "Unit test reports"). */
export const mostRows = 10_000

/**
 * The rows without success come first into the limit, and all stay in order.
 *
 * @param failed the number of rows without success
 */
export function* pickRows(rows: Iterable<Result>, failed: number): Generator<Result> {
  const failures = Math.min(failed, mostRows)
  const left = { failures, successes: mostRows - failures }
  for (const row of rows) {
    const kind = isSuccess(row) ? 'successes' : 'failures'
    if (left[kind] > 0) yield row
    left[kind] -= 1
    if (left.failures <= 0 && left.successes <= 0) return
  }
}

export function describeLeftOut(left: number): string {
  return `Only ${formatCount(mostRows)} rows are listed, those without success first. ${formatCount(left)} more are not shown.`
}
