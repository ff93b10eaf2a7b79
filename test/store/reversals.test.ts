import { describe, expect, test } from 'vitest'
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

/** The ids of the users for each thing that undoing a run asks for. */
function readReversals({ reversals }: Store, runId: number) {
  const read = (action: 'take' | 'leave' | 'give') =>
    [...reversals.read(runId, action)].flat().map(({ userId }) => userId)
  return { take: read('take'), leave: read('leave'), give: read('give') }
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

describe('what undoes a run', () => {
  test('is the opposite, in the order of its results', () =>
    useTeam((store) => {
      const giving = give(store, 3, 1)
      const taking = take(store, 4)
      expect(readReversals(store, giving)).toEqual({ take: [3, 1], leave: [], give: [] })
      expect(readReversals(store, taking)).toEqual({ take: [], leave: [], give: [4] })
    }))

  test('leaves out whom it has not changed', () =>
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
      expect(readReversals(store, runId)).toEqual({ take: [], leave: [], give: [] })
    }))

  test('leaves alone what later runs changed, whatever the state is now', () =>
    useTeam((store) => {
      const giving = give(store, 1, 2)
      const taking = take(store, 1, 4)
      give(store, 1, 4)
      expect(readReversals(store, giving)).toEqual({ take: [2], leave: [1], give: [] })
      expect(readReversals(store, taking)).toEqual({ take: [], leave: [1, 4], give: [] })
      take(store, 4)
      expect(readReversals(store, taking)).toEqual({ take: [], leave: [1, 4], give: [] })
    }))

  test('takes no notice of changes of another purchase', () =>
    useTeam((store) => {
      const taking = take(store, 4)
      const other = recordRun(store, [{ outcome: 'assigned', userId: 4 }], 2)
      store.seats.give(other, now)
      expect(readReversals(store, taking)).toEqual({ take: [], leave: [], give: [4] })
      expect(readReversals(store, other)).toEqual({ take: [4], leave: [], give: [] })
    }))

  test('takes back what is pending, and leaves alone what a later run is about to change', () =>
    useTeam((store) => {
      const giving = requestSeats(store, [1, 2])
      expect(readReversals(store, giving)).toEqual({ take: [1, 2], leave: [], give: [] })
      const confirmed = give(store, 3)
      const taking = requestRemovals(store, [4, 3])
      expect(readReversals(store, confirmed)).toEqual({ take: [], leave: [3], give: [] })
      expect(readReversals(store, taking)).toEqual({ take: [], leave: [], give: [4, 3] })
      requestSeats(store, [4])
      expect(readReversals(store, taking)).toEqual({ take: [], leave: [], give: [3] })
    }))
})

test('more users than fit into a page are read to the last one, each once', async () => {
  const ids = Array.from({ length: 4_001 }, (_, index) => index + 1)
  await useStore(nextPath(), async (store) => {
    const users = ids.map((id) => makeUser(id, `user${id}`))
    await sync(store, makeSnapshot({ users, addOnPurchases: [makePurchase({ quantity: 5_000 })] }))
    const runId = give(store, ...ids.toReversed())
    expect(readReversals(store, runId)).toEqual({ take: ids.toReversed(), leave: [], give: [] })
    expect([...store.reversals.read(runId, 'take')].map(({ length }) => length)).toEqual([2_000, 2_000, 1])
    take(store, ...ids.slice(0, 2_000))
    expect(readReversals(store, runId).leave).toHaveLength(2_000)
    expect(readReversals(store, runId).take).toHaveLength(2_001)
  })
})
