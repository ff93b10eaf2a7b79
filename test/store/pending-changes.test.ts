import Database from 'better-sqlite3'
import { beforeEach, describe, expect, test } from 'vitest'
import type { ChangeRefusal } from '../../src/store/pending-changes.ts'
import type { Store } from '../../src/store/store.ts'
import {
  condenseResults,
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

/** A store in which dora holds a seat. */
function useTeam<T>(work: (store: Store) => Promise<T>): Promise<T> {
  return useStore(path, async (store) => {
    await sync(store, makeSnapshot({ seats: [makeSeat(4)] }))
    return work(store)
  })
}

const noSeats: ChangeRefusal = { outcome: 'no_seats_available', reason: null, detail: null }

describe('pending seats', () => {
  test('requested seats are pending with their results, in the order of the run', () =>
    useTeam(async (store) => {
      const first = requestSeats(store, [3, 1])
      const second = requestSeats(store, [2])
      expect(store.pendingChanges.list(1, 'give')).toEqual([
        { userId: 3, runId: first, onShortage: 'fill' },
        { userId: 1, runId: first, onShortage: 'fill' },
        { userId: 2, runId: second, onShortage: 'fill' },
      ])
      expect(store.pendingChanges.count()).toBe(3)
      expect(store.pendingChanges.listPurchases()).toEqual([1])
      expect(store.pendingChanges.listUserIds(1)).toEqual({ give: [1, 2, 3], take: [] })
      expect(store.pendingChanges.listUserIds(2)).toEqual({ give: [], take: [] })
      expect(condenseResults(store, first)).toEqual([
        [3, 'pending', 'pending'],
        [1, 'pending', 'pending'],
      ])
      expect(condenseResults(store, second)).toEqual([[2, 'pending', 'pending']])
      expect(condenseSeats(store)).toEqual([
        [1, true],
        [2, true],
        [3, true],
        [4, false],
      ])
      expect(store.addOnPurchases.list()[0]?.assigned).toBe(4)
    }))

  test('a seat that two runs requested stays that of the first run', () =>
    useTeam(async (store) => {
      requestSeats(store, [2])
      requestSeats(store, [3, 2])
      expect(store.pendingChanges.list(1, 'give').map(({ userId }) => userId)).toEqual([2, 3])
    }))

  test('only results that assign a seat make one pending', () =>
    useTeam(async (store) => {
      const runId = recordRun(store, [
        { outcome: 'assigned', userId: 1 },
        { outcome: 'duplicate', userId: 1, duplicateOf: 1 },
        { outcome: 'already_assigned', userId: 4 },
        { outcome: 'no_seats_available', userId: 2 },
        { outcome: 'user_not_found' },
      ])
      store.pendingChanges.record(runId, now)
      expect(store.pendingChanges.listUserIds(1)).toEqual({ give: [1], take: [] })
      expect(condenseResults(store, runId).map(([, , pushed]) => pushed)).toEqual([
        'pending',
        null,
        null,
        null,
        null,
      ])
    }))

  test('a rollback takes back requests and answers', () =>
    useTeam(async (store) => {
      await store.transact(
        () => {
          requestSeats(store, [1])
          store.pendingChanges.confirm(1, 'give', [1], '2026-03-09T10:00:00.000Z')
          expect(condenseSeats(store)).toEqual([
            [1, false],
            [4, false],
          ])
        },
        { ...quietly, rollback: true },
      )
      expect(condenseSeats(store)).toEqual([[4, false]])
    }))
})

describe('an answer about a pending seat', () => {
  test('a confirmed seat settles every result that waited for it and no other result', () =>
    useTeam(async (store) => {
      const first = requestSeats(store, [1, 2])
      const second = requestSeats(store, [1])
      const otherAddOn = requestSeats(store, [1], 2)
      store.pendingChanges.confirm(1, 'give', [1], '2026-03-09T10:00:00.000Z')
      expect(condenseResults(store, first)).toEqual([
        [1, 'assigned', 'confirmed'],
        [2, 'pending', 'pending'],
      ])
      expect(condenseResults(store, second)).toEqual([[1, 'assigned', 'confirmed']])
      expect(condenseResults(store, otherAddOn)).toEqual([[1, 'pending', 'pending']])
      expect(store.pendingChanges.listPurchases()).toEqual([1, 2])
    }))

  test('a refused seat is deleted, and its results get the code, reason and detail of the refusal', () =>
    useTeam(async (store) => {
      const runId = requestSeats(store, [1, 2])
      const refusal = { outcome: 'invalid_user_membership', reason: 'not_eligible', detail: 'x' } as const
      store.pendingChanges.refuse(1, 'give', [1], refusal)
      expect([...store.results.read(runId)][0]).toMatchObject({ ...refusal, userId: 1, pushed: 'refused' })
      expect(condenseSeats(store)).toEqual([
        [2, true],
        [4, false],
      ])
    }))

  test('an answer that comes twice or late changes nothing more', () =>
    useTeam(async (store) => {
      const runId = requestSeats(store, [1, 2])
      for (let time = 0; time < 2; time += 1) {
        store.pendingChanges.confirm(1, 'give', [1], '2026-03-09T10:00:00.000Z')
        store.pendingChanges.refuse(1, 'give', [2, 4], noSeats)
      }
      store.pendingChanges.refuse(1, 'give', [1], noSeats)
      store.pendingChanges.confirm(1, 'give', [2], '2026-03-09T10:00:00.000Z')
      store.pendingChanges.record(runId, now)
      expect(condenseResults(store, runId)).toEqual([
        [1, 'assigned', 'confirmed'],
        [2, 'no_seats_available', 'refused'],
      ])
      expect(condenseSeats(store)).toEqual([
        [1, false],
        [4, false],
      ])
    }))

  test('a duplicate fails or succeeds with the pending result that it repeats', () =>
    useTeam(async (store) => {
      const runId = recordRun(store, [
        { outcome: 'assigned', userId: 1 },
        { outcome: 'duplicate', userId: 1, duplicateOf: 1 },
        { outcome: 'assigned', userId: 2 },
        { outcome: 'duplicate', userId: 2, duplicateOf: 3 },
        { outcome: 'user_not_found' },
      ])
      store.pendingChanges.record(runId, now)
      expect(store.results.summarize(runId)).toEqual({
        rows: 5,
        outcomes: { pending: 2, duplicate: 2, user_not_found: 1 },
        failed: 5,
        given: 2,
        taken: 0,
        short: 0,
        pushed: { confirmed: 0, pending: 2, refused: 0 },
      })
      expect([...store.results.readRejects(runId)].map(({ outcome }) => outcome)).toEqual(['user_not_found'])
      store.pendingChanges.confirm(1, 'give', [1], '2026-03-09T10:00:00.000Z')
      store.pendingChanges.refuse(1, 'give', [2], noSeats)
      const summary = store.results.summarize(runId)
      expect(summary).toEqual({
        rows: 5,
        outcomes: { assigned: 1, duplicate: 2, user_not_found: 1, no_seats_available: 1 },
        failed: 3,
        given: 1,
        taken: 0,
        short: 1,
        pushed: { confirmed: 1, pending: 0, refused: 1 },
      })
      expect(Object.keys(summary.outcomes)[0]).toBe('assigned')
      expect([...store.results.readRejects(runId)].map(({ outcome }) => outcome)).toEqual([
        'no_seats_available',
        'user_not_found',
      ])
    }))
})

test('finishPush records the end and the numbers of a run after its push', () =>
  useTeam(async (store) => {
    const runId = requestSeats(store, [1])
    const finishedAt = '2026-03-02T10:00:00.000Z'
    store.runs.finishPush(runId, { finishedAt, needed: 2, removals: 1, freeBefore: 4, freeAfter: 3 })
    const database = new Database(path, { readonly: true })
    const row = database
      .prepare('SELECT finished_at, needed, removals, free_before, free_after FROM runs WHERE id = ?')
      .get(runId)
    database.close()
    expect(row).toEqual({ finished_at: finishedAt, needed: 2, removals: 1, free_before: 4, free_after: 3 })
  }))

test('one call settles hundreds of pending seats', () =>
  useStore(path, async (store) => {
    const ids = Array.from({ length: 500 }, (_, index) => index + 1)
    await sync(store, makeSnapshot({ users: ids.map((id) => makeUser(id, `user${id}`)) }))
    requestSeats(store, ids.toReversed())
    expect(store.pendingChanges.list(1, 'give').map(({ userId }) => userId)).toEqual(ids.toReversed())
    store.pendingChanges.confirm(1, 'give', ids.slice(0, 499), '2026-03-09T10:00:00.000Z')
    expect(store.pendingChanges.list(1, 'give')).toEqual([{ userId: 500, runId: 1, onShortage: 'fill' }])
  }))
