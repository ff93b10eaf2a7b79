/** So many attempts are made to reach a GitLab that has not answered yet: its address may be wrong. */
export const mostFirstAttempts = 6

/** How long a GitLab that has answered before may be out of reach: a restart takes a minute or two. */
export const mostOutageMs = 180_000

/** How long to wait after the first failure, at most. */
export const usualBaseDelayMs = 300

const mostDelayMs = 10_000

/** How long to wait after so many failures: doubled each time, and drawn, so that several clients do not come back together. */
export function drawDelayMs(failures: number, baseDelayMs: number): number {
  return Math.min(mostDelayMs, baseDelayMs * 2 ** (failures - 1)) * Math.random()
}

/**
 * How long a server asks to wait, in milliseconds.
 *
 * @param header `Retry-After`: seconds, or a date of HTTP
 * @returns null where it does not tell
 */
export function readRetryAfterMs(header: string | null, now: number): number | null {
  const text = header?.trim() ?? ''
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000
  const date = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(date) ? null : Math.max(0, date - now)
}

/** A span of time for people: `0.3 s`, `20 s`. */
export function formatSeconds(ms: number): string {
  const seconds = ms / 1000
  return `${seconds < 10 ? Math.max(0.1, seconds).toFixed(1).replace(/\.0$/, '') : Math.ceil(seconds)} s`
}

/** How often something failed, as people say it. */
export function formatFailures(failures: number): string {
  return failures === 1 ? 'once' : `${failures} times in a row`
}
