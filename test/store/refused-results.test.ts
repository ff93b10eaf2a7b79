import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Outcome } from '../../src/domain/outcome.ts'
import type { RequestAction } from '../../src/domain/request.ts'
import type { Decision } from '../../src/domain/run-plan.ts'
import { type RunRefusal, runRefusals } from '../../src/domain/run-refusal.ts'
import type { Store } from '../../src/store/store.ts'
import { anyOptions, anyWishes, count, countEach, countFailed } from '../domain/sample-plan.ts'
import {
  giveTo,
  listCandidates,
  makeCandidates,
  type PlannedRun,
  readTotals,
  recordPlan,
  takeFrom,
  toUserWishes,
  type UserWish,
  useCandidates,
} from './planned-run.ts'
import { condenseSeats, now } from './sample-store.ts'

/** Decides requests on Self-Managed, refuses the run, and returns `[outcome, detail]` of each result with the totals. */
function refuse(store: Store, wishes: readonly UserWish[], free: number, refusal: RunRefusal) {
  const run = recordPlan(store, wishes, { offering: 'self-managed', free })
  store.results.refuse(run.runId, refusal)
  const results = [...store.results.read(run.runId)].map(({ outcome, detail }) => [outcome, detail])
  return { results, totals: readTotals(store, run) }
}

describe('a refused run', () => {
  test('a run refused for too few seats attempts no assignment, and rows without a change keep their outcome', () =>
    useCandidates(makeCandidates({}, {}, {}, { holdsSeat: true }), async (store) => {
      const { results, totals } = refuse(store, giveTo(1, 2, 3, 4), 2, 'too_few_seats')
      expect(results).toEqual([
        ['not_attempted', null],
        ['not_attempted', null],
        ['no_seats_available', null],
        ['already_assigned', null],
      ])
      expect(totals).toMatchObject({ needed: 3, freeBefore: 2, freeAfter: 2, short: 1 })
    }))

  const team = makeCandidates(
    { holdsSeat: true },
    {},
    { holdsSeat: true },
    {},
    {},
    { state: 'blocked' },
    { holdsSeat: true, state: 'banned' },
  )
  const wishes = [...takeFrom(1, 2), ...giveTo(3, 4, 5, 6)]

  test('a run refused for too many removals gives every change the refusal as its detail', () =>
    useCandidates(team, async (store) => {
      const { results, totals } = refuse(store, wishes, 0, 'too_many_removals')
      expect(results).toEqual([
        ['not_attempted', 'too_many_removals'],
        ['not_assigned', null],
        ['already_assigned', null],
        ['not_attempted', 'too_many_removals'],
        ['no_seats_available', null],
        ['invalid_user_membership', null],
      ])
      expect(totals).toMatchObject({ needed: 2, removals: 1, freeBefore: 0, freeAfter: 0, short: 1 })
    }))

  test('a run refused for too few seats keeps the seats that it would remove', () =>
    useCandidates(team, async (store) => {
      const { results, totals } = refuse(store, wishes, 0, 'too_few_seats')
      expect(results).toEqual([
        ['not_attempted', 'too_few_seats'],
        ['not_assigned', null],
        ['already_assigned', null],
        ['not_attempted', null],
        ['no_seats_available', null],
        ['invalid_user_membership', null],
      ])
      expect(totals).toMatchObject({ needed: 2, removals: 1, freeBefore: 0, freeAfter: 0, short: 1 })
    }))

  test('a refusal clears the reason of a removal that is not attempted', () =>
    useCandidates(team, async (store) => {
      const { runId } = recordPlan(store, takeFrom(7), { offering: 'self-managed', free: 0 })
      expect([...store.results.read(runId)][0]?.reason).toBe('banned')
      store.results.refuse(runId, 'more_than_agreed')
      expect([...store.results.read(runId)]).toMatchObject([
        { outcome: 'not_attempted', change: 'none', reason: null, detail: 'more_than_agreed' },
      ])
    }))

  test('a refusal changes no results of other runs', () =>
    useCandidates(team, async (store) => {
      const other = recordPlan(store, wishes, { offering: 'self-managed', free: 0 })
      const before = [...store.results.read(other.runId)]
      refuse(store, wishes, 0, 'too_few_seats')
      expect([...store.results.read(other.runId)]).toEqual(before)
    }))
})

const anyRefusal = fc.constantFrom(...(Object.keys(runRefusals) as RunRefusal[]))

function refuseDecision(decision: Decision, refusal: RunRefusal): Partial<Decision> {
  const { outcome, change, reason, detail } = decision
  if (change === 'none') return { outcome, change, reason, detail }
  const isHeldBack = change === 'give' && refusal === 'too_few_seats'
  return { outcome: 'not_attempted', change: 'none', reason: null, detail: isHeldBack ? null : refusal }
}

/** The outcomes of a run whose results may have been refused, as decisions with the repeats of the plan. */
function readDecisions(store: Store, { runId, decisions }: PlannedRun) {
  return [...store.results.read(runId)].map(({ outcome }, index) => ({
    outcome,
    duplicateOf: decisions[index]?.duplicateOf ?? null,
  }))
}

describe('any refused run', () => {
  test('any refused run changes no seat, and its totals match its results', async () => {
    await fc.assert(
      fc.asyncProperty(anyWishes, anyOptions, anyRefusal, (wishes, options, refusal) =>
        useCandidates(listCandidates(wishes), async (store) => {
          const held = condenseSeats(store)
          const run = recordPlan(store, toUserWishes(wishes), options)
          store.results.refuse(run.runId, refusal)
          const results = [...store.results.read(run.runId)]
          expect(results).toMatchObject(run.decisions.map((decision) => refuseDecision(decision, refusal)))

          const outcomes = results.map(({ outcome }) => outcome)
          expect(outcomes).not.toContain('assigned')
          expect(outcomes).not.toContain('unassigned')
          const countNotAttempted = (action: RequestAction) =>
            count(
              outcomes.filter((_, index) => wishes[index]?.action === action),
              'not_attempted' satisfies Outcome,
            )
          const short = count(outcomes, 'no_seats_available')
          expect(readTotals(store, run)).toEqual({
            rows: wishes.length,
            outcomes: countEach(outcomes),
            failed: countFailed(readDecisions(store, run)),
            needed: short + countNotAttempted('give'),
            removals: countNotAttempted('take'),
            freeBefore: options.free,
            freeAfter: options.free,
            given: 0,
            taken: 0,
            short,
          })

          store.seats.take(run.runId)
          store.seats.give(run.runId, now)
          expect(condenseSeats(store)).toEqual(held)
        }),
      ),
      { numRuns: 60 },
    )
  })
})
