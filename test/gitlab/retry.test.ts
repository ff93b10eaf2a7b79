import { describe, expect, test } from 'vitest'
import { drawDelayMs, formatSeconds, readRetryAfterMs } from '../../src/gitlab/http/retry.ts'

const now = Date.parse('2026-11-24T12:00:00Z')

describe('Retry-After', () => {
  test.each([
    ['20', 20_000],
    [' 0 ', 0],
    ['Tue, 24 Nov 2026 12:00:30 GMT', 30_000],
    ['Tue, 24 Nov 2026 11:00:00 GMT', 0],
    [null, null],
    ['', null],
    ['soon', null],
    ['-5', null],
    ['1.5', null],
  ])('%s means %s milliseconds', (header, ms) => {
    expect(readRetryAfterMs(header, now)).toBe(ms)
  })
})

test('waits grow twofold up to ten seconds, and each is drawn', () => {
  const longest = [1, 2, 3, 4, 5, 6, 9].map((failures) =>
    Math.max(...Array.from({ length: 500 }, () => drawDelayMs(failures, 300))),
  )
  const limits = [300, 600, 1_200, 2_400, 4_800, 9_600, 10_000]
  for (const [index, limit] of limits.entries()) {
    expect(longest[index]).toBeLessThanOrEqual(limit)
    expect(longest[index]).toBeGreaterThan(limit * 0.9)
  }
  expect(drawDelayMs(6, 300)).not.toBe(drawDelayMs(6, 300))
})

test.each([
  [3, '0.1 s'],
  [340, '0.3 s'],
  [2_000, '2 s'],
  [20_000, '20 s'],
  [61_200, '62 s'],
])('%s milliseconds are told as %s', (ms, text) => {
  expect(formatSeconds(ms)).toBe(text)
})
