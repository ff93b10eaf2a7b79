import type { AddOn } from './add-on.ts'
import { type Outcome, type OutcomeStatus, outcomes } from './outcome.ts'
import type { Pushed, ResultChange } from './seat-change.ts'

/** The answer to one request, as the store keeps it. */
export interface Result {
  line: number | null
  input: string
  userId: number | null
  /** In GitLab's spelling; null where no user was found. */
  username: string | null
  outcome: Outcome
  /** The change that this run itself makes: `none` also for a user whose seat is pending from an earlier run. */
  change: ResultChange
  /** Why the user is not eligible, else null. */
  reason: string | null
  /** More about the outcome; see the table of outcomes. */
  detail: string | null
  /** The result that named the user first; null but for a `duplicate`. */
  first: Pick<Result, 'line' | 'outcome'> | null
  /** Null where nothing was to be pushed: the store is not linked, or the outcome asks for no change. */
  pushed: Pushed | null
}

/** Whether a request has what it asked for; a repeat as its first result. */
export function statusOf({ outcome, first }: Pick<Result, 'outcome' | 'first'>): OutcomeStatus {
  const { status } = outcomes[outcome]
  return status === 'as_first' && first !== null ? outcomes[first.outcome].status : status
}

/** Whether the user is in the state that was asked for. */
export function isSuccess(result: Pick<Result, 'outcome' | 'first'>): boolean {
  return statusOf(result) === 'done'
}

/** What a sentence about a result depends on besides the result. */
export interface ResultContext {
  addOn: AddOn
  dryRun: boolean
}

/** The result as a sentence for users. */
export function describeResult(result: Result, { addOn, dryRun }: ResultContext): string {
  const { first, ...facts } = result
  return outcomes[result.outcome].describe({
    ...facts,
    addOn,
    isDryRun: dryRun,
    firstLine: first?.line ?? null,
  })
}

/** Whether no seat was free for the user, or for the whole list when GitLab had too few. */
export function lacksSeat({
  outcome,
  pushed,
  detail,
}: Pick<Result, 'outcome' | 'pushed' | 'detail'>): boolean {
  return (
    outcome === 'no_seats_available' ||
    (outcome === 'not_attempted' && pushed === 'refused' && detail === null)
  )
}
