import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Outcome } from '../../src/domain/outcome.ts'
import { type RunRefusal, runRefusals } from '../../src/domain/run-refusal.ts'
import type { Store } from '../../src/store/store.ts'
import {
  anyOptions,
  anyPending,
  anyWishes,
  changeUsers,
  countEach,
  countFailed,
} from '../domain/sample-plan.ts'
import {
  giveTo,
  listCandidates,
  makeCandidates,
  readTotals,
  recordPlan,
  takeFrom,
  toUserWishes,
  type UserWish,
  useCandidates,
} from './planned-run.ts'
import { condenseResults, now } from './sample-store.ts'

/** Decides requests in a linked store and requests their changes, unless the run is refused. */
function request(store: Store, wishes: readonly UserWish[], free: number, refusal: RunRefusal | null = null) {
  const run = recordPlan(store, wishes, { offering: 'self-managed', free })
  if (refusal !== null) store.results.refuse(run.runId, refusal)
  store.pendingChanges.record(run.runId, now)
  const results = condenseResults(store, run.runId).map(([, outcome, pushed]) => [outcome, pushed])
  return { runId: run.runId, results, totals: readTotals(store, run) }
}

const waiting = { holdsSeat: true, isPending: true }
const leaving = { isPending: true }
const holder = { holdsSeat: true }

describe('the results of a run in a linked store', () => {
  test('requested seats are pending, and a seat pending from an earlier run costs no second seat', () =>
    useCandidates(makeCandidates(waiting, {}, holder, {}, {}), async (store) => {
      const { results, totals } = request(store, giveTo(1, 2, 3, 2, 4, 5), 2)
      expect(results).toEqual([
        ['pending', 'pending'],
        ['pending', 'pending'],
        ['already_assigned', null],
        ['duplicate', null],
        ['pending', 'pending'],
        ['no_seats_available', null],
      ])
      expect(totals).toEqual({
        rows: 6,
        outcomes: { pending: 3, already_assigned: 1, duplicate: 1, no_seats_available: 1 },
        failed: 5,
        needed: 3,
        removals: 0,
        freeBefore: 2,
        freeAfter: 0,
        given: 2,
        taken: 0,
        short: 1,
      })
      expect(store.pendingChanges.listUserIds(1)).toEqual({ give: [1, 2, 4], take: [] })
    }))

  test('requested removals are pending, and a removal pending from an earlier run frees no second seat', () =>
    useCandidates(makeCandidates(leaving, holder, {}), async (store) => {
      const { results, totals } = request(store, takeFrom(1, 2, 3, 1), 2)
      expect(results).toEqual([
        ['pending_removal', 'pending'],
        ['pending_removal', 'pending'],
        ['not_assigned', null],
        ['duplicate', null],
      ])
      expect(totals).toMatchObject({ failed: 3, removals: 1, freeBefore: 2, freeAfter: 3 })
    }))

  test('a run that reverses pending changes counts their seats', () =>
    useCandidates(makeCandidates(waiting, leaving, {}), async (store) => {
      const { results, totals } = request(store, [...takeFrom(1), ...giveTo(2, 3)], 0)
      expect(results).toEqual([
        ['pending_removal', 'pending'],
        ['pending', 'pending'],
        ['no_seats_available', null],
      ])
      expect(totals).toMatchObject({ needed: 2, removals: 1, freeAfter: 0, short: 1 })
      expect(store.pendingChanges.listUserIds(1)).toEqual({ give: [2], take: [1] })
    }))

  test('a run that changes nothing reports pending changes as pending and gets their answer', () =>
    useCandidates(makeCandidates(waiting, leaving, holder, {}), async (store) => {
      const wishes = [1, 2, 3, 4].map((userId) => ({ action: 'report', userId }) as const)
      const { runId, results } = request(store, wishes, 0)
      expect(results).toEqual([
        ['pending', 'pending'],
        ['pending_removal', 'pending'],
        ['already_assigned', null],
        ['not_assigned', null],
      ])
      store.pendingChanges.confirm(1, 'give', [1], '2026-03-09T10:00:00.000Z')
      store.pendingChanges.confirm(1, 'take', [2], '2026-03-09T10:00:00.000Z')
      expect(condenseResults(store, runId).slice(0, 2)).toEqual([
        [1, 'assigned', 'confirmed'],
        [2, 'unassigned', 'confirmed'],
      ])
    }))

  test('a run refused for too few seats leaves pending only the seats of earlier runs', () =>
    useCandidates(makeCandidates({ ...waiting, state: 'blocked' }, {}), async (store) => {
      const { results, totals } = request(store, giveTo(1, 2), 2, 'too_few_seats')
      expect(results).toEqual([
        ['pending', 'pending'],
        ['not_attempted', null],
      ])
      expect(totals).toMatchObject({ needed: 1, freeBefore: 2, freeAfter: 2, short: 0 })
      expect(store.pendingChanges.listUserIds(1)).toEqual({ give: [1], take: [] })
    }))

  test('a run refused for too many removals leaves pending only the removals of earlier runs', () =>
    useCandidates(makeCandidates(leaving, waiting, holder), async (store) => {
      const { results, totals } = request(store, takeFrom(1, 2, 3), 2, 'too_many_removals')
      expect(results).toEqual([
        ['pending_removal', 'pending'],
        ['not_attempted', null],
        ['not_attempted', null],
      ])
      expect(totals).toMatchObject({ removals: 2, freeAfter: 2 })
      expect(store.pendingChanges.listUserIds(1)).toEqual({ give: [2], take: [1] })
    }))
})

const anyRefusal = fc.constantFrom(null, null, ...(Object.keys(runRefusals) as RunRefusal[]))

/** The outcome in a linked store of a result that has the given outcome without pending changes. */
function toPending(outcome: Outcome, isPending: boolean): Outcome {
  if (outcome === 'assigned' || (outcome === 'already_assigned' && isPending)) return 'pending'
  if (outcome === 'unassigned' || (outcome === 'not_assigned' && isPending)) return 'pending_removal'
  return outcome
}

describe('any run in a linked store', () => {
  test('any run in a linked store has the results of a standalone store, with its changes pending', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyWishes,
        anyOptions,
        anyPending,
        anyRefusal,
        async (wishes, options, pending, refusal) => {
          const standalone = await useCandidates(listCandidates(wishes), async (store) => {
            const run = recordPlan(store, toUserWishes(wishes), options)
            if (refusal !== null) store.results.refuse(run.runId, refusal)
            return { results: [...store.results.read(run.runId)], totals: readTotals(store, run) }
          })
          const isPending = (userId: number | null) => userId !== null && pending.has(userId)
          const linked = changeUsers(wishes, ({ userId }) => ({ isPending: isPending(userId) }))
          await useCandidates(listCandidates(linked), async (store) => {
            const before = store.pendingChanges.listUserIds(1)
            const run = recordPlan(store, toUserWishes(linked), options)
            if (refusal !== null) store.results.refuse(run.runId, refusal)
            store.pendingChanges.record(run.runId, now)

            const results = [...store.results.read(run.runId)]
            const expected = standalone.results.map(({ first, ...result }) => {
              const outcome = toPending(result.outcome, isPending(result.userId))
              const pushed = outcome.startsWith('pending') ? 'pending' : null
              const firstOutcome = first && toPending(first.outcome, isPending(result.userId))
              return {
                ...result,
                outcome,
                pushed,
                first: firstOutcome && { ...first, outcome: firstOutcome },
              }
            })
            expect(results).toEqual(expected)
            expect(readTotals(store, run)).toEqual({
              ...standalone.totals,
              outcomes: countEach(results.map(({ outcome }) => outcome)),
              failed: countFailed(
                results.map(({ outcome }, index) => ({
                  outcome,
                  duplicateOf: run.decisions[index]?.duplicateOf ?? null,
                })),
              ),
            })
            if (refusal !== null) expect(store.pendingChanges.listUserIds(1)).toEqual(before)
          })
        },
      ),
      { numRuns: 60 },
    )
  })
})
