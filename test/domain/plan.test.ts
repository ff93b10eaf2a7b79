import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Decision, PlanOptions } from '../../src/domain/plan.ts'
import type { Resolution } from '../../src/domain/resolve.ts'
import { findIneligibility } from '../../src/domain/user.ts'
import {
  anyList,
  anyOptions,
  anyPending,
  count,
  countEach,
  countFailed,
  decideAll,
  give,
  makeCandidate,
  nothingPending,
  unknown,
} from './sample-plan.ts'

/** Asks for a seat for each. */
function giveAll(resolutions: readonly Resolution[], options: Partial<PlanOptions> = {}) {
  return decideAll(resolutions.map(give), options)
}

describe('a plan', () => {
  test('gives the free seats in file order and goes on looking at the rows after the last one', () => {
    const { outcomes, totals } = giveAll([
      makeCandidate(1),
      makeCandidate(2),
      makeCandidate(3),
      makeCandidate(4, { holdsSeat: true }),
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
      short: 1,
    })
  })

  test('names the decision that a duplicate repeats', () => {
    const { decisions } = giveAll([unknown, makeCandidate(7), makeCandidate(8), makeCandidate(7)])
    expect(decisions[3]).toEqual({
      outcome: 'duplicate',
      userId: 7,
      reason: null,
      detail: null,
      duplicateOf: 2,
    } satisfies Decision)
  })

  test('tells somebody who can never have a seat so even when all seats are taken', () => {
    expect(giveAll([makeCandidate(1, { type: 'project_bot' })], { free: 0 }).decisions).toEqual([
      {
        outcome: 'invalid_user_membership',
        userId: 1,
        reason: 'project_bot',
        detail: null,
        duplicateOf: null,
      },
    ])
  })

  test('regards membership on GitLab.com and nowhere else', () => {
    const stranger = makeCandidate(1, { member: false })
    expect(giveAll([stranger], { offering: 'gitlab.com' }).outcomes).toEqual(['invalid_user_membership'])
    expect(giveAll([stranger], { offering: 'self-managed' }).outcomes).toEqual(['assigned'])
  })

  test('that is refused gives nobody a seat and tells those who could have had one', () => {
    const { outcomes, totals } = giveAll(
      [makeCandidate(1), makeCandidate(2), makeCandidate(3), makeCandidate(4, { holdsSeat: true })],
      { refusal: 'too_few_seats' },
    )
    expect(outcomes).toEqual(['not_attempted', 'not_attempted', 'no_seats_available', 'already_assigned'])
    expect(totals).toMatchObject({ needed: 3, freeBefore: 2, freeAfter: 2, short: 1 })
  })

  test('gives nothing when more seats are held than were bought', () => {
    const { outcomes, totals } = giveAll([makeCandidate(1)], { free: -3 })
    expect(outcomes).toEqual(['no_seats_available'])
    expect(totals).toMatchObject({ needed: 1, freeBefore: -3, freeAfter: -3, short: 1 })
  })
})

describe('a plan of a linked store', () => {
  test('leaves pending whoever gets a seat and whoever waits for one already, who costs no seat again', () => {
    const { outcomes, totals } = giveAll(
      [
        makeCandidate(1, { holdsSeat: true }),
        makeCandidate(2),
        makeCandidate(3, { holdsSeat: true }),
        makeCandidate(2),
        makeCandidate(4),
        makeCandidate(5),
      ],
      { pending: { ...nothingPending, give: new Set([1]) }, isStaged: true },
    )
    expect(outcomes).toEqual([
      'pending',
      'pending',
      'already_assigned',
      'duplicate',
      'pending',
      'no_seats_available',
    ])
    expect(totals).toEqual({
      rows: 6,
      outcomes: { pending: 3, already_assigned: 1, duplicate: 1, no_seats_available: 1 },
      failed: 5,
      needed: 3,
      removals: 0,
      freeBefore: 2,
      freeAfter: 0,
      short: 1,
    })
  })

  test('that is refused leaves pending only whoever waits already', () => {
    const { outcomes, totals } = giveAll(
      [makeCandidate(1, { holdsSeat: true, state: 'blocked' }), makeCandidate(2)],
      { refusal: 'too_few_seats', pending: { ...nothingPending, give: new Set([1]) }, isStaged: true },
    )
    expect(outcomes).toEqual(['pending', 'not_attempted'])
    expect(totals).toMatchObject({ needed: 1, freeBefore: 2, freeAfter: 2, short: 0 })
  })
})

describe('any plan', () => {
  test('has one decision for each request, and numbers that agree with them', () => {
    fc.assert(
      fc.property(anyList, anyOptions, (list, options) => {
        const { decisions, outcomes, totals } = giveAll(list, options)
        const { rows, needed, freeBefore, freeAfter, short } = totals
        const wanting =
          count(outcomes, 'assigned') +
          count(outcomes, 'no_seats_available') +
          count(outcomes, 'not_attempted')
        expect(outcomes).toHaveLength(list.length)
        expect(rows).toBe(list.length)
        expect(totals.outcomes).toEqual(countEach(outcomes))
        expect(totals.failed).toBe(countFailed(decisions))
        expect(needed).toBe(wanting)
        expect(freeBefore).toBe(options.free)
        expect(freeAfter).toBe(options.free - count(outcomes, 'assigned'))
        expect(short).toBe(count(outcomes, 'no_seats_available'))
      }),
    )
  })

  test('never gives more seats than are free, nor any when it is refused', () => {
    fc.assert(
      fc.property(anyList, anyOptions, (list, options) => {
        const given = count(giveAll(list, options).outcomes, 'assigned')
        expect(given).toBeLessThanOrEqual(options.refusal !== null ? 0 : Math.max(0, options.free))
      }),
    )
  })

  test('keeps file order: nobody gets a seat after somebody eligible went without', () => {
    fc.assert(
      fc.property(anyList, anyOptions, (list, options) => {
        const { outcomes } = giveAll(list, options)
        const firstWithout = outcomes.indexOf('no_seats_available')
        if (firstWithout !== -1) expect(outcomes.slice(firstWithout)).not.toContain('assigned')
      }),
    )
  })

  test('gives a seat only to eligible users, each once', () => {
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

  test('of a linked store decides as one that is not, but that seats are pending', () => {
    fc.assert(
      fc.property(anyList, anyOptions, anyPending, (list, options, waiting) => {
        const unlinked = giveAll(list, options)
        const { decisions, totals } = giveAll(list, {
          ...options,
          pending: { ...nothingPending, give: waiting },
          isStaged: true,
        })
        const expected = unlinked.decisions.map((decision): Decision => {
          const { outcome, userId } = decision
          const waits = outcome === 'already_assigned' && userId !== null && waiting.has(userId)
          return outcome === 'assigned' || waits ? { ...decision, outcome: 'pending' } : decision
        })
        expect(decisions).toEqual(expected)
        expect(totals).toEqual({
          ...unlinked.totals,
          outcomes: countEach(decisions.map(({ outcome }) => outcome)),
          failed: countFailed(decisions),
        })
      }),
    )
  })

  test('run again after it was carried out, changes nothing', () => {
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
