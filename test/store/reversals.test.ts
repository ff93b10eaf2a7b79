import { describe, expect, test } from 'vitest'
import type { ReverseAction } from '../../src/domain/reversal.ts'
import type { Store } from '../../src/store/store.ts'
import {
  makePaths,
  makePurchase,
  makeSeat,
  makeSnapshot,
  makeUser,
  now,
  recordRun,
  requestRemovals,
  requestSeats,
  sync,
  useStore,
} from './sample-store.ts'

const nextPath = makePaths()

/** Ids of the users for each action that undoes a run. */
function readReversals({ reversals }: Store, runId: number) {
  const read = (action: ReverseAction) =>
    [...reversals.read(runId, action)].flat().map(({ userId }) => userId)
  return { take: read('take'), skip: read('skip_changed'), give: read('give') }
}

function give(store: Store, ...userIds: number[]): number {
  const runId = recordRun(
    store,
    userIds.map((userId) => ({ outcome: 'assigned', userId })),
  )
  store.seats.give(runId, now)
  return runId
}

function take(store: Store, ...userIds: number[]): number {
  const runId = recordRun(
    store,
    userIds.map((userId) => ({ outcome: 'unassigned', userId })),
  )
  store.seats.take(runId)
  return runId
}

/** A store of four users, of whom dora holds a seat. */
function useTeam(work: (store: Store) => void): Promise<void> {
  return useStore(nextPath(), async (store) => {
    await sync(store, makeSnapshot({ seats: [makeSeat(4)] }))
    work(store)
  })
}

describe('reversals', () => {
  test('a run is undone by the opposite changes in the order of its results', () =>
    useTeam((store) => {
      const giving = give(store, 3, 1)
      const taking = take(store, 4)
      expect(readReversals(store, giving)).toEqual({ take: [3, 1], skip: [], give: [] })
      expect(readReversals(store, taking)).toEqual({ take: [], skip: [], give: [4] })
    }))

  test('results without a change are not undone', () =>
    useTeam((store) => {
      const runId = recordRun(store, [
        { outcome: 'already_assigned', userId: 4 },
        { outcome: 'duplicate', userId: 4, duplicateOf: 1 },
        { outcome: 'not_assigned', userId: 1 },
        { outcome: 'user_not_found' },
        { outcome: 'no_seats_available', userId: 2 },
        { outcome: 'not_attempted', userId: 3 },
        { outcome: 'changed_since', userId: 1 },
      ])
      expect(readReversals(store, runId)).toEqual({ take: [], skip: [], give: [] })
    }))

  test('a seat that a later run changed is skipped, whatever its state is now', () =>
    useTeam((store) => {
      const giving = give(store, 1, 2)
      const taking = take(store, 1, 4)
      give(store, 1, 4)
      expect(readReversals(store, giving)).toEqual({ take: [2], skip: [1], give: [] })
      expect(readReversals(store, taking)).toEqual({ take: [], skip: [1, 4], give: [] })
      take(store, 4)
      expect(readReversals(store, taking)).toEqual({ take: [], skip: [1, 4], give: [] })
    }))

  test('changes of another purchase do not count as later changes', () =>
    useTeam((store) => {
      const taking = take(store, 4)
      const other = recordRun(store, [{ outcome: 'assigned', userId: 4 }], 2)
      store.seats.give(other, now)
      expect(readReversals(store, taking)).toEqual({ take: [], skip: [], give: [4] })
      expect(readReversals(store, other)).toEqual({ take: [4], skip: [], give: [] })
    }))

  test('a pending change is undone, and a change that a later run requested is skipped', () =>
    useTeam((store) => {
      const giving = requestSeats(store, [1, 2])
      expect(readReversals(store, giving)).toEqual({ take: [1, 2], skip: [], give: [] })
      const confirmed = give(store, 3)
      const taking = requestRemovals(store, [4, 3])
      expect(readReversals(store, confirmed)).toEqual({ take: [], skip: [3], give: [] })
      expect(readReversals(store, taking)).toEqual({ take: [], skip: [], give: [4, 3] })
      requestSeats(store, [4])
      expect(readReversals(store, taking)).toEqual({ take: [], skip: [], give: [3] })
    }))
})

test('reversals of several pages come each once and in order', async () => {
  const ids = Array.from({ length: 4_001 }, (_, index) => index + 1)
  await useStore(nextPath(), async (store) => {
    const users = ids.map((id) => makeUser(id, `user${id}`))
    await sync(store, makeSnapshot({ users, addOnPurchases: [makePurchase({ quantity: 5_000 })] }))
    const runId = give(store, ...ids.toReversed())
    expect(readReversals(store, runId)).toEqual({ take: ids.toReversed(), skip: [], give: [] })
    expect([...store.reversals.read(runId, 'take')].map(({ length }) => length)).toEqual([2_000, 2_000, 1])
    take(store, ...ids.slice(0, 2_000))
    expect(readReversals(store, runId).skip).toHaveLength(2_000)
    expect(readReversals(store, runId).take).toHaveLength(2_001)
  })
})
