import type { AddOn } from './add-on.ts'
import type { HiddenAddresses } from './hidden-addresses.ts'
import { type Outcome, type OutcomeStatus, outcomes } from './outcome.ts'
import type { Pushed, ResultChange } from './seat-change.ts'
import { describeShortage, type Shortage } from './shortage.ts'

export interface Result {
  line: number | null
  input: string
  userId: number | null
  /** GitLab's spelling; null if no user matches. */
  username: string | null
  outcome: Outcome
  /** `none` also for a seat that is pending from an earlier run. */
  change: ResultChange
  reason: string | null
  /** See the table of outcomes. */
  detail: string | null
  /** First result about the user; null unless a `duplicate`. */
  first: Pick<Result, 'line' | 'outcome'> | null
  /** Null without a change to push: no link, or no change. */
  pushed: Pushed | null
  /** The former username by which the row names the user. */
  formerName: string | null
  /** Usernames that are similar to an unknown one; only in reports. */
  suggestions: readonly string[]
}

/** A repeat has the status of its first result. */
export function statusOf({ outcome, first }: Pick<Result, 'outcome' | 'first'>): OutcomeStatus {
  const { status } = outcomes[outcome]
  return status === 'as_first' && first !== null ? outcomes[first.outcome].status : status
}

export function isSuccess(result: Pick<Result, 'outcome' | 'first'>): boolean {
  return statusOf(result) === 'done'
}

export interface ResultContext {
  addOn: AddOn
  dryRun: boolean
  /** Null in a store that is not linked. */
  hiddenAddresses: HiddenAddresses | null
  /** Null unless the run was refused for want of seats. */
  shortage: Shortage | null
}

/** The run would give the user a seat, or would if more were free, and was refused for want of seats. */
export function isHeldBack(
  { outcome, change, pushed, detail }: Pick<Result, 'outcome' | 'change' | 'pushed' | 'detail'>,
  { shortage }: Pick<ResultContext, 'shortage'>,
): boolean {
  if (shortage === null) return false
  if (outcome === 'not_attempted') return pushed === null && detail === null
  return outcome === 'no_seats_available' || change === 'give'
}

export function describeResult(result: Result, context: ResultContext): string {
  const { formerName, suggestions } = result
  const sentence = describeOutcome(result, context)
  if (formerName !== null) return `${sentence} "${formerName}" is the user's former username.`
  return suggestions.length === 0 ? sentence : `${sentence} Did you mean ${listChoices(suggestions)}?`
}

function describeOutcome(result: Result, context: ResultContext): string {
  const { addOn, dryRun, hiddenAddresses, shortage } = context
  if (shortage !== null && isHeldBack(result, context))
    return `${dryRun ? 'Would not be assigned' : 'Not assigned'}: ${describeShortage(shortage)}`
  const { line, input, reason, detail, pushed, first } = result
  const firstLine = first?.line ?? null
  const isArgument = line === null
  const facts = {
    input,
    isArgument,
    addOn,
    isDryRun: dryRun,
    reason,
    detail,
    firstLine,
    pushed,
    hiddenAddresses,
  }
  return outcomes[result.outcome].describe(facts)
}

/** `@ada, @adam or @eda`. */
function listChoices(usernames: readonly string[]): string {
  const names = usernames.map((name) => `@${name}`)
  return names.length === 1 ? names.join() : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
}

/** No seat was free for the user, or GitLab had too few for the whole list. */
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
