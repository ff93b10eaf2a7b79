import { describe, expect, test } from 'vitest'
import { judgeSurplus } from '../../src/domain/judge-surplus.ts'
import type { ListedUser } from '../../src/domain/seat-list.ts'
import { describeLikelyRemovals } from '../../src/domain/surplus.ts'

const facts = {
  addOn: 'duo-pro',
  quantity: 1,
  asOf: '2026-03-02T08:00:00.000Z',
  today: '2026-03-02',
} as const

let lastId = 0

function makeHolder(username: string, given: Partial<ListedUser> = {}): ListedUser {
  lastId += 1
  return {
    userId: lastId,
    username,
    name: username,
    email: null,
    state: 'active',
    holdsSeat: true,
    isPending: false,
    reason: null,
    assignedAt: '2025-10-05T09:00:00.000Z',
    seenAt: null,
    lastActivityOn: null,
    lastDuoActivityOn: null,
    ...given,
  }
}

function judge(holders: ListedUser[]) {
  return judgeSurplus(holders, { ...facts, held: holders.length })
}

function listNames(holders: ListedUser[]): string[] {
  return judge(holders).likelyRemovals.map(({ username }) => username)
}

const unused = (username: string, day: string) => makeHolder(username, { assignedAt: `${day}T09:00:00.000Z` })
const used = (username: string, lastDuoActivityOn: string) => makeHolder(username, { lastDuoActivityOn })

describe('the likely removals of a surplus', () => {
  test('holders without recorded use come first, latest assigned first, then the oldest use', () => {
    const holders = [
      used('used-late', '2026-02-20'),
      unused('assigned-early', '2026-01-01'),
      used('used-early', '2025-11-02'),
      unused('assigned-late', '2026-02-01'),
      used('kept', '2026-03-01'),
    ]
    expect(listNames(holders)).toEqual(['assigned-late', 'assigned-early', 'used-early', 'used-late'])
  })

  test('holders who are not eligible come before all others', () => {
    const blocked = makeHolder('blocked', { reason: 'blocked', lastDuoActivityOn: '2026-03-01' })
    expect(listNames([unused('unused', '2026-02-01'), blocked])).toEqual(['blocked'])
  })

  test('a seat of unknown assignment counts from the first sync that found it', () => {
    const seen = (username: string, seenAt: string | null) =>
      makeHolder(username, { assignedAt: null, seenAt })
    const holders = [
      seen('unknown', null),
      seen('old', '2026-01-01T00:00:00.000Z'),
      seen('new', '2026-02-01T00:00:00.000Z'),
    ]
    expect(listNames(holders)).toEqual(['new', 'old'])
  })

  test('the sentence says likely, and has the reading and the fact about each holder', () => {
    const blocked = makeHolder('ada', { reason: 'blocked_pending_approval' })
    const surplus = judge([
      used('bob', '2026-01-30'),
      blocked,
      unused('eve', '2026-01-01'),
      used('x', '2026-03-01'),
    ])
    expect(describeLikelyRemovals(surplus)).toBe(
      'GitLab will likely remove 3 seats at its next refresh, in this order, as of 2026-03-02 08:00 UTC: ' +
        '@ada (blocked pending approval), @eve (no recorded use), @bob (last use 2026-01-30).',
    )
  })
})

describe('the command that chooses instead', () => {
  test.each<[string, ListedUser[], string]>([
    [
      'seats are idle for 60 days',
      [used('a', '2025-12-01'), used('b', '2026-03-01')],
      '--inactive-for 60d --include-never-active --to-free 0',
    ],
    [
      'seats are idle for 14 days',
      [used('a', '2026-02-10'), used('b', '2026-03-01')],
      '--inactive-for 14d --include-never-active --to-free 0',
    ],
    [
      'the age of seats is unknown',
      [makeHolder('a', { assignedAt: null }), used('b', '2026-03-02')],
      '--inactive-for 1d --include-never-active --seat-age-unknown take --to-free 0',
    ],
    [
      'the surplus is above the cap of removals',
      ['a', 'b', 'c'].map((name) => used(name, '2025-12-01')),
      '--inactive-for 60d --include-never-active --to-free 0 --max-removals 2',
    ],
  ])('the command that chooses instead frees enough seats where %s', (_, holders, options) => {
    expect(judge(holders).reclaim).toBe(`duo-seats reclaim --add-on duo-pro ${options}`)
  })
})
