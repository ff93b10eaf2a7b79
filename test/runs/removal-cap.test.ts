import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ShortagePolicy } from '../../src/domain/plan.ts'
import { countAllowedRemovals, type RemovalCap } from '../../src/domain/removal-cap.ts'
import type { RunReport } from '../../src/domain/run.ts'
import { composeApply } from '../../src/orders/compose-apply.ts'
import { createNameList } from '../../src/orders/name-list.ts'
import { runRequests } from '../../src/runs/run-requests.ts'
import type { Store } from '../../src/store/store.ts'
import {
  condenseSeats,
  makePaths,
  makePurchase,
  makeSeat,
  makeSnapshot,
  makeUser,
  now,
  quietly,
  sync,
  useStore,
} from '../store/sample-store.ts'

const nextPath = makePaths()

const usernames = ['ada', 'bob', 'cleo', 'dora', 'eve', 'fred']

/** A store of six users of whom the first ones hold the seats. */
function useTeam<T>(holders: number, quantity: number, work: (store: Store) => Promise<T>): Promise<T> {
  return useStore(nextPath(), async (store) => {
    const users = usernames.map((name, index) => makeUser(index + 1, name))
    const seats = users.slice(0, holders).map(({ id }) => makeSeat(id))
    await sync(store, makeSnapshot({ users, seats, addOnPurchases: [makePurchase({ quantity })] }))
    return work(store)
  })
}

interface ApplyFacts {
  maxRemovals: RemovalCap | null
  onShortage?: ShortagePolicy
  dryRun?: boolean
}

/** Makes the holders equal to a list. */
async function apply(store: Store, names: string[], facts: ApplyFacts) {
  const source = createNameList(names)
  const { maxRemovals, onShortage = 'fill', dryRun = false } = facts
  const results: unknown[] = []
  const report = async ({ readResults }: RunReport) => {
    for (const { input, outcome, detail } of readResults()) results.push([input, outcome, detail])
  }
  const { summary } = await runRequests(
    { command: 'apply', addOn: null, onShortage, maxRemovals, dryRun, noted: {} },
    {
      ...quietly,
      store,
      source,
      readBatches: ({ id }) => composeApply(store, source, 'equal', id),
      link: null,
      actor: { actor: 'root', host: 'here', pid: 1, ciJobUrl: null },
      readClock: () => now,
      onProgress: () => {},
      onPush: () => {},
      onLeftovers: () => {},
      pause: async () => {},
      report,
    },
  )
  return { results, summary }
}

function listHolders(store: Store): string[] {
  return condenseSeats(store).map(([userId]) => usernames[userId - 1] ?? '')
}

describe('a cap on removals', () => {
  test('lets a run take as many seats as it says, and gives them to others', () =>
    useTeam(3, 3, async (store) => {
      const { results, summary } = await apply(store, ['ada', 'dora', 'eve'], { maxRemovals: { seats: 2 } })
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

  test('refuses a run that would take one more, which changes nothing and is on record', () =>
    useTeam(3, 3, async (store) => {
      const { results, summary } = await apply(store, ['ada', 'dora'], { maxRemovals: { seats: 1 } })
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

  test('lets a dry run show whom it would take from, and says that it would be refused', () =>
    useTeam(3, 3, async (store) => {
      const { results, summary } = await apply(store, ['ada'], { maxRemovals: { seats: 1 }, dryRun: true })
      expect(results.slice(0, 2)).toEqual([
        ['bob', 'unassigned', null],
        ['cleo', 'unassigned', null],
      ])
      expect(summary).toMatchObject({ refusal: 'too_many_removals', removals: 2, freeAfter: 2 })
      expect(listHolders(store)).toEqual(['ada', 'bob', 'cleo'])
    }))

  test('is not what a run is refused for that takes few enough and lacks seats', () =>
    useTeam(2, 2, async (store) => {
      const facts = { maxRemovals: { seats: 1 }, onShortage: 'fail' } as const
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

const anyCap: fc.Arbitrary<RemovalCap> = fc.oneof(
  fc.record({ seats: fc.nat({ max: 6 }) }),
  fc.record({ percent: fc.nat({ max: 100 }) }),
)

test('no cap is ever exceeded, nor the quantity, and done again nothing changes', async () => {
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
          const allowed = countAllowedRemovals(maxRemovals, holders)
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
