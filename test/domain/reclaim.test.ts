import { describe, expect, test } from 'vitest'
import {
  compareReclaimable,
  isReclaimable,
  judgeReclaim,
  type ReclaimableSeat,
} from '../../src/domain/reclaim.ts'
import type { ListedUser } from '../../src/domain/seat-list.ts'

const rules = { limit: '2026-01-01', includeNeverActive: false, takesUnknownAge: false }

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

function judge(facts: Partial<ListedUser>, includeNeverActive = false, takesUnknownAge = false) {
  return judgeReclaim(makeHolder(facts), { ...rules, includeNeverActive, takesUnknownAge })
}

describe('judgeReclaim', () => {
  test('a seat is idle from the day on which its last use is old enough', () => {
    expect(judge({ lastDuoActivityOn: '2026-01-01' })).toBe('idle')
    expect(judge({ lastDuoActivityOn: '2026-01-02' })).toBe('not_idle')
  })

  test('a seat that was assigned more recently is not idle', () => {
    const lastDuoActivityOn = '2025-01-01'
    expect(judge({ lastDuoActivityOn, assignedAt: '2026-01-02T00:00:00.000Z' })).toBe('not_idle')
    expect(judge({ lastDuoActivityOn, assignedAt: '2026-01-01T23:59:59.000Z' })).toBe('idle')
    expect(judge({ assignedAt: '2026-01-02T00:00:00.000Z' }, true)).toBe('not_idle')
  })

  test('a seat without recorded use is idle only with includeNeverActive and when it is old enough', () => {
    expect(judge({})).toBe('unknown_activity')
    expect(judge({}, true)).toBe('idle')
  })

  test('a seat without an assignment day is idle by its last use, or once the syncs have shown it for long enough', () => {
    const lastDuoActivityOn = '2025-10-01'
    const seen = { assignedAt: null, seenAt: '2026-01-01T08:00:00.000Z' }
    expect(judge({ lastDuoActivityOn, ...seen })).toBe('idle')
    expect(judge(seen, true)).toBe('idle')
    const seenLate = { ...seen, seenAt: '2026-01-02T08:00:00.000Z' }
    expect(judge({ lastDuoActivityOn, ...seenLate })).toBe('idle')
    expect(judge(seenLate, true)).toBe('unknown_age')
    expect(judge(seenLate, true, true)).toBe('idle')
    expect(judge(seenLate, false, true)).toBe('unknown_activity')
    expect(judge({ ...seen, seenAt: null }, true)).toBe('unknown_age')
  })

  test('an ineligible holder may lose even a new seat in use, and a user who is gone is left out', () => {
    const used = { lastDuoActivityOn: '2026-03-02', assignedAt: '2026-03-02T00:00:00.000Z' }
    expect(judge({ ...used, reason: 'blocked' })).toBe('not_eligible')
    expect(judge({ ...used, reason: 'gone' })).toBe('gone')
  })

  test('a seat is reclaimable only when it is idle or its holder is not eligible', () => {
    const verdicts = ['idle', 'not_eligible', 'not_idle', 'unknown_activity', 'unknown_age', 'gone'] as const
    expect(verdicts.filter(isReclaimable)).toEqual(['idle', 'not_eligible'])
  })
})

test('reclaimable seats are sorted by ineligible holders first, then by the longest time without use, then by id', () => {
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
