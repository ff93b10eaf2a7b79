export interface RetryPolicy {
  /** Time limit of one request; GitLab's own limit for GraphQL is 30 s. */
  requestTimeoutMs: number
  /** Upper limit of the delay after the first failure; each further failure doubles it. */
  baseDelayMs: number
  mostDelayMs: number
  /** Attempts to reach a host that has never answered: the address may be wrong. */
  mostFirstAttempts: number
  /** How long a host that has answered before may be unreachable: a restart takes a minute or two. */
  mostOutageMs: number
  /** Attempts of a request at which GitLab itself fails: it may always fail at that one. */
  mostFaults: number
}

export const defaultRetryPolicy: RetryPolicy = {
  requestTimeoutMs: 30_000,
  baseDelayMs: 300,
  mostDelayMs: 10_000,
  mostFirstAttempts: 6,
  mostOutageMs: 180_000,
  mostFaults: 10,
}

export interface RetryEnvironment {
  /** `baseDelayMs`, for tests only. A small one also shortens {@link limitWorkMs}. */
  DUO_SEATS_RETRY_BASE_MS?: string | undefined
}

export function readRetryPolicy({ DUO_SEATS_RETRY_BASE_MS: base = '' }: RetryEnvironment): RetryPolicy {
  return /^\d{1,9}$/.test(base) ? { ...defaultRetryPolicy, baseDelayMs: Number(base) } : defaultRetryPolicy
}

/** After so many milliseconds GitLab must be done with a request: it ends each of them after 60 s. */
export function limitWorkMs({ baseDelayMs }: RetryPolicy): number {
  return Math.min(60_000, baseDelayMs * 200)
}

/** The delay after a number of failures in a row, in milliseconds: exponential back-off with full jitter. */
export function drawDelayMs(failures: number, { baseDelayMs, mostDelayMs }: RetryPolicy): number {
  return Math.min(mostDelayMs, baseDelayMs * 2 ** (failures - 1)) * Math.random()
}

/** In milliseconds, from `Retry-After`: seconds, or an HTTP date. Null if the header holds neither. */
export function readRetryAfterMs(header: string | undefined, now: number): number | null {
  const text = header?.trim() ?? ''
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000
  const date = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(date) ? null : Math.max(0, date - now)
}

/** A duration for people: `0.3 s`, `20 s`. */
export function formatSeconds(ms: number): string {
  const seconds = ms / 1000
  return `${seconds < 10 ? Math.max(0.1, seconds).toFixed(1).replace(/\.0$/, '') : Math.ceil(seconds)} s`
}

/** For people: `once`, `6 times in a row`. */
export function formatFailures(failures: number): string {
  return failures === 1 ? 'once' : `${failures} times in a row`
}
