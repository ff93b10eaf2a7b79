import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addOnNames } from '../../src/domain/add-on.ts'
import type { Snapshot } from '../../src/domain/snapshot.ts'
import type { SyncReport } from '../../src/domain/sync-change.ts'
import { userStates } from '../../src/domain/user.ts'
import type { DecidedRequest } from '../../src/store/result-insertion.ts'
import type { Store } from '../../src/store/store.ts'
import { syncSnapshot } from '../../src/sync/sync-snapshot.ts'
import { takeEmptiedStore } from '../support/emptied-store.ts'
import { rowOfUser } from '../support/person-rows.ts'
import { quietly } from '../support/play-order.ts'

const takenAt = '2026-03-02T08:00:00.000Z'
const earlier = '2026-03-02T07:00:00.000Z'
const later = '2026-03-02T09:00:00.000Z'
const newer = '2026-03-02T09:30:00.000Z'

const day = fc.constantFrom('2026-01-01', '2026-03-01', null)
const name = fc.constantFrom('ada', 'ADA', 'Ada', 'bob', 'BOB', 'cleo', 'dora', 'élodie', 'ÉLODIE')
const id = fc.integer({ min: 1, max: 6 })

const user = fc.record({
  id,
  username: name,
  name,
  email: fc.option(name.map((text) => `${text}@example.com`)),
  state: fc.constantFrom(...userStates),
  type: fc.constantFrom('human', 'human', 'ghost'),
  member: fc.boolean(),
  lastActivityOn: day,
  lastDuoActivityOn: day,
})

const purchase = fc.record({
  id: fc.constantFrom(1, 2),
  addOn: fc.constantFrom(...addOnNames),
  quantity: fc.integer({ min: 0, max: 3 }),
  startedOn: day,
  expiresOn: day,
  trial: fc.boolean(),
})

const users = fc
  .uniqueArray(user, { selector: (one) => one.id, maxLength: 6 })
  .map((all) => keepFirst(all, ({ username }) => username.toLowerCase()))
const purchases = fc
  .uniqueArray(purchase, { selector: (one) => one.id, maxLength: 2 })
  .map((all) => keepFirst(all, ({ addOn }) => addOn))

const wantedSeats = fc.array(fc.record({ addOnPurchaseId: fc.constantFrom(1, 2), userId: id }))

const snapshot: fc.Arbitrary<Snapshot> = fc
  .record({ users, addOnPurchases: purchases, seats: wantedSeats })
  .map(({ seats, ...rest }) => ({
    ...rest,
    takenAt,
    subscription: {
      offering: 'gitlab.com',
      url: 'https://gitlab.com',
      group: 'acme',
      plan: 'ultimate',
      gitlabVersion: '18.0.0',
      lastSyncAt: null,
    },
    seats: keepFirst(seats, seatKey)
      .filter((seat) => rest.users.some((one) => one.id === seat.userId))
      .filter((seat) => rest.addOnPurchases.some((one) => one.id === seat.addOnPurchaseId))
      .map((seat) => ({ ...seat, assignedAt: null })),
  }))

const seconds = fc
  .record({ content: snapshot, takenAt: fc.constantFrom(takenAt, newer) })
  .map(({ content, ...rest }): Snapshot => ({ ...content, ...rest }))

/** Seats that a run gives after the first sync, to users of its snapshot. The clock may have been set back. */
interface Gift {
  userIds: number[]
  assignedAt: string
}

const gifts: fc.Arbitrary<Gift> = fc.record({
  userIds: fc.uniqueArray(id),
  assignedAt: fc.constantFrom(earlier, later),
})

function keepFirst<T>(all: readonly T[], keyOf: (one: T) => string): T[] {
  return [...new Map([...all].reverse().map((one) => [keyOf(one), one])).values()].reverse()
}

function seatKey({ addOnPurchaseId, userId }: { addOnPurchaseId: number; userId: number }): string {
  return `${addOnPurchaseId}:${userId}`
}

async function sync(
  store: Store,
  incoming: Snapshot,
): Promise<Pick<SyncReport, 'counts' | 'activityUpdated'>> {
  const now = incoming.takenAt === takenAt ? later : newer
  const context = { ...quietly, store, readClock: () => now }
  const { counts, activityUpdated } = await syncSnapshot(incoming, { allowOlder: false }, context)
  return { counts, activityUpdated }
}

/** @returns the keys of the seats that were given */
function giveSeats(store: Store, first: Snapshot, gift: Gift): string[] {
  const addOnPurchaseId = first.addOnPurchases[0]?.id
  if (addOnPurchaseId === undefined) return []
  const held = new Set(first.seats.map(seatKey))
  const userIds = gift.userIds.filter(
    (userId) =>
      first.users.some((one) => one.id === userId) && !held.has(seatKey({ addOnPurchaseId, userId })),
  )
  const runId = store.runs.open({
    command: 'assign',
    addOnPurchaseId,
    options: {},
    source: null,
    actor: 'root',
    host: 'here',
    pid: 1,
    ciJobUrl: null,
    ciUser: null,
    tokenUser: null,
    startedAt: gift.assignedAt,
  })
  store.results.record(runId, 1, userIds.map(makeAssignment))
  store.seats.give(runId, gift.assignedAt)
  return userIds.map((userId) => seatKey({ addOnPurchaseId, userId }))
}

function makeAssignment(userId: number): DecidedRequest {
  const decision = {
    outcome: 'assigned',
    change: 'give',
    userId,
    reason: null,
    detail: null,
    duplicateOf: null,
  } as const
  return { request: { line: null, input: String(userId), ...rowOfUser(userId) }, decision }
}

/** The users who are not gone, the keys of all seats, and the purchases. */
function readState(store: Store) {
  const lists = [1, 2].map((addOnPurchaseId) =>
    store.users.list({
      addOnPurchaseId,
      offering: 'gitlab.com',
      holdersOnly: false,
      sort: 'username',
      reverse: false,
    }),
  )
  const rows = lists.flatMap((list, index) =>
    [...list].map((row) => ({ ...row, addOnPurchaseId: index + 1 })),
  )
  return {
    users: rows
      .filter(({ addOnPurchaseId, reason }) => addOnPurchaseId === 1 && reason !== 'gone')
      .sort((a, b) => a.userId - b.userId)
      .map(({ userId, username, name, email, state, lastActivityOn, lastDuoActivityOn }) => ({
        id: userId,
        username,
        name,
        email,
        state,
        lastActivityOn,
        lastDuoActivityOn,
      })),
    seats: rows
      .filter(({ holdsSeat }) => holdsSeat)
      .map(seatKey)
      .sort(),
    purchases: store.addOnPurchases
      .list()
      .map(({ assigned: _, confirmed: __, goneAt: ___, ...rest }) => rest)
      .sort(byId),
  }
}

function byId(a: { id: number }, b: { id: number }): number {
  return a.id - b.id
}

/** The expected state after a snapshot; `kept` are keys of seats besides its own. */
function describeState({ users, seats, addOnPurchases }: Snapshot, kept: readonly string[]) {
  return {
    users: users.toSorted(byId).map(({ type: _type, member: _member, ...rest }) => rest),
    seats: [...new Set([...seats.map(seatKey), ...kept])].sort(),
    purchases: addOnPurchases.toSorted(byId),
  }
}

const findings = ['seat_kept', 'removal_kept', 'holder_not_eligible', 'seats_exceeded']

/** A newer snapshot contains the seats of a run, unless the clock of the run was behind. */
function isKept({ assignedAt }: Gift, { takenAt: second }: Snapshot): boolean {
  return second === takenAt || assignedAt === earlier
}

test('a sync makes the store equal to the snapshot except for seats given later, and a second sync changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(snapshot, seconds, gifts, async (first, second, gift) => {
      const { store, database } = takeEmptiedStore()
      await sync(store, first)
      const given = giveSeats(store, first, gift)
      await sync(store, second)

      const state = readState(store)
      expect(state).toEqual(describeState(second, isKept(gift, second) ? given : []))

      const { counts, activityUpdated } = await sync(store, second)
      expect(Object.keys(counts).filter((code) => !findings.includes(code))).toEqual([])
      expect(activityUpdated).toBe(0)
      expect(readState(store)).toEqual(state)
      expect(database.pragma('foreign_key_check')).toEqual([])
    }),
    { numRuns: 200 },
  )
})
