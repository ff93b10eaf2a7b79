import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Snapshot } from '../../src/domain/snapshot.ts'
import type { Store } from '../../src/store/store.ts'
import { applyIncoming } from '../../src/sync/apply-incoming.ts'
import { takeEmptiedStore } from '../support/emptied-store.ts'
import {
  condenseSeats,
  makePaths,
  makeSeat,
  makeSnapshot,
  makeUser,
  now,
  quietly,
  recordRun,
  requestSeats,
  sync,
  useStore,
} from './sample-store.ts'

const nextPath = makePaths()
let path = ''

beforeEach(() => {
  path = nextPath()
})

const later = '2026-03-02T10:00:00.000Z'

/** Replaces the state of the store by pages that came before the transaction, as a pull from GitLab does. */
async function pull(store: Store, pages: readonly Pick<Snapshot, 'users' | 'seats'>[]) {
  const { incoming, changes } = await store.openIncoming()
  for (const { users, seats } of pages) {
    incoming.add({ users, seats })
  }
  const { subscription, addOnPurchases } = makeSnapshot()
  const context = { ...quietly, store, incoming, changes, now, readClock: () => now }
  await store.transact(
    () =>
      applyIncoming(
        { takenAt: later, seenAt: later, subscription, addOnPurchases, hiddenAddresses: null },
        context,
      ),
    quietly,
  )
  return [...changes.read()].map(({ change, userId }) => [change, userId])
}

describe('incoming pages', () => {
  test('a user or seat that comes twice counts once, by its latest row', () =>
    useStore(path, async (store) => {
      const { incoming } = await store.openIncoming()
      const countSeats = () => [1, 2, 3].map((id) => incoming.countSeats(id))
      incoming.add({ users: [makeUser(1, 'ada'), makeUser(2, 'bob')] })
      incoming.add({ users: [makeUser(2, 'bob', { state: 'blocked' }), makeUser(3, 'cleo')] })
      incoming.add({ seats: [makeSeat(1), makeSeat(2), makeSeat(1, { addOnPurchaseId: 2 })] })
      incoming.add({ seats: [makeSeat(2)] })
      expect(incoming.countUsers()).toBe(3)
      expect(countSeats()).toEqual([2, 1, 0])
      incoming.clear()
      expect(incoming.countUsers()).toBe(0)
      expect(countSeats()).toEqual([0, 0, 0])
    }))

  test('incoming users and seats become the state of the store', () =>
    useStore(path, async (store) => {
      const pages = [
        { users: [makeUser(1, 'ada'), makeUser(2, 'bob')], seats: [makeSeat(1), makeSeat(2)] },
        { users: [makeUser(2, 'bob', { state: 'blocked' })], seats: [makeSeat(2)] },
      ]
      expect(await pull(store, pages)).toEqual([
        ['user_added', 1],
        ['user_added', 2],
        ['add_on_purchase_added', null],
        ['add_on_purchase_added', null],
        ['seat_gained', 1],
        ['seat_gained', 2],
        ['holder_not_eligible', 2],
      ])
      expect([...store.users.readAll()].map(({ state }) => state)).toEqual(['active', 'blocked'])
    }))

  test('incoming pages lock out no other process before the transaction', () =>
    useStore(path, async (store) => {
      await sync(store, makeSnapshot())
      await useStore(path, (other) =>
        other.transact(async () => {
          const { incoming } = await store.openIncoming()
          incoming.add({ users: [makeUser(1, 'ada')] })
        }, quietly),
      )
    }))

  test('openIncoming deletes the rows and changes of an earlier sync', () =>
    useStore(path, async (store) => {
      const first = await store.openIncoming()
      first.incoming.add({ users: [makeUser(1, 'ada')] })
      first.changes.note({ change: 'add_on_purchase_gone', addOnPurchaseId: 1 })
      const second = await store.openIncoming()
      expect(second.incoming.countUsers()).toBe(0)
      expect(second.changes.count()).toEqual({})
    }))
})

describe('pending seats in a sync', () => {
  test('a sync keeps pending seats, whether GitLab has them or not, and does not report them', () =>
    useStore(path, async (store) => {
      const { users } = makeSnapshot()
      await pull(store, [{ users, seats: [makeSeat(4)] }])
      requestSeats(store, [1, 2])
      expect(await pull(store, [{ users, seats: [makeSeat(1), makeSeat(3)] }])).toEqual([
        ['seat_gained', 3],
        ['seat_lost', 4],
      ])
      expect(condenseSeats(store)).toEqual([
        [1, true],
        [2, true],
        [3, false],
      ])
    }))

  test('a sync replaces confirmed seats like all others', () =>
    useStore(path, async (store) => {
      const { users } = makeSnapshot()
      await pull(store, [{ users, seats: [] }])
      requestSeats(store, [1, 2])
      store.pendingChanges.confirm(1, 'give', [1, 2], '2026-03-09T10:00:00.000Z')
      expect(await pull(store, [{ users, seats: [makeSeat(2)] }])).toEqual([['seat_lost', 1]])
      expect([...store.seats.readAll()]).toEqual([makeSeat(2, { assignedAt: now })])
    }))

  const ids = fc.uniqueArray(fc.integer({ min: 1, max: 4 }))

  test('pending seats survive any sync, and the other seats become those of GitLab', async () => {
    await fc.assert(
      fc.asyncProperty(ids, ids, ids, ids, async (first, requested, second, present) => {
        const { store } = takeEmptiedStore()
        const { users } = makeSnapshot()
        await pull(store, [{ users, seats: first.map((id) => makeSeat(id)) }])
        const pending = requested.filter((id) => !first.includes(id))
        requestSeats(store, pending)
        const there = users.filter(({ id }) => present.includes(id) || second.includes(id))
        const changes = await pull(store, [{ users: there, seats: second.map((id) => makeSeat(id)) }])
        const expected = [1, 2, 3, 4].flatMap((id): [number, boolean][] => {
          if (pending.includes(id)) return [[id, true]]
          return second.includes(id) ? [[id, false]] : []
        })
        expect(condenseSeats(store)).toEqual(expected)
        const moved = changes.filter(([change]) => String(change).startsWith('seat_')).map(([, id]) => id)
        expect(moved.filter((id) => pending.includes(Number(id)))).toEqual([])
        expect(new Set(store.pendingChanges.list(1, 'give').map(({ userId }) => userId))).toEqual(
          new Set(pending),
        )
      }),
      { numRuns: 60 },
    )
  })
})

test('readAll returns confirmed seats and the users of the last sync only', () =>
  useStore(path, async (store) => {
    const users = [makeUser(1, 'ada'), makeUser(2, 'bob'), makeUser(3, 'cleo')]
    await pull(store, [{ users, seats: [makeSeat(1), makeSeat(1, { addOnPurchaseId: 2 })] }])
    store.lookedUpUsers.record([makeUser(70, 'newt')], now)
    requestSeats(store, [2])
    const runId = recordRun(store, [{ outcome: 'assigned', userId: 70 }])
    store.seats.give(runId, now)
    expect([...store.users.readAll()]).toEqual(users)
    expect([...store.seats.readAll()]).toEqual([makeSeat(1), makeSeat(1, { addOnPurchaseId: 2 })])
  }))
