import { setTimeout as delay } from 'node:timers/promises'
import { UserError } from '../../errors.ts'
import { UnansweredError, UnreachableError } from '../gitlab-error.ts'
import { describeCauses, judgeFailure } from './connection-failure.ts'
import { type Exchange, exchange, type GitLabRequest, type HttpAnswer, type Way } from './exchange.ts'
import { type HttpClient, openHttpClient } from './http-client.ts'
import { findProxy, type ProxyEnvironment } from './proxy.ts'
import { createQuote } from './quote.ts'
import { explainStatus, type Site } from './refused-status.ts'
import {
  drawDelayMs,
  formatFailures,
  formatSeconds,
  mostFirstAttempts,
  mostOutageMs,
  readRetryAfterMs,
  usualBaseDelayMs,
} from './retry.ts'
import { tellRarely } from './tell-rarely.ts'
import { limitTime } from './time-limit.ts'

export type { GitLabRequest, HttpAnswer } from './exchange.ts'

export interface TransportOptions {
  /** Origin and relative root. */
  url: string
  /** Goes to this origin only, and into no message. */
  token: string
  signal: AbortSignal
  /** Milliseconds since 1970 after which nothing is tried again. */
  deadlineAt: number
  env: ProxyEnvironment
  /** Gets a line for each request. */
  onDebug: (line: string) => void
  /** Is told why a request is repeated, and when; of the same trouble once a minute. */
  onRetry: (text: string) => void
  /** How long one request may take; 30 s by default, which is GitLab's own limit. */
  requestTimeoutMs?: number
  /** The longest wait before the first repetition, doubled for each one after it; 300 by default. */
  baseDelayMs?: number
  /** How long a GitLab that has answered before may be out of reach; 3 minutes by default. */
  outageMs?: number
}

/** Why there is no answer, which the next attempt may bring. */
interface Trouble {
  /** Goes on after "GitLab at host". */
  what: string
  hint: string
  /** What the server asks for, in milliseconds; null: nothing. */
  waitMs: number | null
  /** Nobody answered, not even that GitLab is busy. */
  isOutOfReach: boolean
  cause?: Error
}

/**
 * What a gateway says when GitLab is busy or restarting: nobody knows how far the request came. 520 to 524 are those of
 * Cloudflare, which stands before GitLab.com.
 */
const gatewayStatuses = [502, 503, 504, 520, 521, 522, 523, 524]

const laterHint = 'Try again later; --timeout says how long to keep trying.'

/** Requests to one GitLab, with everything that HTTP needs around them: token, proxy, time limits, repetitions. */
export class Transport {
  readonly site: Site
  readonly #options: TransportOptions
  readonly #way: Way
  /** ` through the proxy …`, or nothing. */
  readonly #detour: string
  /** Whether this GitLab, or what stands before it, has ever answered. */
  #isMet = false
  readonly #tellTrouble: (what: string, text: string) => void

  private constructor(options: TransportOptions, send: HttpClient, detour: string) {
    const { url, token } = options
    this.#options = options
    this.#detour = detour
    this.#tellTrouble = tellRarely(options.onRetry)
    this.site = { url, host: new URL(url).host, quote: createQuote(token) }
    this.#way = { send, token, site: this.site }
  }

  /** @throws UserError where the proxy variable holds no address */
  static async open(options: TransportOptions): Promise<Transport> {
    const proxy = findProxy(options.url, options.env)
    const detour = proxy === null ? '' : ` through the proxy ${proxy.url}`
    return new Transport(options, await openHttpClient(proxy), detour)
  }

  /**
   * Sends a request until there is an answer, as long as there is time. Queries are repeated after every failure that may pass;
   * mutations only when the failed one was certainly not carried out.
   *
   * @param signal ends it, in place of the one that ends everything
   * @returns the answer, with a status below 500 that is none of 401, 403, 404 and 429
   * @throws DeniedError, UnreachableError, UnansweredError (mutations only), UserError; the signal's reason
   */
  async send(request: GitLabRequest, signal: AbortSignal = this.#options.signal): Promise<HttpAnswer> {
    const startedAt = Date.now()
    for (let failures = 1; ; failures += 1) {
      signal.throwIfAborted()
      this.#requireTime()
      const end = await this.#attempt(request, signal)
      if (!('what' in end)) return end
      if (!this.#isWorthRetrying(end, request, failures, Date.now() - startedAt))
        throw this.#giveUp(end, `, ${formatFailures(failures)}`)
      await this.#waitBeforeRetry(end, failures, signal)
    }
  }

  async #attempt(request: GitLabRequest, signal: AbortSignal): Promise<HttpAnswer | Trouble> {
    const { requestTimeoutMs = 30_000, deadlineAt, onDebug } = this.#options
    const timeLimitMs = Math.min(requestTimeoutMs, Math.max(1, deadlineAt - Date.now()))
    const startedAt = performance.now()
    const log = (end: string) =>
      onDebug(`GitLab: ${request.name} ${end} after ${Math.round(performance.now() - startedAt)} ms`)
    const onAnswer = (status: number, id: string | null) => {
      this.#isMet = true
      log(`answered ${status}${id === null ? '' : ` (request ${this.site.quote(id)})`}`)
    }
    const send = (limited: AbortSignal) => exchange(request, this.#way, onAnswer, limited)
    try {
      return this.#judgeAnswer(await limitTime(timeLimitMs, signal, send), request)
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof UserError) throw error
      log(`failed (${this.site.quote(describeCauses(error))})`)
      return this.#judgeFailure(error, request)
    }
  }

  #judgeAnswer({ status, body, retryAfter }: Exchange, { isMutation }: GitLabRequest): HttpAnswer | Trouble {
    const what = `answered with ${status}`
    const waitMs = readRetryAfterMs(retryAfter, Date.now())
    const busy = { hint: laterHint, waitMs, isOutOfReach: false }
    if (status === 429) return { what: 'asks to slow down (429)', ...busy }
    if (status >= 500 && isMutation) throw refuseMutationAnswer(this.site, what)
    if (gatewayStatuses.includes(status)) return { what, ...busy }
    if (status >= 500) throw this.#giveUp({ what, hint: laterHint })
    const refusal = explainStatus(status, body, this.site)
    if (refusal !== null) throw refusal
    return { status, body }
  }

  #judgeFailure(error: unknown, { isMutation }: GitLabRequest): Trouble {
    const { kind, why, hint } = judgeFailure(error)
    // Not the error itself: what hangs on it could hold the token.
    const cause = new Error(this.site.quote(describeCauses(error)))
    if (isMutation && kind === 'broken')
      throw refuseMutationAnswer(this.site, `did not answer (${this.site.quote(why)})`, cause)
    const what = `cannot be reached${this.#detour}: ${this.site.quote(why)}`
    if (kind === 'hopeless') throw this.#giveUp({ what, hint, cause })
    return { what, hint, waitMs: null, isOutOfReach: true, cause }
  }

  /** Whoever never answered is not waited for as long as somebody who did. */
  #isWorthRetrying(
    { isOutOfReach }: Trouble,
    { mostAttempts = Number.POSITIVE_INFINITY }: GitLabRequest,
    failures: number,
    elapsedMs: number,
  ): boolean {
    const { outageMs = mostOutageMs } = this.#options
    if (failures >= mostAttempts) return false
    if (isOutOfReach && !this.#isMet) return failures < mostFirstAttempts
    return !isOutOfReach || elapsedMs < outageMs
  }

  async #waitBeforeRetry(trouble: Trouble, failures: number, signal: AbortSignal): Promise<void> {
    const { waitMs } = trouble
    const drawnMs = drawDelayMs(failures, this.#options.baseDelayMs ?? usualBaseDelayMs)
    // Somewhat later than asked for: whoever was told the same must not come all at once.
    const ms = waitMs === null ? drawnMs : waitMs + drawnMs / 10
    const asked = waitMs === null ? `, ${formatFailures(failures)}` : ` and to wait ${formatSeconds(waitMs)}`
    if (Date.now() + ms > this.#options.deadlineAt)
      throw this.#giveUp(trouble, `${asked}; there is no time left to try again`)
    this.#tellTrouble(
      trouble.what,
      waitMs === null
        ? `GitLab at ${this.site.host} ${trouble.what}; trying again in ${formatSeconds(ms)}.`
        : `GitLab asks to wait ${formatSeconds(waitMs)}.`,
    )
    await delay(ms, undefined, { signal }).catch(() => signal.throwIfAborted())
  }

  #requireTime(): void {
    if (Date.now() < this.#options.deadlineAt) return
    throw this.#giveUp({ what: 'is asked nothing more: the time for it is over', hint: laterHint })
  }

  #giveUp({ what, hint, cause }: Pick<Trouble, 'what' | 'hint' | 'cause'>, addition = ''): UnreachableError {
    return new UnreachableError('unreachable', `GitLab at ${this.site.host} ${what}${addition}.`, hint, cause)
  }
}

/** For a mutation that may have been carried out. */
export function refuseMutationAnswer({ host }: Site, what: string, cause?: Error): UnansweredError {
  return new UnansweredError(
    what,
    'unreachable',
    `GitLab at ${host} ${what}: whether it changed the seats is unknown.`,
    'Run "duo-seats sync": it reads from GitLab what became of them.',
    cause,
  )
}
