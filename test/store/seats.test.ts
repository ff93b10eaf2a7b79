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

describe('seats.take', () => {
  test('a run removes the seat of each result that says so, of its own purchase only', () =>
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

  test('removing the seats of a run twice removes nothing more and leaves the seats of later runs', () =>
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

  test('a rollback takes removed and given seats back', () =>
    useTeam(async (store) => {
      await store.transact(
        () => {
          const runId = recordRun(store, [
            { outcome: 'unassigned', userId: 1 },
            { outcome: 'assigned', userId: 4 },
          ])
          store.seats.take(runId)
          store.seats.give(runId, now)
          expect(condenseSeats(store).map(([userId]) => userId)).toEqual([2, 4])
        },
        { ...quietly, rollback: true },
      )
      expect(condenseSeats(store).map(([userId]) => userId)).toEqual([1, 2])
    }))
})

test('a run that gives a seat to a holder fails and gives no seat', () =>
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

  test('readHolders returns holders by id with their names, pending seats included', () =>
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

  test('readHolders leaves out users with a pending removal and users who are gone', () =>
    useTeam(async (store) => {
      requestSeats(store, [3, 4])
      requestRemovals(store, [1, 3])
      const { users } = makeSnapshot()
      await sync(store, makeSnapshot({ users: users.slice(0, 3), seats: [makeSeat(1), makeSeat(2)] }))
      expect(readHolders(store)).toEqual([[{ userId: 2, username: 'bob' }]])
    }))

  test.each([1999, 2000, 2001, 4000, 4500])(
    'readHolders returns each of %i holders once, page by page',
    (count) =>
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

  test('readHolders returns all holders even when seats are removed between two pages', () =>
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
