import { describe, expect, test } from 'vitest'
import type { ListedUser } from '../../src/domain/seat-list.ts'
import { countHolderUsage, leaveOutUnknown } from '../../src/domain/seat-usage.ts'

const today = '2026-03-02'

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
    assignedAt: '2025-01-05T09:00:00.000Z',
    seenAt: null,
    lastActivityOn: null,
    lastDuoActivityOn: null,
    ...facts,
  }
}

const usedOn = (...days: (string | null)[]) =>
  days.map((lastDuoActivityOn) => makeHolder({ lastDuoActivityOn }))

describe('countHolderUsage', () => {
  test('a use counts for the spans that contain its day, and today is the first day of each', () => {
    // 0, 6, 7, 29, 30, 89 and 90 days ago.
    const days = ['03-02', '02-24', '02-23', '02-01', '01-31']
    const holders = usedOn(...days.map((day) => `2026-${day}`), '2025-12-03', '2025-12-02')
    expect(countHolderUsage(holders, today)).toEqual({
      held: 7,
      used: { 7: 2, 30: 4, 90: 6 },
      idle: { 30: 1, 60: 1, 90: 1 },
      withoutRecord: 0,
      notEligible: 0,
      reclaimable: { 30: 3, 60: 2, 90: 1 },
    })
  })

  test('a seat without recorded use is counted apart, and reclaim leaves it alone', () => {
    expect(countHolderUsage(usedOn(null, null, today), today)).toMatchObject({
      held: 3,
      used: { 7: 1, 30: 1, 90: 1 },
      withoutRecord: 2,
      reclaimable: { 30: 0, 60: 0, 90: 0 },
    })
  })

  test('reclaim would remove the seat of a blocked holder, but not that of a holder who is gone', () => {
    const holders = [
      makeHolder({ reason: 'blocked', lastDuoActivityOn: today }),
      makeHolder({ reason: 'gone', lastDuoActivityOn: '2025-06-01' }),
    ]
    expect(countHolderUsage(holders, today)).toEqual({
      held: 2,
      used: { 7: 0, 30: 0, 90: 0 },
      idle: { 30: 0, 60: 0, 90: 0 },
      withoutRecord: 0,
      notEligible: 2,
      reclaimable: { 30: 1, 60: 1, 90: 1 },
    })
  })

  test('a young seat is idle, but reclaim leaves it alone', () => {
    const young = makeHolder({ lastDuoActivityOn: '2025-10-01', assignedAt: '2026-01-15T09:00:00.000Z' })
    expect(countHolderUsage([young], today)).toMatchObject({
      idle: { 30: 0, 60: 0, 90: 1 },
      reclaimable: { 30: 1, 60: 0, 90: 0 },
    })
  })
})

describe('leaveOutUnknown', () => {
  const usage = countHolderUsage(usedOn('2026-02-20', '2026-01-10'), today)

  test('a sync before a span tells nothing about it', () => {
    expect(leaveOutUnknown(usage, today, '2026-02-24')).toEqual(usage)
    expect(leaveOutUnknown(usage, today, '2026-02-23')).toEqual({ ...usage, used: { 7: null, 30: 1, 90: 2 } })
    expect(leaveOutUnknown(usage, today, '2025-12-01')).toMatchObject({
      used: { 7: null, 30: null, 90: null },
      idle: usage.idle,
    })
  })

  test('all use is unknown where GitLab reports no activity', () => {
    expect(leaveOutUnknown(usage, today, null)).toEqual({
      ...usage,
      used: { 7: null, 30: null, 90: null },
      idle: { 30: null, 60: null, 90: null },
    })
  })
})
