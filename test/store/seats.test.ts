import { beforeEach, describe, expect, test } from 'vitest'
import type { Store } from '../../src/store/store.ts'
import {
  condenseSeats,
  makePaths,
  makeSeat,
  makeSnapshot,
  makeUser,
  now,
  quietly,
  recordRun,
  requestRemovals,
  requestSeats,
  sync,
  useStore,
} from './sample-store.ts'

const nextPath = makePaths()
let path = ''

beforeEach(() => {
  path = nextPath()
})

/** A store in which ada and bob hold seats of Duo Pro, and ada one of Duo Enterprise. */
function useTeam<T>(work: (store: Store) => Promise<T>): Promise<T> {
  return useStore(path, async (store) => {
    const seats = [makeSeat(1), makeSeat(2), makeSeat(1, { addOnPurchaseId: 2 })]
    await sync(store, makeSnapshot({ seats }))
    return work(store)
  })
}

function listAssigned(store: Store): number[] {
  return store.addOnPurchases.list().map(({ assigned }) => assigned)
}

describe('taking', () => {
  test('takes the seat of every result that says so, of the purchase of the run, and no other', () =>
    useTeam(async (store) => {
      const runId = recordRun(store, [
        { outcome: 'unassigned', userId: 1 },
        { outcome: 'duplicate', userId: 1, duplicateOf: 1 },
        { outcome: 'not_attempted', userId: 2 },
        { outcome: 'not_assigned', userId: 3 },
        { outcome: 'user_not_found' },
      ])
      store.seats.take(runId)
      expect(condenseSeats(store)).toEqual([[2, false]])
      expect(condenseSeats(store, 2)).toEqual([[1, false]])
      expect(listAssigned(store)).toEqual([1, 1])
    }))

  test('leaves the seats of other runs alone, and done twice takes nothing more', () =>
    useTeam(async (store) => {
      const first = recordRun(store, [{ outcome: 'unassigned', userId: 1 }])
      store.seats.take(first)
      store.seats.give(recordRun(store, [{ outcome: 'assigned', userId: 3 }]), now)
      store.seats.take(first)
      expect(condenseSeats(store)).toEqual([
        [2, false],
        [3, false],
      ])
    }))

  test('is taken back together with the transaction around it', () =>
    useTeam(async (store) => {
      await store.rehearse(async () => {
        const runId = recordRun(store, [
          { outcome: 'unassigned', userId: 1 },
          { outcome: 'assigned', userId: 4 },
        ])
        store.seats.take(runId)
        store.seats.give(runId, now)
        expect(condenseSeats(store).map(([userId]) => userId)).toEqual([2, 4])
      }, quietly)
      expect(condenseSeats(store).map(([userId]) => userId)).toEqual([1, 2])
    }))
})

test('giving gives a seat also to whom it is about to be taken from, as a dry run of a linked store may', () =>
  useTeam(async (store) => {
    requestRemovals(store, [1, 2])
    requestRemovals(store, [1], 2)
    await store.rehearse(async () => {
      const runId = recordRun(store, [{ outcome: 'assigned', userId: 1 }])
      store.seats.give(runId, now)
      expect(condenseSeats(store)).toEqual([[1, false]])
      expect(store.pendingChanges.find(1).take).toEqual(new Set([2]))
      expect(store.pendingChanges.find(2).take).toEqual(new Set([1]))
      expect(listAssigned(store)).toEqual([1, 0])
    }, quietly)
    expect(condenseSeats(store)).toEqual([])
  }))

test('giving a seat to somebody who holds one is a bug, and gives nobody one', () =>
  useTeam(async (store) => {
    const runId = recordRun(store, [
      { outcome: 'assigned', userId: 3 },
      { outcome: 'assigned', userId: 1 },
    ])
    expect(() => store.seats.give(runId, now)).toThrow('UNIQUE')
    expect(condenseSeats(store).map(([userId]) => userId)).toEqual([1, 2])
  }))

describe('the holders of a purchase', () => {
  function readHolders(store: Store, addOnPurchaseId = 1) {
    return [...store.seats.readHolders(addOnPurchaseId)]
  }

  test('are read by id with their names, pending ones too', () =>
    useTeam(async (store) => {
      requestSeats(store, [4])
      expect(readHolders(store)).toEqual([
        [
          { userId: 1, username: 'ada' },
          { userId: 2, username: 'bob' },
          { userId: 4, username: 'dora' },
        ],
      ])
      expect(readHolders(store, 2)).toEqual([[{ userId: 1, username: 'ada' }]])
      expect(readHolders(store, 3)).toEqual([])
    }))

  test('are neither those who are to lose the seat nor those who are gone', () =>
    useTeam(async (store) => {
      requestSeats(store, [3, 4])
      requestRemovals(store, [1, 3])
      const { users } = makeSnapshot()
      await sync(store, makeSnapshot({ users: users.slice(0, 3), seats: [makeSeat(1), makeSeat(2)] }))
      expect(readHolders(store)).toEqual([[{ userId: 2, username: 'bob' }]])
    }))

  test.each([1999, 2000, 2001, 4000, 4500])('come each once, a page at a time: %i of them', (count) =>
    useStore(path, async (store) => {
      const ids = Array.from({ length: count }, (_, index) => index + 1)
      const users = ids.map((id) => makeUser(id, `user${id}`))
      await sync(store, makeSnapshot({ users, seats: ids.map((id) => makeSeat(id)) }))
      const pages = readHolders(store)
      expect(pages.flat()).toEqual(ids.map((userId) => ({ userId, username: `user${userId}` })))
      expect(pages).toHaveLength(Math.ceil(count / 2000))
      expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(2000)
    }),
  )

  test('may lose their seats between two pages', () =>
    useStore(path, async (store) => {
      const ids = Array.from({ length: 4500 }, (_, index) => index + 1)
      const users = ids.map((id) => makeUser(id, `user${id}`))
      await sync(store, makeSnapshot({ users, seats: ids.map((id) => makeSeat(id)) }))
      const seen: number[] = []
      for (const page of store.seats.readHolders(1)) {
        seen.push(...page.map(({ userId }) => userId))
        store.seats.take(
          recordRun(
            store,
            page.map(({ userId }) => ({ outcome: 'unassigned', userId })),
          ),
        )
      }
      expect(seen).toEqual(ids)
      expect(listAssigned(store)).toEqual([0, 0])
    }))
})
