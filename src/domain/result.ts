import type { AddOn } from './add-on.ts'
import { type Outcome, outcomes } from './outcome.ts'
import type { Pushed } from './pushed.ts'

/** What became of one request, as it is kept in the store. */
export interface Result {
  line: number | null
  input: string
  userId: number | null
  /** In GitLab's spelling; null where no user was found. */
  username: string | null
  outcome: Outcome
  /** Why the user is not eligible, else null. */
  reason: string | null
  /** What the sentence about the outcome needs besides; see the outcome. */
  detail: string | null
  /** Of a `duplicate`: the result of the row that named the user first. */
  first: Pick<Result, 'line' | 'outcome'> | null
  /** Null where nothing was to be pushed: the store is not linked, or the outcome asks for no change. */
  pushed: Pushed | null
}

/** Whether the user is in the state that was asked for. */
export function isSuccess(result: Result): boolean {
  return (
    outcomes[result.outcome].success ??
    (result.first !== null && outcomes[result.first.outcome].success === true)
  )
}

/** The result as a sentence whose subject is the user. */
export function describeResult(result: Result, addOn: AddOn): string {
  const { input, outcome, reason, detail, first, pushed } = result
  return outcomes[outcome].describe({ input, addOn, reason, detail, firstLine: first?.line ?? null, pushed })
}

/** Whether no seat was left for the user, or for the whole list: of a run that was refused before, nothing was pushed. */
export function isSeatless({
  outcome,
  pushed,
  detail,
}: Pick<Result, 'outcome' | 'pushed' | 'detail'>): boolean {
  return (
    outcome === 'no_seats_available' ||
    (outcome === 'not_attempted' && pushed === 'refused' && detail === null)
  )
}
