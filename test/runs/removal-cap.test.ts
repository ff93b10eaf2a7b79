import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Cap, countAllowed } from '../../src/domain/cap.ts'
import { type ApplyOptions, orderApply } from '../../src/orders/apply.ts'
import { createNameList } from '../../src/orders/name-list.ts'
import type { Store } from '../../src/store/store.ts'
import {
  condenseSeats,
  makePurchase,
  makeSeat,
  makeSnapshot,
  makeUser,
  now,
  sync,
} from '../store/sample-store.ts'
import { takeEmptiedStore } from '../support/emptied-store.ts'
import { performOrder, type Reported } from '../support/play-order.ts'

const usernames = ['ada', 'bob', 'cleo', 'dora', 'eve', 'fred']

/** A store of six users, the first of whom hold the seats. */
async function useTeam<T>(holders: number, quantity: number, work: (store: Store) => Promise<T>): Promise<T> {
  const { store } = takeEmptiedStore()
  const users = usernames.map((name, index) => makeUser(index + 1, name))
  const seats = users.slice(0, holders).map(({ id }) => makeSeat(id))
  await sync(store, makeSnapshot({ users, seats, addOnPurchases: [makePurchase({ quantity })] }))
  return work(store)
}

/** Makes the holders equal to a list. */
async function apply(store: Store, names: string[], options: Partial<ApplyOptions>) {
  const order = orderApply(createNameList(names), { onShortage: 'fill', yes: true, push: true, ...options })
  const reports: Reported[] = []
  await performOrder(order, {
    store,
    now,
    connect: null,
    onReport: (reported) => void reports.push(reported),
  })
  const [reported] = reports
  if (reported === undefined) throw new Error('The run reported nothing.')
  const { results, summary } = reported
  return { results: results.map(({ input, outcome, detail }) => [input, outcome, detail]), summary }
}

function listHolders(store: Store): string[] {
  return condenseSeats(store).map(([userId]) => usernames[userId - 1] ?? '')
}

describe('a removal cap in a run', () => {
  test('a run removes as many seats as its cap allows and gives them to other users', () =>
    useTeam(3, 3, async (store) => {
      const { results, summary } = await apply(store, ['ada', 'dora', 'eve'], { maxRemovals: { number: 2 } })
      expect(results).toEqual([
        ['bob', 'unassigned', null],
        ['cleo', 'unassigned', null],
        ['ada', 'already_assigned', null],
        ['dora', 'assigned', null],
        ['eve', 'assigned', null],
      ])
      expect(summary).toMatchObject({ refusal: null, removals: 2, freeBefore: 0, freeAfter: 0 })
      expect(listHolders(store)).toEqual(['ada', 'dora', 'eve'])
    }))

  test('a run that would remove one seat more is refused, changes nothing and is recorded', () =>
    useTeam(3, 3, async (store) => {
      const { results, summary } = await apply(store, ['ada', 'dora'], { maxRemovals: { number: 1 } })
      expect(results).toEqual([
        ['bob', 'not_attempted', 'too_many_removals'],
        ['cleo', 'not_attempted', 'too_many_removals'],
        ['ada', 'already_assigned', null],
        ['dora', 'not_attempted', 'too_many_removals'],
      ])
      expect(summary).toMatchObject({ refusal: 'too_many_removals', removals: 2, freeAfter: 0 })
      expect(listHolders(store)).toEqual(['ada', 'bob', 'cleo'])
      expect(store.runs.find(1)).toMatchObject({ refusal: 'too_many_removals', removals: 2 })
    }))

  test('a dry run shows the removals above its cap and reports the refusal', () =>
    useTeam(3, 3, async (store) => {
      const { results, summary } = await apply(store, ['ada'], { maxRemovals: { number: 1 }, dryRun: true })
      expect(results.slice(0, 2)).toEqual([
        ['bob', 'unassigned', null],
        ['cleo', 'unassigned', null],
      ])
      expect(summary).toMatchObject({ refusal: 'too_many_removals', removals: 2, freeAfter: 2 })
      expect(listHolders(store)).toEqual(['ada', 'bob', 'cleo'])
    }))

  test('a run within its cap that lacks seats is refused for the seats', () =>
    useTeam(2, 2, async (store) => {
      const facts = { maxRemovals: { number: 1 }, onShortage: 'fail' } as const
      const { results, summary } = await apply(store, ['ada', 'cleo', 'dora'], facts)
      expect(results).toEqual([
        ['bob', 'not_attempted', 'too_few_seats'],
        ['ada', 'already_assigned', null],
        ['cleo', 'not_attempted', null],
        ['dora', 'no_seats_available', null],
      ])
      expect(summary).toMatchObject({ refusal: 'too_few_seats', removals: 1, needed: 2, short: 1 })
      expect(listHolders(store)).toEqual(['ada', 'bob'])
      expect(store.runs.find(1)?.refusal).toBe('too_few_seats')
    }))
})

const anyCap: fc.Arbitrary<Cap> = fc.oneof(
  fc.record({ number: fc.nat({ max: 6 }) }),
  fc.record({ percent: fc.nat({ max: 100 }) }),
)

test('no apply exceeds its cap or the quantity, and a second apply changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: 6 }),
      fc.integer({ min: -2, max: 6 }),
      fc.subarray(usernames, { minLength: 1 }),
      anyCap,
      (holders, free, names, maxRemovals) =>
        useTeam(holders, Math.max(0, holders + free), async (store) => {
          const before = listHolders(store)
          const { summary } = await apply(store, names, { maxRemovals })
          const after = listHolders(store)
          const taken = before.filter((name) => !after.includes(name))
          const allowed = countAllowed(maxRemovals, holders)
          expect(taken.length).toBeLessThanOrEqual(allowed)
          expect(after.length).toBeLessThanOrEqual(Math.max(holders, holders + free))
          if (summary.refusal !== null) {
            expect(summary.removals).toBeGreaterThan(allowed)
            expect(after).toEqual(before)
          }
          await apply(store, names, { maxRemovals })
          expect(listHolders(store)).toEqual(after)
        }),
    ),
    { numRuns: 60 },
  )
})
