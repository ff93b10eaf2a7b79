import { setTimeout as delay } from 'node:timers/promises'
import { UserError } from '../../errors.ts'
import type { Address } from './address.ts'
import {
  type Attempt,
  createUnansweredError,
  createUnreachableError,
  judgeFailure,
  judgeResponse,
  laterHint,
  type RetryableFailure,
} from './attempt.ts'
import { describeCauses } from './connection-failure.ts'
import { createHttpClient } from './http-client.ts'
import { findProxy, type NetworkEnvironment } from './proxy.ts'
import { createQuote } from './quote.ts'
import {
  drawDelayMs,
  formatFailures,
  formatSeconds,
  limitWorkMs,
  type RetryEnvironment,
  type RetryPolicy,
  readRetryPolicy,
} from './retry-policy.ts'
import { type Connection, type GitLabRequest, type HttpAnswer, sendOnce } from './send-once.ts'
import { throttle } from './throttle.ts'
import { limitTime, TimeLimitError } from './time-limit.ts'

export type { Fault, GitLabRequest, HttpAnswer } from './send-once.ts'

export interface TransportOptions {
  url: string
  token: string
  signal: AbortSignal
  /** No request is sent after it. By performance.now(), which no change of the clock moves. */
  deadlineAt: number
  env: NetworkEnvironment & RetryEnvironment
  /** In place of single values of the default. */
  retryPolicy?: Partial<RetryPolicy>
  /** Gets one line per request. */
  onDebug: (line: string) => void
  /** Gets the reason and the delay of a retry, or of a doubt; for the same reason at most once a minute. */
  onRetry: (text: string) => void
  /** Gets a sentence about an answer that only a newer version can read as a whole. */
  onWarning: (text: string) => void
}

export class Transport {
  readonly address: Address
  readonly #options: TransportOptions
  readonly #policy: RetryPolicy
  readonly #connection: Connection
  readonly #announceRetry: (reason: string, text: string) => void
  readonly #openedAt = performance.now()
  /** Whether this GitLab, or a gateway in front of it, has ever answered. */
  #hasAnswered = false

  /** @throws UserError if the proxy variable holds no address */
  constructor(options: TransportOptions) {
    const { url, token, env } = options
    const proxy = findProxy(url, env)
    const viaProxy = proxy === null ? '' : ` through the proxy ${proxy.url}`
    this.address = { url, host: new URL(url).host, quote: createQuote(token) }
    this.#options = options
    this.#policy = { ...readRetryPolicy(env), ...options.retryPolicy }
    const caFile = env.NODE_EXTRA_CA_CERTS
    this.#connection = { send: createHttpClient(proxy), token, address: this.address, viaProxy, caFile }
    this.#announceRetry = throttle(options.onRetry)
  }

  /**
   * Sends a request and retries it until the deadline. A mutation is sent again only if it was certainly not carried out.
   *
   * @param signal replaces the signal of the options
   * @returns an answer without a fault and with a status below 500, other than 401, 403 and 429
   * @throws DeniedError, UnreachableError, UnansweredError (mutations only), UserError; the signal's reason
   */
  async send(request: GitLabRequest, signal: AbortSignal = this.#options.signal): Promise<HttpAnswer> {
    const startedAt = performance.now()
    let faults = 0
    for (let failures = 1; ; failures += 1) {
      signal.throwIfAborted()
      await request.onSend?.()
      const attempt = await this.#attempt(request, signal)
      if (attempt.kind === 'answer') return attempt.answer
      if (attempt.kind === 'fail') throw attempt.error
      const { failure } = attempt
      if (failure.kind === 'fault') faults += 1
      const elapsedMs = performance.now() - startedAt
      if (!this.#isWorthRetrying(failure, request, { failures, faults, elapsedMs }))
        throw this.#giveUp(failure, describeRepetition(failure, failures))
      await this.#waitBeforeRetry(failure, failures, signal)
    }
  }

  /**
   * @param what GitLab's last failure: continues the sentence "GitLab at HOST"
   * @throws UnreachableError without the time to wait
   */
  async waitAfterFailures(failures: number, what: string): Promise<void> {
    const ms = drawDelayMs(failures, this.#policy)
    if (performance.now() + ms > this.#options.deadlineAt)
      throw this.#giveUp({ what, hint: laterHint }, '; there is no time left to try again')
    await delay(ms, undefined, { signal: this.#options.signal })
  }

  /** After so many milliseconds GitLab must be done with a request. */
  get mostWorkMs(): number {
    return limitWorkMs(this.#policy)
  }

  warn(text: string): void {
    this.#options.onWarning(this.address.quote(text))
  }

  /** Prints a failure that is not thrown. @param what continues the sentence "GitLab at HOST" */
  announce(what: string, consequence: string): void {
    this.#announceRetry(what, `GitLab at ${this.address.host} ${what}. ${consequence}`)
  }

  async #attempt(request: GitLabRequest, signal: AbortSignal): Promise<Attempt> {
    const leftMs = this.#options.deadlineAt - performance.now()
    if (leftMs <= 0)
      return { kind: 'fail', error: this.#giveUp({ what: this.#describeEnd(), hint: laterHint }, '') }
    const log = this.#startLog(request)
    const onAnswer = (status: number, id: string | null) => {
      this.#hasAnswered = true
      log(`answered ${status}${id === null ? '' : ` (request ${this.address.quote(id)})`}`)
    }
    try {
      const timeLimitMs = Math.min(this.#policy.requestTimeoutMs, leftMs)
      const response = await limitTime(timeLimitMs, signal, (limited) =>
        sendOnce(request, this.#connection, onAnswer, limited),
      )
      return judgeResponse(response, request, this.address)
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof UserError) return { kind: 'fail', error }
      log(`failed (${this.address.quote(describeCauses(error))})`)
      return error instanceof TimeLimitError && leftMs < this.#policy.requestTimeoutMs
        ? this.#endInTime(request)
        : judgeFailure(error, request, this.#connection)
    }
  }

  /** The deadline came before the timeout of the request. */
  #endInTime({ isMutation }: GitLabRequest): Attempt {
    const what = this.#describeEnd()
    const error = isMutation
      ? createUnansweredError(this.address, what)
      : this.#giveUp({ what, hint: laterHint }, '')
    return { kind: 'fail', error }
  }

  #describeEnd(): string {
    const waited = formatSeconds(performance.now() - this.#openedAt)
    return `has not finished after ${waited}, when --timeout was used up`
  }

  /** Without the parameters of the path, which may contain an address. */
  #startLog({ name, path, body }: GitLabRequest): (end: string) => void {
    const startedAt = performance.now()
    const asked = `${body === null ? 'GET' : 'POST'} ${path.split('?', 1)[0]} ${name}`
    return (end) =>
      this.#options.onDebug(`GitLab: ${asked} ${end} after ${Math.round(performance.now() - startedAt)} ms`)
  }

  #isWorthRetrying(
    { kind }: RetryableFailure,
    { mostAttempts = Number.POSITIVE_INFINITY, mostFaults = this.#policy.mostFaults }: GitLabRequest,
    { failures, faults, elapsedMs }: { failures: number; faults: number; elapsedMs: number },
  ): boolean {
    const { mostFirstAttempts, mostOutageMs } = this.#policy
    if (failures >= mostAttempts) return false
    if (kind === 'busy') return true
    if (kind === 'fault') return faults < mostFaults
    return this.#hasAnswered ? elapsedMs < mostOutageMs : failures < mostFirstAttempts
  }

  async #waitBeforeRetry(failure: RetryableFailure, failures: number, signal: AbortSignal): Promise<void> {
    const { what, retryAfterMs } = failure
    const drawnMs = drawDelayMs(failures, this.#policy)
    // Jitter, so that clients with the same Retry-After do not return together.
    const ms = retryAfterMs === null ? drawnMs : retryAfterMs + drawnMs / 10
    const asked =
      retryAfterMs === null ? `, ${formatFailures(failures)}` : ` and to wait ${formatSeconds(retryAfterMs)}`
    if (performance.now() + ms > this.#options.deadlineAt)
      throw this.#giveUp(failure, `${asked}; there is no time left to try again`)
    this.#announceRetry(
      what,
      retryAfterMs === null
        ? `GitLab at ${this.address.host} ${what}; trying again in ${formatSeconds(ms)}.`
        : `GitLab asks to wait ${formatSeconds(retryAfterMs)}.`,
    )
    await delay(ms, undefined, { signal }).catch(() => signal.throwIfAborted())
  }

  #giveUp(failure: Pick<RetryableFailure, 'what' | 'hint' | 'cause'>, addition: string): UserError {
    return createUnreachableError(this.address, { ...failure, what: `${failure.what}${addition}` })
  }
}

/** A single fault needs no count: the request is not worth a retry. */
function describeRepetition({ kind }: RetryableFailure, failures: number): string {
  return kind === 'fault' && failures === 1 ? '' : `, ${formatFailures(failures)}`
}
