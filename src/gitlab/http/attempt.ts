import type { UserError } from '../../errors.ts'
import { type Address, addressHint } from './address.ts'
import { describeCauses, explainFailure } from './connection-failure.ts'
import { NoTlsError, UnansweredError, UnreachableError } from './gitlab-error.ts'
import { HugeAnswerError } from './read-body.ts'
import { explainStatus } from './refused-status.ts'
import { readRetryAfterMs } from './retry-policy.ts'
import type { Connection, Fault, GitLabRequest, HttpAnswer, RawResponse } from './send-once.ts'

/** A failure after which the same request may succeed. */
export interface RetryableFailure {
  /** Continues the sentence "GitLab at HOST". */
  what: string
  hint: string
  /** The delay that the server asks for; null: none. */
  retryAfterMs: number | null
  /**
   * - `busy`: retried until the deadline
   * - `unreachable`: no answer came at all
   * - `fault`: GitLab failed at this request, and may always fail at it
   */
  kind: 'busy' | 'unreachable' | 'fault'
  cause?: Error
}

export type Attempt =
  | { kind: 'answer'; answer: HttpAnswer }
  | { kind: 'retry'; failure: RetryableFailure }
  | { kind: 'fail'; error: UserError }

/** From a busy gateway: how far the request came is unknown. 520 to 524 are Cloudflare's, in front of GitLab.com. */
const gatewayStatuses = [502, 503, 504, 520, 521, 522, 523, 524]

export const laterHint = 'Try again later; --timeout sets how long to retry.'

export function judgeResponse(response: RawResponse, request: GitLabRequest, address: Address): Attempt {
  const { status, body, json, retryAfter } = response
  const what = status === 429 ? 'asks to slow down (429)' : `answered with ${status}`
  if (status === 429 || (gatewayStatuses.includes(status) && !request.isMutation)) {
    const retryAfterMs = readRetryAfterMs(retryAfter, Date.now())
    return { kind: 'retry', failure: { what, hint: laterHint, retryAfterMs, kind: 'busy' } }
  }
  if (status >= 500)
    return judgeFault({ what, hint: laterHint }, request, address, !gatewayStatuses.includes(status))
  const refusal = explainStatus(response, address)
  if (refusal !== null) return { kind: 'fail', error: refusal }
  const answer = { status, body, json }
  const fault = request.findFault?.(answer) ?? null
  return fault === null ? { kind: 'answer', answer } : judgeFault(fault, request, address)
}

/** @param isOver see {@link UnansweredError} */
function judgeFault(fault: Fault, { isMutation }: GitLabRequest, address: Address, isOver = false): Attempt {
  return isMutation
    ? { kind: 'fail', error: createUnansweredError(address, fault.what, { isOver }) }
    : { kind: 'retry', failure: { ...fault, retryAfterMs: null, kind: 'fault' } }
}

export function judgeFailure(
  error: unknown,
  { isMutation }: GitLabRequest,
  { address, viaProxy, caFile }: Connection,
): Attempt {
  if (error instanceof HugeAnswerError) return judgeHugeAnswer(error, isMutation, address)
  const { kind, why, hint } = explainFailure(error, { url: address.url, caFile })
  const reason = address.quote(why)
  // A new error, because properties of the original one could hold the token.
  const cause = new Error(address.quote(describeCauses(error)))
  if (isMutation && kind === 'broken')
    return { kind: 'fail', error: createUnansweredError(address, `did not answer (${reason})`, { cause }) }
  const what = `cannot be reached${viaProxy}: ${reason}`
  if (kind === 'no_tls')
    return { kind: 'fail', error: new NoTlsError(`GitLab at ${address.host} ${what}.`, hint, cause) }
  return kind === 'hopeless'
    ? { kind: 'fail', error: createUnreachableError(address, { what, hint, cause }) }
    : { kind: 'retry', failure: { what, hint, retryAfterMs: null, kind: 'unreachable', cause } }
}

function judgeHugeAnswer({ message: what }: HugeAnswerError, isMutation: boolean, address: Address): Attempt {
  const error = isMutation
    ? createUnansweredError(address, what)
    : createUnreachableError(address, { what, hint: addressHint })
  return { kind: 'fail', error }
}

export function createUnreachableError(
  { host }: Address,
  { what, hint, cause }: Pick<RetryableFailure, 'what' | 'hint' | 'cause'>,
): UnreachableError {
  return new UnreachableError(`GitLab at ${host} ${what}.`, hint, cause)
}

/** @param what came instead of an answer to a mutation: continues the sentence "GitLab at HOST" */
export function createUnansweredError(
  { host }: Address,
  what: string,
  { isOver = false, cause }: { isOver?: boolean; cause?: Error } = {},
): UnansweredError {
  return new UnansweredError(
    what,
    isOver,
    `GitLab at ${host} ${what}. Whether it changed the seats is unknown.`,
    'Run "duo-seats sync": it reads the seats from GitLab.',
    cause,
  )
}
