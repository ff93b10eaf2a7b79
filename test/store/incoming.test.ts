import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Snapshot } from '../../src/domain/snapshot.ts'
import type { Store } from '../../src/store/store.ts'
import { replaceMirror } from '../../src/sync/replace-mirror.ts'
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

/** Replaces the mirror by pages that were staged before, as a pull from GitLab does. */
async function pull(store: Store, pages: readonly Pick<Snapshot, 'users' | 'seats'>[]) {
  const { mirror, changes } = store.openMirror()
  for (const { users, seats } of pages) {
    mirror.stageUsers(users)
    mirror.stageSeats(seats)
  }
  const { subscription, addOnPurchases } = makeSnapshot()
  const context = { ...quietly, store, mirror, changes, now, pause: async () => {}, onProgress: () => {} }
  await store.transact(
    () => replaceMirror({ takenAt: later, seenAt: later, subscription, addOnPurchases }, context),
    quietly,
  )
  return [...changes.read()].map(({ change, userId }) => [change, userId])
}

describe('pages that are staged', () => {
  test('may repeat users and seats: the latest row counts, and each counts once', () =>
    useStore(path, async (store) => {
      const { mirror } = store.openMirror()
      mirror.stageUsers([makeUser(1, 'ada'), makeUser(2, 'bob')])
      mirror.stageUsers([makeUser(2, 'bob', { state: 'blocked' }), makeUser(3, 'cleo')])
      mirror.stageSeats([makeSeat(1), makeSeat(2), makeSeat(1, { addOnPurchaseId: 2 })])
      mirror.stageSeats([makeSeat(2)])
      expect(mirror.countStaged()).toEqual({ users: 3, seats: 3 })
      expect([1, 2, 3].map((id) => mirror.countStagedSeats(id))).toEqual([2, 1, 0])
      mirror.clearStaged()
      expect(mirror.countStaged()).toEqual({ users: 0, seats: 0 })
    }))

  test('become the state of the store', () =>
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

  test('lock out no other process before the transaction', () =>
    useStore(path, async (store) => {
      await sync(store, makeSnapshot())
      await useStore(path, (other) =>
        other.transact(async () => {
          store.openMirror().mirror.stageUsers([makeUser(1, 'ada')])
        }, quietly),
      )
    }))

  test('of an earlier mirror of the same store are gone', () =>
    useStore(path, async (store) => {
      const first = store.openMirror()
      first.mirror.stageUsers([makeUser(1, 'ada')])
      first.changes.note({ change: 'add_on_purchase_gone', addOnPurchaseId: 1 })
      const second = store.openMirror()
      expect(second.mirror.countStaged().users).toBe(0)
      expect(second.changes.count()).toEqual({})
    }))
})

describe('pending seats', () => {
  test('stay as they are, whether or not GitLab has them, and are not in the report', () =>
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

  test('that GitLab has confirmed are seats as all others', () =>
    useStore(path, async (store) => {
      const { users } = makeSnapshot()
      await pull(store, [{ users, seats: [] }])
      requestSeats(store, [1, 2])
      store.pendingChanges.confirm(1, 'give', [1, 2])
      expect(await pull(store, [{ users, seats: [makeSeat(2)] }])).toEqual([['seat_lost', 1]])
      expect([...store.seats.readAll()]).toEqual([makeSeat(2, { assignedAt: now })])
    }))

  const ids = fc.uniqueArray(fc.integer({ min: 1, max: 4 }))

  test('survive any sync, and the other seats become those of GitLab', async () => {
    await fc.assert(
      fc.asyncProperty(ids, ids, ids, ids, async (first, staged, second, present) => {
        await useStore(nextPath(), async (store) => {
          const { users } = makeSnapshot()
          await pull(store, [{ users, seats: first.map((id) => makeSeat(id)) }])
          const pending = staged.filter((id) => !first.includes(id))
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
        })
      }),
      { numRuns: 60 },
    )
  })
})

test('what is known of every seat and user is that of confirmed seats and of users of the last sync', () =>
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
