import { describe, expect, test } from 'vitest'
import {
  compareReclaimable,
  isReclaimable,
  judgeReclaim,
  type ReclaimableSeat,
} from '../../src/domain/reclaim.ts'
import type { ListedUser } from '../../src/domain/seat-list.ts'

const rules = { today: '2026-03-02', days: 60, includeNeverActive: false }

function makeHolder(facts: Partial<ListedUser>): ListedUser {
  return {
    userId: 1,
    username: 'ada',
    name: 'Ada',
    email: null,
    state: 'active',
    holdsSeat: true,
    isPending: false,
    reason: null,
    assignedAt: '2025-06-01T00:00:00.000Z',
    seenAt: null,
    lastActivityOn: null,
    lastDuoActivityOn: null,
    ...facts,
  }
}

function judge(facts: Partial<ListedUser>, includeNeverActive = false) {
  return judgeReclaim(makeHolder(facts), { ...rules, includeNeverActive })
}

describe('a holder', () => {
  test('is idle from the day on which the last use is so long ago', () => {
    expect(judge({ lastDuoActivityOn: '2026-01-01' })).toBe('idle')
    expect(judge({ lastDuoActivityOn: '2026-01-02' })).toBe('not_idle')
  })

  test('keeps a seat that is younger than the time', () => {
    const lastDuoActivityOn = '2025-01-01'
    expect(judge({ lastDuoActivityOn, assignedAt: '2026-01-02T00:00:00.000Z' })).toBe('not_idle')
    expect(judge({ lastDuoActivityOn, assignedAt: '2026-01-01T23:59:59.000Z' })).toBe('idle')
    expect(judge({ assignedAt: '2026-01-02T00:00:00.000Z' }, true)).toBe('not_idle')
  })

  test('without known use is idle only where that is asked for and the seat is old enough', () => {
    expect(judge({})).toBe('unknown_activity')
    expect(judge({}, true)).toBe('idle')
  })

  test('of a seat that GitLab gives no day for is idle once the syncs have shown it for so long', () => {
    const lastDuoActivityOn = '2025-10-01'
    const seen = { assignedAt: null, seenAt: '2026-01-01T08:00:00.000Z' }
    expect(judge({ lastDuoActivityOn, ...seen })).toBe('idle')
    expect(judge(seen, true)).toBe('idle')
    expect(judge({ lastDuoActivityOn, ...seen, seenAt: '2026-01-02T08:00:00.000Z' })).toBe('unknown_age')
    expect(judge({ ...seen, seenAt: null }, true)).toBe('unknown_age')
  })

  test('who is not eligible loses the seat however young and used, but who is gone has none', () => {
    const used = { lastDuoActivityOn: '2026-03-02', assignedAt: '2026-03-02T00:00:00.000Z' }
    expect(judge({ ...used, reason: 'blocked' })).toBe('not_eligible')
    expect(judge({ ...used, reason: 'gone' })).toBe('gone')
  })

  test('loses the seat when idle or not eligible, and never else', () => {
    const verdicts = ['idle', 'not_eligible', 'not_idle', 'unknown_activity', 'unknown_age', 'gone'] as const
    expect(verdicts.filter(isReclaimable)).toEqual(['idle', 'not_eligible'])
  })
})

test('seats are taken of who is not eligible first, then of who has been idle the longest, then by id', () => {
  const make = (userId: number, unusedSince: string, isEligible = true): ReclaimableSeat => ({
    userId,
    username: `user${userId}`,
    isEligible,
    lastUsedOn: unusedSince,
    unusedSince,
  })
  const seats = [
    make(5, '2025-11-01'),
    make(4, '2025-09-01'),
    make(3, '2025-11-01'),
    make(2, '2026-03-01', false),
    make(1, '2026-02-01', false),
  ]
  expect(seats.sort(compareReclaimable).map(({ userId }) => userId)).toEqual([1, 2, 4, 3, 5])
})
