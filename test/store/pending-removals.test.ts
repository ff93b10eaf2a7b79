import { beforeEach, describe, expect, test } from 'vitest'
import type { ChangeRefusal } from '../../src/store/pending-changes.ts'
import type { Store } from '../../src/store/store.ts'
import { unlinkStore } from '../../src/sync/link-store.ts'
import { rowOfUser } from '../support/person-rows.ts'
import {
  condenseResults,
  condenseSeats,
  countUnconfirmed,
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

const given = '2026-02-01T00:00:00.000Z'

/** A store in which ada and bob hold seats of Duo Pro, and ada one of Duo Enterprise. */
function useTeam<T>(work: (store: Store) => Promise<T>): Promise<T> {
  return useStore(path, async (store) => {
    const seats = [makeSeat(1, { assignedAt: given }), makeSeat(2), makeSeat(1, { addOnPurchaseId: 2 })]
    await sync(store, makeSnapshot({ seats }))
    return work(store)
  })
}

const refusal: ChangeRefusal = { outcome: 'refused_by_gitlab', reason: null, detail: 'BUSY' }

function countAssigned(store: Store, addOnPurchaseId = 1): number | undefined {
  return store.addOnPurchases.list().find(({ id }) => id === addOnPurchaseId)?.assigned
}

/** `[user id, outcome, detail, pushed]` of each result of a run. */
function readResults(store: Store, runId: number) {
  return [...store.results.read(runId)].map(({ userId, outcome, detail, pushed }) => [
    userId,
    outcome,
    detail,
    pushed,
  ])
}

/** `[user id, holds a seat, is pending, assigned at]` of each user, by id. */
function listAll(store: Store) {
  const users = store.users.list({
    addOnPurchaseId: 1,
    offering: 'self-managed',
    holdersOnly: false,
    sort: 'username',
    reverse: false,
  })
  return [...users].map(({ userId, holdsSeat, isPending, assignedAt }) => [
    userId,
    holdsSeat,
    isPending,
    assignedAt,
  ])
}

/** Ids of the users who hold a seat when a run decides about them. */
function findHolders(store: Store): number[] {
  const requests = [1, 2, 3, 4].map((userId) => ({
    line: null,
    input: '',
    ...rowOfUser(userId),
  }))
  return store.userMatches
    .find(requests, 1)
    .flatMap(({ matches }) => matches.flatMap(({ users }) => users))
    .filter(({ holdsSeat }) => holdsSeat)
    .map(({ userId }) => userId)
}

describe('pending removals', () => {
  test('requested removals are pending with their results, in the order of the run', () =>
    useTeam(async (store) => {
      const first = requestRemovals(store, [2, 1])
      const otherAddOn = requestRemovals(store, [1], 2)
      expect(store.pendingChanges.list(1, 'take')).toEqual([
        { userId: 2, runId: first, onShortage: 'fill' },
        { userId: 1, runId: first, onShortage: 'fill' },
      ])
      expect(store.pendingChanges.list(2, 'take')).toEqual([
        { userId: 1, runId: otherAddOn, onShortage: 'fill' },
      ])
      expect(store.pendingChanges.list(1, 'give')).toEqual([])
      expect(store.pendingChanges.count()).toBe(3)
      expect(store.pendingChanges.listPurchases()).toEqual([1, 2])
      expect(store.pendingChanges.listUserIds(1)).toEqual({ give: [], take: [1, 2] })
      expect(readResults(store, first)).toEqual([
        [2, 'pending_removal', null, 'pending'],
        [1, 'pending_removal', null, 'pending'],
      ])
    }))

  test('a pending removal counts as done: the seat is free, and the user holds none', () =>
    useTeam(async (store) => {
      requestSeats(store, [3])
      expect([countAssigned(store), countUnconfirmed(store)]).toEqual([3, 1])
      requestRemovals(store, [1, 2])
      expect([countAssigned(store), countUnconfirmed(store)]).toEqual([1, -1])
      expect([countAssigned(store, 2), countUnconfirmed(store, 2)]).toEqual([1, 0])
      expect(findHolders(store)).toEqual([3])
      expect(condenseSeats(store)).toEqual([[3, true]])
      expect(listAll(store)).toEqual([
        [1, false, true, null],
        [2, false, true, null],
        [3, true, true, now],
        [4, false, false, null],
      ])
    }))

  test('a seat with a pending removal is still listed among the seats of GitLab', () =>
    useTeam(async (store) => {
      requestRemovals(store, [1])
      requestSeats(store, [3])
      expect([...store.seats.readAll()]).toEqual([
        makeSeat(1, { assignedAt: given }),
        makeSeat(2),
        makeSeat(1, { addOnPurchaseId: 2 }),
      ])
    }))

  test('a removal that two runs requested stays that of the first run, and both results get the answer', () =>
    useTeam(async (store) => {
      const first = requestRemovals(store, [2])
      const second = requestRemovals(store, [1, 2])
      expect(store.pendingChanges.list(1, 'take').map(({ userId, runId }) => [userId, runId])).toEqual([
        [2, first],
        [1, second],
      ])
      store.pendingChanges.confirm(1, 'take', [2], '2026-03-09T10:00:00.000Z')
      expect(condenseResults(store, first)).toEqual([[2, 'unassigned', 'confirmed']])
      expect(condenseResults(store, second)).toEqual([
        [1, 'pending_removal', 'pending'],
        [2, 'unassigned', 'confirmed'],
      ])
    }))

  test('only results that remove a seat make a removal pending', () =>
    useTeam(async (store) => {
      const runId = recordRun(store, [
        { outcome: 'unassigned', userId: 1 },
        { outcome: 'duplicate', userId: 1, duplicateOf: 1 },
        { outcome: 'not_attempted', userId: 2 },
        { outcome: 'not_assigned', userId: 3 },
        { outcome: 'user_not_found' },
      ])
      store.pendingChanges.record(runId, now)
      expect(store.pendingChanges.listUserIds(1)).toEqual({ give: [], take: [1] })
      expect(condenseResults(store, runId).map(([, , pushed]) => pushed)).toEqual([
        'pending',
        null,
        null,
        null,
        null,
      ])
    }))

  test('a pending removal survives a sync, whether GitLab still has the seat or not', () =>
    useTeam(async (store) => {
      requestRemovals(store, [1, 2])
      await sync(store, makeSnapshot({ seats: [makeSeat(2), makeSeat(4)] }))
      expect(store.pendingChanges.listUserIds(1)).toEqual({ give: [], take: [1, 2] })
      expect(condenseSeats(store)).toEqual([[4, false]])
    }))
})

describe('an answer about a removal', () => {
  test('a confirmed removal deletes the seat and keeps the reason of the result', () =>
    useTeam(async (store) => {
      const runId = recordRun(store, [
        { outcome: 'unassigned', userId: 1, reason: 'blocked', detail: '2025-12-31' },
        { outcome: 'unassigned', userId: 2 },
      ])
      store.pendingChanges.record(runId, now)
      store.pendingChanges.confirm(1, 'take', [1], '2026-03-09T10:00:00.000Z')
      expect([...store.results.read(runId)]).toMatchObject([
        { userId: 1, outcome: 'unassigned', reason: 'blocked', detail: '2025-12-31', pushed: 'confirmed' },
        { userId: 2, outcome: 'pending_removal', reason: null, detail: null, pushed: 'pending' },
      ])
      expect(listAll(store).slice(0, 2)).toEqual([
        [1, false, false, null],
        [2, false, true, null],
      ])
      expect(condenseSeats(store, 2)).toEqual([[1, false]])
    }))

  test('a refused removal leaves the seat as it was', () =>
    useTeam(async (store) => {
      const runId = requestRemovals(store, [1, 2])
      store.pendingChanges.refuse(1, 'take', [1], refusal)
      expect(readResults(store, runId)).toEqual([
        [1, 'refused_by_gitlab', 'BUSY', 'refused'],
        [2, 'pending_removal', null, 'pending'],
      ])
      expect(listAll(store).slice(0, 2)).toEqual([
        [1, true, false, given],
        [2, false, true, null],
      ])
      expect([countAssigned(store), findHolders(store)]).toEqual([1, [1]])
    }))

  test('an answer about a removal that comes twice or late changes nothing more', () =>
    useTeam(async (store) => {
      const runId = requestRemovals(store, [1, 2])
      for (let time = 0; time < 2; time += 1) {
        store.pendingChanges.confirm(1, 'take', [1, 3], '2026-03-09T10:00:00.000Z')
        store.pendingChanges.refuse(1, 'take', [2, 4], refusal)
      }
      store.pendingChanges.refuse(1, 'take', [1], refusal)
      store.pendingChanges.confirm(1, 'take', [2], '2026-03-09T10:00:00.000Z')
      store.pendingChanges.record(runId, now)
      expect(condenseResults(store, runId)).toEqual([
        [1, 'unassigned', 'confirmed'],
        [2, 'refused_by_gitlab', 'refused'],
      ])
      expect(condenseSeats(store)).toEqual([[2, false]])
    }))

  test('an answer about the opposite change settles nothing', () =>
    useTeam(async (store) => {
      const removal = requestRemovals(store, [1])
      const giving = requestSeats(store, [3])
      store.pendingChanges.confirm(1, 'give', [1], '2026-03-09T10:00:00.000Z')
      store.pendingChanges.refuse(1, 'give', [1], refusal)
      store.pendingChanges.confirm(1, 'take', [3], '2026-03-09T10:00:00.000Z')
      store.pendingChanges.refuse(1, 'take', [3], refusal)
      expect(store.pendingChanges.listUserIds(1)).toEqual({ give: [3], take: [1] })
      expect(condenseResults(store, removal)).toEqual([[1, 'pending_removal', 'pending']])
      expect(condenseResults(store, giving)).toEqual([[3, 'pending', 'pending']])
    }))

  test('the summary of a run counts answers about removals', () =>
    useTeam(async (store) => {
      const runId = recordRun(store, [
        { outcome: 'unassigned', userId: 1 },
        { outcome: 'duplicate', userId: 1, duplicateOf: 1 },
        { outcome: 'unassigned', userId: 2 },
        { outcome: 'user_not_found' },
      ])
      store.pendingChanges.record(runId, now)
      expect(store.results.summarize(runId)).toMatchObject({
        failed: 4,
        taken: 2,
        pushed: { confirmed: 0, pending: 2, refused: 0 },
      })
      expect([...store.results.readRejects(runId)].map(({ outcome }) => outcome)).toEqual(['user_not_found'])
      store.pendingChanges.confirm(1, 'take', [1], '2026-03-09T10:00:00.000Z')
      store.pendingChanges.refuse(1, 'take', [2], refusal)
      expect(store.results.summarize(runId)).toEqual({
        rows: 4,
        outcomes: { unassigned: 1, duplicate: 1, user_not_found: 1, refused_by_gitlab: 1 },
        failed: 2,
        given: 0,
        taken: 1,
        short: 0,
        pushed: { confirmed: 1, pending: 0, refused: 1 },
      })
    }))

  test('one call settles hundreds of pending removals', () =>
    useStore(path, async (store) => {
      const ids = Array.from({ length: 500 }, (_, index) => index + 1)
      const users = ids.map((id) => makeUser(id, `user${id}`))
      await sync(store, makeSnapshot({ users, seats: ids.map((id) => makeSeat(id)) }))
      requestRemovals(store, ids.toReversed())
      expect(store.pendingChanges.list(1, 'take').map(({ userId }) => userId)).toEqual(ids.toReversed())
      store.pendingChanges.confirm(1, 'take', ids.slice(0, 499), '2026-03-09T10:00:00.000Z')
      expect(store.pendingChanges.list(1, 'take')).toEqual([{ userId: 500, runId: 1, onShortage: 'fill' }])
      expect(countAssigned(store)).toBe(0)
    }))
})

describe('a pending change that a later run reverses', () => {
  test('a removal discards the pending seat in every run that waited for it', () =>
    useTeam(async (store) => {
      const first = requestSeats(store, [3, 4])
      const second = requestSeats(store, [3])
      const otherAddOn = requestSeats(store, [3], 2)
      const removal = requestRemovals(store, [3])
      for (const [runId, expected] of [
        [
          first,
          [
            [3, 'not_attempted', 'given_up', 'refused'],
            [4, 'pending', null, 'pending'],
          ],
        ],
        [second, [[3, 'not_attempted', 'given_up', 'refused']]],
        [otherAddOn, [[3, 'pending', null, 'pending']]],
        [removal, [[3, 'pending_removal', null, 'pending']]],
      ] as const)
        expect(readResults(store, runId)).toEqual(expected)
      expect(store.pendingChanges.listUserIds(1)).toEqual({ give: [4], take: [3] })
      expect(store.pendingChanges.list(1, 'take')).toEqual([
        { userId: 3, runId: removal, onShortage: 'fill' },
      ])
      expect(countAssigned(store)).toBe(3)
      store.pendingChanges.confirm(1, 'take', [3], '2026-03-09T10:00:00.000Z')
      expect(readResults(store, removal)).toEqual([[3, 'unassigned', null, 'confirmed']])
      expect(readResults(store, first)[0]).toEqual([3, 'not_attempted', 'given_up', 'refused'])
      expect(condenseSeats(store)).toEqual([
        [1, false],
        [2, false],
        [4, true],
      ])
    }))

  test('a new seat discards the pending removal in every run that waited for it', () =>
    useTeam(async (store) => {
      const first = requestRemovals(store, [1, 2])
      const second = requestRemovals(store, [1])
      const otherAddOn = requestRemovals(store, [1], 2)
      const giving = requestSeats(store, [1])
      for (const [runId, expected] of [
        [
          first,
          [
            [1, 'not_attempted', 'removal_given_up', 'refused'],
            [2, 'pending_removal', null, 'pending'],
          ],
        ],
        [second, [[1, 'not_attempted', 'removal_given_up', 'refused']]],
        [otherAddOn, [[1, 'pending_removal', null, 'pending']]],
        [giving, [[1, 'pending', null, 'pending']]],
      ] as const)
        expect(readResults(store, runId)).toEqual(expected)
      expect(store.pendingChanges.listUserIds(1)).toEqual({ give: [1], take: [2] })
      expect(store.pendingChanges.list(1, 'give')).toEqual([{ userId: 1, runId: giving, onShortage: 'fill' }])
      expect(countAssigned(store)).toBe(1)
      store.pendingChanges.confirm(1, 'give', [1], '2026-03-09T10:00:00.000Z')
      expect(readResults(store, giving)).toEqual([[1, 'assigned', null, 'confirmed']])
      expect(readResults(store, first)[0]).toEqual([1, 'not_attempted', 'removal_given_up', 'refused'])
      expect(condenseSeats(store)).toEqual([[1, false]])
    }))

  test('a discarded removal can be requested again', () =>
    useTeam(async (store) => {
      const runs = [requestRemovals(store, [1]), requestSeats(store, [1]), requestRemovals(store, [1])]
      expect(runs.map((runId) => condenseResults(store, runId)[0])).toEqual([
        [1, 'not_attempted', 'refused'],
        [1, 'not_attempted', 'refused'],
        [1, 'pending_removal', 'pending'],
      ])
      expect(store.pendingChanges.listUserIds(1)).toEqual({ give: [], take: [1] })
      store.pendingChanges.confirm(1, 'take', [1], '2026-03-09T10:00:00.000Z')
      expect(condenseSeats(store)).toEqual([[2, false]])
    }))

  test('the removal of a seat that GitLab never had frees no seat in GitLab', () =>
    useTeam(async (store) => {
      requestSeats(store, [3])
      requestRemovals(store, [3])
      expect([countAssigned(store), countUnconfirmed(store)]).toEqual([2, 0])
      expect([...store.seats.readAll()].map(({ userId }) => userId)).toEqual([1, 2, 1])
      store.pendingChanges.refuse(1, 'take', [3], refusal)
      expect(condenseSeats(store)).toEqual([
        [1, false],
        [2, false],
      ])
    }))

  test('a refused seat that reversed a removal leaves the seat that GitLab has, with its own day', () =>
    useTeam(async (store) => {
      requestRemovals(store, [1])
      requestSeats(store, [1])
      expect([countAssigned(store), countUnconfirmed(store)]).toEqual([2, 0])
      store.pendingChanges.refuse(1, 'give', [1], refusal)
      expect(listAll(store)[0]).toEqual([1, true, false, given])
    }))

  test('the last sync decides whether a refused removal leaves a seat', () =>
    useTeam(async (store) => {
      requestSeats(store, [3])
      requestRemovals(store, [1, 2, 3])
      await sync(store, makeSnapshot({ seats: [makeSeat(2), makeSeat(3)] }))
      expect(countUnconfirmed(store)).toBe(-2)
      store.pendingChanges.refuse(1, 'take', [1, 2, 3], refusal)
      expect(condenseSeats(store)).toEqual([
        [2, false],
        [3, false],
      ])
    }))

  test('a run without changes discards no pending change', () =>
    useTeam(async (store) => {
      const removal = requestRemovals(store, [1])
      const refused = recordRun(store, [{ outcome: 'not_attempted', userId: 1 }])
      store.pendingChanges.record(refused, now)
      expect(readResults(store, removal)).toEqual([[1, 'pending_removal', null, 'pending']])
    }))
})

describe('unlinking with pending changes', () => {
  function link(store: Store): void {
    store.links.record({ url: 'https://gitlab.example.com', group: null, linkedAt: now })
  }

  test('unlinking with a pending removal fails and changes nothing', () =>
    useTeam(async (store) => {
      link(store)
      requestRemovals(store, [1])
      await expect(unlinkStore(store, false, quietly)).rejects.toThrow(
        'GitLab has not confirmed 1 change. Without the link, it would stay pending.',
      )
      expect(store.pendingChanges.count()).toBe(1)
      expect(store.links.find()).not.toBeNull()
    }))

  test('unlinking with --discard-pending keeps the seats in GitLab and marks the results as not attempted', () =>
    useTeam(async (store) => {
      link(store)
      const removal = requestRemovals(store, [1])
      const otherAddOn = requestRemovals(store, [1], 2)
      const giving = requestSeats(store, [3])
      await unlinkStore(store, true, quietly)
      expect(readResults(store, removal)).toEqual([[1, 'not_attempted', 'removal_given_up', 'refused']])
      expect(readResults(store, otherAddOn)).toEqual([[1, 'not_attempted', 'removal_given_up', 'refused']])
      expect(readResults(store, giving)).toEqual([[3, 'not_attempted', 'given_up', 'refused']])
      expect(listAll(store)).toEqual([
        [1, true, false, given],
        [2, true, false, null],
        [3, false, false, null],
        [4, false, false, null],
      ])
      expect(condenseSeats(store, 2)).toEqual([[1, false]])
      expect([store.pendingChanges.count(), store.links.find()]).toEqual([0, null])
    }))

  test('unlinking with --discard-pending leaves the seats of GitLab after reversed changes', () =>
    useTeam(async (store) => {
      link(store)
      requestSeats(store, [3, 4])
      requestRemovals(store, [1, 2, 3])
      requestSeats(store, [1])
      await unlinkStore(store, true, quietly)
      expect(condenseSeats(store)).toEqual([
        [1, false],
        [2, false],
      ])
    }))
})
