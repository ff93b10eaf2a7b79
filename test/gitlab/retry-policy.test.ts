import { expect, test } from 'vitest'
import {
  defaultRetryPolicy,
  drawDelayMs,
  formatSeconds,
  limitWorkMs,
  readRetryAfterMs,
  readRetryPolicy,
} from '../../src/gitlab/http/retry-policy.ts'

const now = Date.parse('2026-11-24T12:00:00Z')

test.each([
  ['20', 20_000],
  [' 0 ', 0],
  ['Tue, 24 Nov 2026 12:00:30 GMT', 30_000],
  ['Tue, 24 Nov 2026 11:00:00 GMT', 0],
  [undefined, null],
  ['', null],
  ['soon', null],
  ['-5', null],
  ['1.5', null],
])('the client reads Retry-After: %s as %s milliseconds', (header, ms) => {
  expect(readRetryAfterMs(header, now)).toBe(ms)
})

test('the back-off doubles its delays up to ten seconds, with jitter', () => {
  const longest = [1, 2, 3, 4, 5, 6, 9].map((failures) =>
    Math.max(...Array.from({ length: 500 }, () => drawDelayMs(failures, defaultRetryPolicy))),
  )
  const limits = [300, 600, 1_200, 2_400, 4_800, 9_600, 10_000]
  for (const [index, limit] of limits.entries()) {
    expect(longest[index]).toBeLessThanOrEqual(limit)
    expect(longest[index]).toBeGreaterThan(limit * 0.9)
  }
  expect(drawDelayMs(6, defaultRetryPolicy)).not.toBe(drawDelayMs(6, defaultRetryPolicy))
})

test.each([
  [{}, 300],
  [{ DUO_SEATS_RETRY_BASE_MS: '' }, 300],
  [{ DUO_SEATS_RETRY_BASE_MS: 'soon' }, 300],
  [{ DUO_SEATS_RETRY_BASE_MS: '5' }, 5],
])('the environment %j sets the base of the back-off to %i ms', (env, baseDelayMs) => {
  expect(readRetryPolicy(env)).toEqual({ ...defaultRetryPolicy, baseDelayMs })
})

test.each([
  [0, 0],
  [5, 1_000],
  [300, 60_000],
  [10_000, 60_000],
])('with a base of %i ms, GitLab must be done with a request after %i ms', (baseDelayMs, ms) => {
  expect(limitWorkMs({ ...defaultRetryPolicy, baseDelayMs })).toBe(ms)
})

test.each([
  [3, '0.1 s'],
  [340, '0.3 s'],
  [2_000, '2 s'],
  [20_000, '20 s'],
  [61_200, '62 s'],
])('formatSeconds formats %i milliseconds as %s', (ms, text) => {
  expect(formatSeconds(ms)).toBe(text)
})
