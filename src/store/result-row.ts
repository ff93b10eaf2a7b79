import { type Outcome, rejectedOutcomes } from '../domain/outcome.ts'
import type { Result } from '../domain/result.ts'
import type { Pushed, ResultChange } from '../domain/seat-change.ts'

/** Without names: building an object of each row takes a third of the time of reading. */
export type ResultRow = [
  line: number | null,
  input: string,
  userId: number | null,
  username: string | null,
  outcome: Outcome,
  change: ResultChange,
  reason: string | null,
  detail: string | null,
  firstLine: number | null,
  firstOutcome: Outcome | null,
  formerName: string | null,
  pushed: Pushed | null,
]

/** For a condition in SQL. */
export const rejectedCodes: string = rejectedOutcomes.map((code) => `'${code}'`).join(', ')

/** Shared: a list for each row would cost time. */
const noSuggestions: readonly string[] = []

export function toResult([
  line,
  input,
  userId,
  username,
  outcome,
  change,
  reason,
  detail,
  firstLine,
  firstOutcome,
  formerName,
  pushed,
]: ResultRow): Result {
  const first = firstOutcome === null ? null : { line: firstLine, outcome: firstOutcome }
  return {
    line,
    input,
    userId,
    username,
    outcome,
    change,
    reason,
    detail,
    first,
    pushed,
    formerName,
    suggestions: noSuggestions,
  }
}
