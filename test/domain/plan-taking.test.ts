import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Outcome } from '../../src/domain/outcome.ts'
import type { Decision } from '../../src/domain/run-plan.ts'
import {
  anyOptions,
  anyPending,
  anyWishes,
  changeUsers,
  count,
  countEach,
  countFailed,
  decideAll,
  give,
  makeCandidate,
  makeHolder,
  take,
  unknown,
  type Wish,
} from './sample-plan.ts'

describe('a plan that removes seats', () => {
  test('a plan removes each held seat once and counts the removals', () => {
    const { decisions, outcomes, totals } = decideAll([
      take(makeHolder(1)),
      take(makeCandidate(2)),
      take(makeHolder(1)),
      take(unknown),
      take(makeHolder(3)),
    ])
    expect(outcomes).toEqual(['unassigned', 'not_assigned', 'duplicate', 'user_not_found', 'unassigned'])
    expect(decisions[2]?.duplicateOf).toBe(1)
    expect(totals).toEqual({
      rows: 5,
      outcomes: { unassigned: 2, not_assigned: 1, duplicate: 1, user_not_found: 1 },
      failed: 1,
      needed: 0,
      removals: 2,
      freeBefore: 2,
      freeAfter: 4,
      given: 0,
      taken: 2,
      short: 0,
    })
  })

  test('a plan removes the seats of ineligible users and keeps the reason and the last use', () => {
    const { decisions } = decideAll([
      take(makeHolder(1, { state: 'blocked' })),
      take(makeCandidate(2, { type: 'project_bot' })),
      take(makeHolder(3), '2026-01-31'),
      take(makeHolder(4, { state: 'banned' }), 'never'),
    ])
    expect(decisions.map(({ outcome, reason, detail }) => [outcome, reason, detail])).toEqual([
      ['unassigned', 'blocked', null],
      ['not_assigned', null, null],
      ['unassigned', null, '2026-01-31'],
      ['unassigned', 'banned', 'never'],
    ])
  })

  test('a removed seat is free for the next user in the list', () => {
    const wishes = [take(makeHolder(1)), give(makeCandidate(2)), give(makeCandidate(3))]
    const { outcomes, totals } = decideAll(wishes, { free: 0 })
    expect(outcomes).toEqual(['unassigned', 'assigned', 'no_seats_available'])
    expect(totals).toMatchObject({ needed: 2, removals: 1, freeBefore: 0, freeAfter: 0, short: 1 })
  })

  test('a removed seat goes to the next user, not to a user who went without before', () => {
    const wishes = [give(makeCandidate(1)), take(makeHolder(2)), give(makeCandidate(3))]
    const { outcomes, totals } = decideAll(wishes, { free: 0 })
    expect(outcomes).toEqual(['no_seats_available', 'unassigned', 'assigned'])
    expect(totals).toMatchObject({ needed: 2, removals: 1, freeAfter: 0, short: 1 })
  })

  test('a removed seat is not given away while more seats are held than were bought', () => {
    const wishes = [take(makeHolder(1)), give(makeCandidate(3)), take(makeHolder(2)), give(makeCandidate(4))]
    const { outcomes, totals } = decideAll(wishes, { free: -1 })
    expect(outcomes).toEqual(['unassigned', 'no_seats_available', 'unassigned', 'assigned'])
    expect(totals).toMatchObject({ freeBefore: -1, freeAfter: 0 })
  })

  test('a plan decides once about a user who is named for a removal and for a seat', () => {
    const wishes = [take(makeHolder(1)), give(makeHolder(1)), give(makeCandidate(2)), take(makeCandidate(2))]
    expect(decideAll(wishes).outcomes).toEqual(['unassigned', 'duplicate', 'assigned', 'duplicate'])
  })

  test('a plan notices the removal of a seat that was not confirmed', () => {
    const wishes = [take(makeHolder(1)), take(makeCandidate(2)), give(makeHolder(3))]
    expect(decideAll(wishes).plan.takesUnagreed).toBe(false)
    expect(decideAll(wishes, { agreedRemovals: new Set([1]) }).plan.takesUnagreed).toBe(false)
    expect(decideAll(wishes, { agreedRemovals: new Set([2, 3]) }).plan.takesUnagreed).toBe(true)
  })
})

describe('a plan that changes nothing', () => {
  test('a plan reports who holds a seat, eligible or not', () => {
    const wishes = [makeHolder(1), makeCandidate(2), makeCandidate(3, { state: 'blocked' }), unknown].map(
      (resolution): Wish => ({ action: 'report', resolution }),
    )
    const { outcomes, totals } = decideAll(wishes, { free: 0 })
    expect(outcomes).toEqual(['already_assigned', 'not_assigned', 'not_assigned', 'user_not_found'])
    expect(totals).toMatchObject({ failed: 1, needed: 0, removals: 0, freeAfter: 0 })
  })

  test('a plan skips a seat that was changed since the undone run, and the request fails', () => {
    const wishes = [makeHolder(1), makeCandidate(2)].map(
      (resolution): Wish => ({ action: 'skip_changed', resolution }),
    )
    const { outcomes, totals } = decideAll(wishes)
    expect(outcomes).toEqual(['changed_since', 'changed_since'])
    expect(totals).toMatchObject({ failed: 2, needed: 0, removals: 0, freeAfter: 2 })
  })
})

describe('a plan about pending changes', () => {
  const [waiting, leaving] = [makeHolder(1, { isPending: true }), makeCandidate(3, { isPending: true })]

  test('a removal that is pending from an earlier run stays pending and frees no second seat', () => {
    const { decisions, totals } = decideAll([
      take(leaving),
      take(makeHolder(5)),
      take(makeCandidate(6)),
      take(leaving),
    ])
    expect(decisions.map(({ outcome, change }) => [outcome, change])).toEqual([
      ['pending_removal', 'none'],
      ['unassigned', 'take'],
      ['not_assigned', 'none'],
      ['duplicate', 'none'],
    ])
    expect(totals).toMatchObject({ failed: 2, removals: 1, freeBefore: 2, freeAfter: 3 })
  })

  test('a plan reverses a pending change and counts its seat', () => {
    const wishes = [take(waiting), give(leaving), give(makeCandidate(5))]
    const { decisions, totals } = decideAll(wishes, { free: 0 })
    expect(decisions.map(({ outcome, change }) => [outcome, change])).toEqual([
      ['unassigned', 'take'],
      ['assigned', 'give'],
      ['no_seats_available', 'none'],
    ])
    expect(totals).toMatchObject({ needed: 2, removals: 1, freeAfter: 0, short: 1 })
  })

  test('a plan that changes nothing reports pending changes as pending', () => {
    const wishes = [waiting, leaving, makeHolder(5), makeCandidate(6)].map(
      (resolution): Wish => ({ action: 'report', resolution }),
    )
    expect(decideAll(wishes).outcomes).toEqual([
      'pending',
      'pending_removal',
      'already_assigned',
      'not_assigned',
    ])
  })
})

function listHolders(wishes: readonly Wish[]): Set<number> {
  return new Set(
    wishes.flatMap(({ resolution }) =>
      'user' in resolution && resolution.user.holdsSeat ? [resolution.user.userId] : [],
    ),
  )
}

/** Applies decisions one by one; calls `check` with each outcome and the number of seats held then. */
function carryOut(
  holders: Set<number>,
  decisions: readonly Decision[],
  check: (outcome: Outcome, held: number) => void = () => {},
): Set<number> {
  const held = new Set(holders)
  for (const { outcome, userId } of decisions) {
    if (userId !== null && outcome === 'assigned') held.add(userId)
    if (userId !== null && outcome === 'unassigned') held.delete(userId)
    check(outcome, held.size)
  }
  return held
}

function makeEligible(wishes: readonly Wish[]): Wish[] {
  return changeUsers(wishes, () => ({ state: 'active', type: 'human' }))
}

const changes: Partial<Record<Outcome, Decision['change']>> = { assigned: 'give', unassigned: 'take' }

describe('any plan', () => {
  test('the totals of any plan match its decisions', () => {
    fc.assert(
      fc.property(anyWishes, anyOptions, (wishes, options) => {
        const { plan, decisions, outcomes, totals } = decideAll(wishes, options)
        const [given, taken] = [count(outcomes, 'assigned'), count(outcomes, 'unassigned')]
        const short = count(outcomes, 'no_seats_available')
        expect(totals).toEqual({
          rows: wishes.length,
          outcomes: countEach(outcomes),
          failed: countFailed(decisions),
          needed: given + short,
          removals: taken,
          freeBefore: options.free,
          freeAfter: options.free - given + taken,
          given,
          taken,
          short,
        })
        expect(plan.short).toBe(short)
        expect(decisions.map(({ change }) => change)).toEqual(
          outcomes.map((outcome) => changes[outcome] ?? 'none'),
        )
      }),
    )
  })

  test('no plan lets more seats be held than were bought at any moment, except those held before', () => {
    fc.assert(
      fc.property(anyWishes, anyOptions, (wishes, options) => {
        const holders = listHolders(wishes)
        const quantity = holders.size + options.free
        const { decisions, totals } = decideAll(wishes, options)
        const most = Math.max(quantity, holders.size)
        const held = carryOut(holders, decisions, (_, heldNow) => expect(heldNow).toBeLessThanOrEqual(most))
        expect(totals.freeAfter).toBe(quantity - held.size)
      }),
    )
  })

  test('no plan lets an eligible user go without while a seat is free', () => {
    fc.assert(
      fc.property(anyWishes.map(makeEligible), fc.integer({ min: -1, max: 1 }), (wishes, free) => {
        const holders = listHolders(wishes)
        carryOut(holders, decideAll(wishes, { free }).decisions, (outcome, held) => {
          if (outcome === 'no_seats_available') expect(held).toBeGreaterThanOrEqual(holders.size + free)
        })
      }),
      { numRuns: 1000 },
    )
  })

  test('any plan decides about pending changes as about confirmed ones, and reports them as pending', () => {
    fc.assert(
      fc.property(anyWishes, anyOptions, anyPending, (wishes, options, pending) => {
        const confirmed = decideAll(wishes, options)
        const isPending = (userId: number | null) => userId !== null && pending.has(userId)
        const { decisions, totals } = decideAll(
          changeUsers(wishes, ({ userId }) => ({ isPending: isPending(userId) })),
          options,
        )
        const expected = confirmed.decisions.map((decision): Decision => {
          const { outcome, userId } = decision
          if (outcome === 'already_assigned' && isPending(userId)) return { ...decision, outcome: 'pending' }
          if (outcome === 'not_assigned' && isPending(userId))
            return { ...decision, outcome: 'pending_removal' }
          return decision
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

  test('any plan that removes seats before it gives seats changes nothing when it is decided again', () => {
    fc.assert(
      fc.property(anyWishes, anyOptions, (anyOrder, options) => {
        const wishes = [
          ...anyOrder.filter(({ action }) => action === 'take'),
          ...anyOrder.filter(({ action }) => action !== 'take'),
        ]
        const { decisions, outcomes, totals } = decideAll(wishes, options)
        const holders = carryOut(listHolders(wishes), decisions)
        const afterwards = changeUsers(wishes, ({ userId }) => ({ holdsSeat: holders.has(userId) }))
        const again = decideAll(afterwards, { ...options, free: totals.freeAfter })
        const settled: Partial<Record<Outcome, Outcome>> = {
          assigned: 'already_assigned',
          unassigned: 'not_assigned',
        }
        expect(again.outcomes).toEqual(outcomes.map((outcome) => settled[outcome] ?? outcome))
        expect(again.totals.freeAfter).toBe(totals.freeAfter)
      }),
    )
  })
})
