import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findIneligibility } from '../../src/domain/ineligibility.ts'
import type { Decision, PlanOptions } from '../../src/domain/run-plan.ts'
import {
  anyList,
  anyOptions,
  anyPending,
  changeUsers,
  count,
  countEach,
  countFailed,
  decideAll,
  give,
  makeCandidate,
  makeHolder,
  type Resolution,
  unknown,
} from './sample-plan.ts'

/** Requests a seat for each user. */
function giveAll(resolutions: readonly Resolution[], options: Partial<PlanOptions> = {}) {
  return decideAll(resolutions.map(give), options)
}

describe('a plan that gives seats', () => {
  test('a plan gives the free seats in list order and decides every row after the last free seat', () => {
    const { outcomes, totals } = giveAll([
      makeCandidate(1),
      makeCandidate(2),
      makeCandidate(3),
      makeHolder(4),
      makeCandidate(5, { state: 'blocked' }),
      unknown,
      makeCandidate(3),
    ])
    expect(outcomes).toEqual([
      'assigned',
      'assigned',
      'no_seats_available',
      'already_assigned',
      'invalid_user_membership',
      'user_not_found',
      'duplicate',
    ])
    expect(totals).toEqual({
      rows: 7,
      outcomes: {
        assigned: 2,
        already_assigned: 1,
        duplicate: 1,
        user_not_found: 1,
        invalid_user_membership: 1,
        no_seats_available: 1,
      },
      failed: 4,
      needed: 3,
      removals: 0,
      freeBefore: 2,
      freeAfter: 0,
      given: 2,
      taken: 0,
      short: 1,
    })
  })

  test('a duplicate has the number of the decision that it repeats', () => {
    const { decisions } = giveAll([unknown, makeCandidate(7), makeCandidate(8), makeCandidate(7)])
    expect(decisions[3]).toEqual({
      outcome: 'duplicate',
      change: 'none',
      userId: 7,
      reason: null,
      detail: null,
      duplicateOf: 2,
    } satisfies Decision)
  })

  test('a user who is not eligible gets the reason even when no seat is free', () => {
    expect(giveAll([makeCandidate(1, { type: 'project_bot' })], { free: 0 }).decisions).toEqual([
      {
        outcome: 'invalid_user_membership',
        change: 'none',
        userId: 1,
        reason: 'project_bot',
        detail: null,
        duplicateOf: null,
      },
    ])
  })

  test('membership decides on GitLab.com only', () => {
    const stranger = makeCandidate(1, { member: false })
    expect(giveAll([stranger], { offering: 'gitlab.com' }).outcomes).toEqual(['invalid_user_membership'])
    expect(giveAll([stranger], { offering: 'self-managed' }).outcomes).toEqual(['assigned'])
  })

  test('a plan gives no seat when more seats are held than were bought', () => {
    const { outcomes, totals } = giveAll([makeCandidate(1)], { free: -3 })
    expect(outcomes).toEqual(['no_seats_available'])
    expect(totals).toMatchObject({ needed: 1, freeBefore: -3, freeAfter: -3, short: 1 })
  })

  test('a seat that is pending from an earlier run stays pending and costs no second seat', () => {
    const { decisions, totals } = giveAll([
      makeHolder(1, { isPending: true }),
      makeHolder(2, { isPending: true, state: 'blocked' }),
      makeCandidate(3),
      makeHolder(1, { isPending: true }),
      makeCandidate(4),
      makeCandidate(5),
    ])
    expect(decisions.map(({ outcome, change }) => [outcome, change])).toEqual([
      ['pending', 'none'],
      ['pending', 'none'],
      ['assigned', 'give'],
      ['duplicate', 'none'],
      ['assigned', 'give'],
      ['no_seats_available', 'none'],
    ])
    expect(totals).toEqual({
      rows: 6,
      outcomes: { assigned: 2, pending: 2, duplicate: 1, no_seats_available: 1 },
      failed: 4,
      needed: 3,
      removals: 0,
      freeBefore: 2,
      freeAfter: 0,
      given: 2,
      taken: 0,
      short: 1,
    })
  })
})

describe('any plan that gives seats', () => {
  test('any plan makes one decision for each request, and its totals match the decisions', () => {
    fc.assert(
      fc.property(anyList, anyOptions, (list, options) => {
        const { plan, decisions, outcomes, totals } = giveAll(list, options)
        const { rows, needed, freeBefore, freeAfter, short } = totals
        const wanting = count(outcomes, 'assigned') + count(outcomes, 'no_seats_available')
        expect(outcomes).toHaveLength(list.length)
        expect(rows).toBe(list.length)
        expect(totals.outcomes).toEqual(countEach(outcomes))
        expect(totals.failed).toBe(countFailed(decisions))
        expect(needed).toBe(wanting)
        expect(freeBefore).toBe(options.free)
        expect(freeAfter).toBe(options.free - count(outcomes, 'assigned'))
        expect(short).toBe(count(outcomes, 'no_seats_available'))
        expect(plan.short).toBe(short)
      }),
    )
  })

  test('any plan gives at most the free seats', () => {
    fc.assert(
      fc.property(anyList, anyOptions, (list, options) => {
        const given = count(giveAll(list, options).outcomes, 'assigned')
        expect(given).toBeLessThanOrEqual(Math.max(0, options.free))
      }),
    )
  })

  test('any plan gives no seat after an eligible user went without one', () => {
    fc.assert(
      fc.property(anyList, anyOptions, (list, options) => {
        const { outcomes } = giveAll(list, options)
        const firstWithout = outcomes.indexOf('no_seats_available')
        if (firstWithout !== -1) expect(outcomes.slice(firstWithout)).not.toContain('assigned')
      }),
    )
  })

  test('any plan gives seats to eligible users only, one to each', () => {
    fc.assert(
      fc.property(anyList, anyOptions, (list, options) => {
        const given = giveAll(list, options).decisions.flatMap((decision, index) => {
          const resolution = list[index]
          return decision.outcome === 'assigned' && resolution !== undefined && 'user' in resolution
            ? [resolution.user]
            : []
        })
        expect(new Set(given.map(({ userId }) => userId)).size).toBe(given.length)
        for (const user of given) expect(findIneligibility(user, options.offering)).toBeNull()
      }),
    )
  })

  test('any plan decides about pending seats as about confirmed ones, and reports them as pending', () => {
    fc.assert(
      fc.property(anyList, anyOptions, anyPending, (list, options, waiting) => {
        const confirmed = giveAll(list, options)
        const isPending = (userId: number | null) => userId !== null && waiting.has(userId)
        const wishes = changeUsers(list.map(give), ({ userId }) => ({ isPending: isPending(userId) }))
        const { decisions, totals } = decideAll(wishes, options)
        const expected = confirmed.decisions.map((decision): Decision => {
          const { outcome, userId } = decision
          return outcome === 'already_assigned' && isPending(userId)
            ? { ...decision, outcome: 'pending' }
            : decision
        })
        expect(decisions).toEqual(expected)
        expect(totals).toEqual({
          ...confirmed.totals,
          outcomes: countEach(decisions.map(({ outcome }) => outcome)),
          failed: countFailed(decisions),
        })
      }),
    )
  })

  test('any plan that is decided again after it was carried out changes nothing', () => {
    fc.assert(
      fc.property(anyList, anyOptions, (list, options) => {
        const { decisions, outcomes, totals } = giveAll(list, options)
        const holders = new Set(
          decisions.flatMap(({ outcome, userId }) => (outcome === 'assigned' ? [userId] : [])),
        )
        const afterwards = list.map((resolution) =>
          'user' in resolution && holders.has(resolution.user.userId)
            ? makeCandidate(resolution.user.userId, { ...resolution.user, holdsSeat: true })
            : resolution,
        )
        const again = giveAll(afterwards, { ...options, free: totals.freeAfter })
        const expected = outcomes.map((outcome) => (outcome === 'assigned' ? 'already_assigned' : outcome))
        expect(again.outcomes).toEqual(expected)
        expect(again.totals.freeAfter).toBe(totals.freeAfter)
      }),
    )
  })
})
