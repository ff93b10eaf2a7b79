import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Outcome } from '../../src/domain/outcome.ts'
import type { Decision, PlanOptions } from '../../src/domain/plan.ts'
import type { RequestAction } from '../../src/domain/request.ts'
import type { Candidate, Resolution } from '../../src/domain/resolve.ts'
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
  unknown,
  type Wish,
} from './sample-plan.ts'

function take(resolution: Resolution, idleSince?: Wish['idleSince']): Wish {
  return { action: 'take', resolution, idleSince }
}

function makeHolder(userId: number): Resolution {
  return makeCandidate(userId, { holdsSeat: true })
}

describe('a plan that takes seats', () => {
  test('takes those that are held, each once, and counts who loses one', () => {
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
      short: 0,
    })
  })

  test('takes them from whom is not eligible as well, and says why such a seat is of no use', () => {
    const { decisions } = decideAll([
      take(makeCandidate(1, { holdsSeat: true, state: 'blocked' })),
      take(makeCandidate(2, { type: 'project_bot' })),
      take(makeHolder(3), '2026-01-31'),
      take(makeCandidate(4, { holdsSeat: true, state: 'banned' }), 'never'),
    ])
    expect(decisions.map(({ outcome, reason, detail }) => [outcome, reason, detail])).toEqual([
      ['unassigned', 'blocked', null],
      ['not_assigned', null, null],
      ['unassigned', null, '2026-01-31'],
      ['unassigned', 'banned', 'never'],
    ])
  })

  test('has a seat that was taken for the next who is to get one', () => {
    const wishes = [take(makeHolder(1)), give(makeCandidate(2)), give(makeCandidate(3))]
    const { outcomes, totals } = decideAll(wishes, { free: 0 })
    expect(outcomes).toEqual(['unassigned', 'assigned', 'no_seats_available'])
    expect(totals).toMatchObject({ needed: 2, removals: 1, freeBefore: 0, freeAfter: 0, short: 1 })
  })

  test('has it also for the next after somebody who went without before', () => {
    const wishes = [give(makeCandidate(1)), take(makeHolder(2)), give(makeCandidate(3))]
    const { outcomes, totals } = decideAll(wishes, { free: 0 })
    expect(outcomes).toEqual(['no_seats_available', 'unassigned', 'assigned'])
    expect(totals).toMatchObject({ needed: 2, removals: 1, freeAfter: 0, short: 1 })
  })

  test('has none for others as long as more seats are held than were bought', () => {
    const wishes = [take(makeHolder(1)), give(makeCandidate(3)), take(makeHolder(2)), give(makeCandidate(4))]
    const { outcomes, totals } = decideAll(wishes, { free: -1 })
    expect(outcomes).toEqual(['unassigned', 'no_seats_available', 'unassigned', 'assigned'])
    expect(totals).toMatchObject({ freeBefore: -1, freeAfter: 0 })
  })

  test('decides once about a user of whom both is asked', () => {
    const wishes = [take(makeHolder(1)), give(makeHolder(1)), give(makeCandidate(2)), take(makeCandidate(2))]
    expect(decideAll(wishes).outcomes).toEqual(['unassigned', 'duplicate', 'assigned', 'duplicate'])
  })
})

describe('a plan that is asked for no change', () => {
  test('tells who holds a seat, eligible or not', () => {
    const wishes = [makeHolder(1), makeCandidate(2), makeCandidate(3, { state: 'blocked' }), unknown].map(
      (resolution): Wish => ({ action: 'keep', resolution }),
    )
    const { outcomes, totals } = decideAll(wishes, { free: 0 })
    expect(outcomes).toEqual(['already_assigned', 'not_assigned', 'not_assigned', 'user_not_found'])
    expect(totals).toMatchObject({ failed: 1, needed: 0, removals: 0, freeAfter: 0 })
  })

  test('leaves alone whose seat was changed since, which is no success', () => {
    const wishes = [makeHolder(1), makeCandidate(2)].map(
      (resolution): Wish => ({ action: 'leave', resolution }),
    )
    const { outcomes, totals } = decideAll(wishes)
    expect(outcomes).toEqual(['changed_since', 'changed_since'])
    expect(totals).toMatchObject({ failed: 2, needed: 0, removals: 0, freeAfter: 2 })
  })
})

describe('a plan that is refused', () => {
  const wishes = [
    take(makeHolder(1)),
    take(makeCandidate(2)),
    give(makeHolder(3)),
    give(makeCandidate(4)),
    give(makeCandidate(5)),
    give(makeCandidate(6, { state: 'blocked' })),
  ]

  test('for too many removals changes nothing, and says so of each whose seat would change', () => {
    const { decisions, totals } = decideAll(wishes, { free: 0, refusal: 'too_many_removals' })
    expect(decisions.map(({ outcome, detail }) => [outcome, detail])).toEqual([
      ['not_attempted', 'too_many_removals'],
      ['not_assigned', null],
      ['already_assigned', null],
      ['not_attempted', 'too_many_removals'],
      ['no_seats_available', null],
      ['invalid_user_membership', null],
    ])
    expect(totals).toMatchObject({ needed: 2, removals: 1, freeBefore: 0, freeAfter: 0, short: 1 })
  })

  test('for too few seats lets everybody keep what they have', () => {
    const { decisions, totals } = decideAll(wishes, { free: 0, refusal: 'too_few_seats' })
    expect(decisions.map(({ outcome, detail }) => [outcome, detail])).toEqual([
      ['not_attempted', 'too_few_seats'],
      ['not_assigned', null],
      ['already_assigned', null],
      ['not_attempted', null],
      ['no_seats_available', null],
      ['invalid_user_membership', null],
    ])
    expect(totals).toMatchObject({ needed: 2, removals: 1, freeBefore: 0, freeAfter: 0, short: 1 })
  })
})

describe('a plan of a linked store', () => {
  const pending = { give: new Set([1, 2]), take: new Set([3, 4]) }

  test('leaves a removal pending, and whoever waits for one already, who frees no seat again', () => {
    const { outcomes, totals } = decideAll(
      [take(makeCandidate(3)), take(makeHolder(5)), take(makeCandidate(6)), take(makeCandidate(3))],
      { pending, isStaged: true },
    )
    expect(outcomes).toEqual(['pending_removal', 'pending_removal', 'not_assigned', 'duplicate'])
    expect(totals).toMatchObject({ failed: 3, removals: 1, freeBefore: 2, freeAfter: 3 })
  })

  test('turns a change that is pending round, and counts the seat', () => {
    const wishes = [take(makeHolder(1)), give(makeCandidate(3)), give(makeCandidate(5))]
    const { outcomes, totals } = decideAll(wishes, { free: 0, pending, isStaged: true })
    expect(outcomes).toEqual(['pending_removal', 'pending', 'no_seats_available'])
    expect(totals).toMatchObject({ needed: 2, removals: 1, freeAfter: 0, short: 1 })
  })

  test('tells of whom nothing is asked what is pending', () => {
    const wishes = [makeHolder(1), makeCandidate(3), makeHolder(5), makeCandidate(6)].map(
      (resolution): Wish => ({ action: 'keep', resolution }),
    )
    expect(decideAll(wishes, { pending, isStaged: true }).outcomes).toEqual([
      'pending',
      'pending_removal',
      'already_assigned',
      'not_assigned',
    ])
  })

  test('that is refused leaves pending only what is pending already', () => {
    const wishes = [take(makeCandidate(3)), take(makeHolder(1)), take(makeHolder(5))]
    const { outcomes, totals } = decideAll(wishes, { pending, isStaged: true, refusal: 'too_many_removals' })
    expect(outcomes).toEqual(['pending_removal', 'not_attempted', 'not_attempted'])
    expect(totals).toMatchObject({ removals: 2, freeAfter: 2 })
  })
})

const anyAction: fc.Arbitrary<RequestAction> = fc.constantFrom(
  'give',
  'give',
  'take',
  'take',
  'keep',
  'leave',
)

/** Any requests over any list. */
const anyWishes = fc
  .tuple(anyList, fc.array(anyAction, { minLength: 40, maxLength: 40 }))
  .map(([list, actions]) =>
    list.map((resolution, index): Wish => ({ action: actions[index] ?? 'give', resolution })),
  )

const anyRefusal: fc.Arbitrary<PlanOptions> = fc
  .tuple(anyOptions, fc.constantFrom(null, null, 'too_few_seats', 'too_many_removals'))
  .map(([options, refusal]) => ({ ...options, refusal }))

function listHolders(wishes: readonly Wish[]): Set<number> {
  return new Set(
    wishes.flatMap(({ resolution }) =>
      'user' in resolution && resolution.user.holdsSeat ? [resolution.user.userId] : [],
    ),
  )
}

/** Carries out decisions one by one; calls `check` with each and how many seats are held then. */
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

/** The same requests, but for some facts of each user. */
function changeUsers(wishes: readonly Wish[], change: (user: Candidate) => Partial<Candidate>): Wish[] {
  return wishes.map(({ action, resolution }) => {
    if (!('user' in resolution)) return { action, resolution }
    return { action, resolution: { user: { ...resolution.user, ...change(resolution.user) } } }
  })
}

function makeEligible(wishes: readonly Wish[]): Wish[] {
  return changeUsers(wishes, () => ({ state: 'active', type: 'human' }))
}

describe('any plan', () => {
  test('counts what its decisions change', () => {
    fc.assert(
      fc.property(anyWishes, anyRefusal, (wishes, options) => {
        const { decisions, outcomes, totals } = decideAll(wishes, options)
        const countNotAttempted = (action: RequestAction) =>
          count(
            outcomes.filter((_, index) => wishes[index]?.action === action),
            'not_attempted',
          )
        const [given, taken] = [count(outcomes, 'assigned'), count(outcomes, 'unassigned')]
        const short = count(outcomes, 'no_seats_available')
        expect(totals).toEqual({
          rows: wishes.length,
          outcomes: countEach(outcomes),
          failed: countFailed(decisions),
          needed: given + short + countNotAttempted('give'),
          removals: taken + countNotAttempted('take'),
          freeBefore: options.free,
          freeAfter: options.free - given + taken,
          short,
        })
      }),
    )
  })

  test('that is refused gives nothing and takes nothing', () => {
    fc.assert(
      fc.property(anyWishes, fc.constantFrom('too_few_seats', 'too_many_removals'), (wishes, refusal) => {
        const { outcomes, totals } = decideAll(wishes, { refusal })
        expect(outcomes).not.toContain('assigned')
        expect(outcomes).not.toContain('unassigned')
        expect(totals.freeAfter).toBe(totals.freeBefore)
      }),
    )
  })

  test('lets no more seats be held than were bought, at no moment, but those that were too many before', () => {
    fc.assert(
      fc.property(anyWishes, anyRefusal, (wishes, options) => {
        const holders = listHolders(wishes)
        const quantity = holders.size + options.free
        const { decisions, totals } = decideAll(wishes, options)
        const most = Math.max(quantity, holders.size)
        const held = carryOut(holders, decisions, (_, heldNow) => expect(heldNow).toBeLessThanOrEqual(most))
        expect(totals.freeAfter).toBe(quantity - held.size)
      }),
    )
  })

  test('lets nobody go without while a seat is free', () => {
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

  test('of a linked store decides as one that is not, but that changes are pending', () => {
    fc.assert(
      fc.property(anyWishes, anyRefusal, anyPending, anyPending, (wishes, options, gives, takes) => {
        const waits = { give: gives, take: takes }
        const unlinked = decideAll(wishes, options)
        const { decisions, totals } = decideAll(wishes, { ...options, pending: waits, isStaged: true })
        const expected = unlinked.decisions.map((decision): Decision => {
          const { outcome, userId } = decision
          const isGiving = outcome === 'already_assigned' && userId !== null && gives.has(userId)
          const isTaking = outcome === 'not_assigned' && userId !== null && takes.has(userId)
          if (outcome === 'assigned' || isGiving) return { ...decision, outcome: 'pending' }
          if (outcome === 'unassigned' || isTaking) return { ...decision, outcome: 'pending_removal' }
          return decision
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

  test('that takes before it gives changes nothing when it is run again', () => {
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
