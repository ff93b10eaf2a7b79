import type { UserError } from '../../errors.ts'
import { UnansweredError, UnreachableError } from '../gitlab-error.ts'
import { describeCauses, explainFailure } from './connection-failure.ts'
import { type Address, explainStatus } from './refused-status.ts'
import { readRetryAfterMs } from './retry-policy.ts'
import type { Connection, GitLabRequest, HttpAnswer, RawResponse } from './send-once.ts'

/** A failure after which the same request may succeed. */
export interface RetryableFailure {
  /** Continues the sentence "GitLab at HOST". */
  what: string
  hint: string
  /** The delay that the server asks for; null: none. */
  retryAfterMs: number | null
  /** Whether no answer came at all. */
  isUnreachable: boolean
  cause?: Error
}

export type Attempt =
  | { kind: 'answer'; answer: HttpAnswer }
  | { kind: 'retry'; failure: RetryableFailure }
  | { kind: 'fail'; error: UserError }

/** From a busy gateway: how far the request came is unknown. 520 to 524 are Cloudflare's, in front of GitLab.com. */
const gatewayStatuses = [502, 503, 504, 520, 521, 522, 523, 524]

export const laterHint = 'Try again later; --timeout sets how long to retry.'

export function judgeResponse(
  { status, body, retryAfter }: RawResponse,
  { isMutation }: GitLabRequest,
  address: Address,
): Attempt {
  const what = status === 429 ? 'asks to slow down (429)' : `answered with ${status}`
  if (status === 429 || (gatewayStatuses.includes(status) && !isMutation)) {
    const retryAfterMs = readRetryAfterMs(retryAfter, Date.now())
    return { kind: 'retry', failure: { what, hint: laterHint, retryAfterMs, isUnreachable: false } }
  }
  if (status >= 500) {
    const error = isMutation
      ? createUnansweredError(address, what)
      : createUnreachableError(address, { what, hint: laterHint })
    return { kind: 'fail', error }
  }
  const refusal = explainStatus(status, body, address)
  return refusal === null ? { kind: 'answer', answer: { status, body } } : { kind: 'fail', error: refusal }
}

export function judgeFailure(
  error: unknown,
  { isMutation }: GitLabRequest,
  { address, viaProxy }: Connection,
): Attempt {
  const { kind, why, hint } = explainFailure(error)
  const reason = address.quote(why)
  // A new error, because properties of the original one could hold the token.
  const cause = new Error(address.quote(describeCauses(error)))
  if (isMutation && kind === 'broken')
    return { kind: 'fail', error: createUnansweredError(address, `did not answer (${reason})`, cause) }
  const what = `cannot be reached${viaProxy}: ${reason}`
  return kind === 'hopeless'
    ? { kind: 'fail', error: createUnreachableError(address, { what, hint, cause }) }
    : { kind: 'retry', failure: { what, hint, retryAfterMs: null, isUnreachable: true, cause } }
}

export function createUnreachableError(
  { host }: Address,
  { what, hint, cause }: Pick<RetryableFailure, 'what' | 'hint' | 'cause'>,
): UnreachableError {
  return new UnreachableError('unreachable', `GitLab at ${host} ${what}.`, hint, cause)
}

/** @param what came instead of an answer to a mutation: continues the sentence "GitLab at HOST" */
export function createUnansweredError({ host }: Address, what: string, cause?: Error): UnansweredError {
  return new UnansweredError(
    what,
    'unreachable',
    `GitLab at ${host} ${what}. Whether it changed the seats is unknown.`,
    'Run "duo-seats sync": it reads the seats from GitLab.',
    cause,
  )
}
