import { beforeEach, describe, expect, test } from 'vitest'
import type { Request } from '../../src/domain/request.ts'
import type { Store } from '../../src/store/store.ts'
import { listKeys } from '../../src/store/user-keys.ts'
import { rowOfName, rowOfUser } from '../support/person-rows.ts'
import {
  condenseSeats,
  makePaths,
  makeSeat,
  makeSnapshot,
  makeUser,
  now,
  requestSeats,
  sync,
  useStore,
} from './sample-store.ts'

const nextPath = makePaths()
let path = ''

beforeEach(() => {
  path = nextPath()
})

const team = makeSnapshot({
  users: [
    makeUser(1, 'ada', { email: 'ada@example.com', lastDuoActivityOn: '2026-02-01' }),
    makeUser(2, 'Bob'),
    makeUser(3, 'gone'),
  ],
})

/** A store that knows ada and Bob from a sync, and one user who is gone. */
function useTeam<T>(work: (store: Store) => Promise<T>): Promise<T> {
  return useStore(path, async (store) => {
    await sync(store, team)
    await sync(store, { ...team, users: team.users.slice(0, 2) })
    return work(store)
  })
}

function ask(...names: (string | number)[]): Request[] {
  return names.map((name) => ({
    line: null,
    input: String(name),
    ...(typeof name === 'number' ? rowOfUser(name) : rowOfName(name)),
  }))
}

/** Ids of the users that a username matches. */
function match(store: Store, name: string): number[] {
  return store.userMatches
    .find(ask(name), 1)
    .flatMap(({ matches }) => matches.flatMap(({ users }) => users.map(({ userId }) => userId)))
}

function list(store: Store) {
  return [
    ...store.users.list({
      addOnPurchaseId: 1,
      offering: 'gitlab.com',
      holdersOnly: false,
      sort: 'username',
      reverse: false,
    }),
  ]
}

describe('unknown users', () => {
  test('findUnknown returns each username and id that no user of the last sync has, once', () =>
    useTeam(async (store) => {
      const requests = ask('@ADA', 'bob', 'newt', 'NEWT', 'gone', 'x@example.com', 1, 3, 70, 70, '')
      expect(store.lookedUpUsers.findUnknown(listKeys(requests))).toEqual({
        usernames: ['newt', 'gone'],
        userIds: [3, 70],
        addresses: ['x@example.com'],
      })
    }))

  test('findUnknown returns users that are known from a look-up only', () =>
    useTeam(async (store) => {
      store.lookedUpUsers.record([makeUser(70, 'newt')], now)
      expect(store.lookedUpUsers.findUnknown(listKeys(ask('newt', 70)))).toEqual({
        usernames: ['newt'],
        userIds: [70],
        addresses: [],
      })
    }))

  test('findUnknown returns no username and no id for a request with an email address', () =>
    useTeam(async (store) => {
      expect(store.lookedUpUsers.findUnknown(listKeys(ask('x@example.com')))).toEqual({
        usernames: [],
        userIds: [],
        addresses: ['x@example.com'],
      })
    }))

  test('findUnknown returns no address that a user of the last sync has, shown by GitLab or learned', () =>
    useTeam(async (store) => {
      store.emails.record([{ userId: 1, address: 'private@example.com' }])
      store.lookedUpUsers.record([makeUser(70, 'newt', { email: 'newt@example.com' })], now)
      const names = ['ADA@example.com', 'private@example.com', 'newt@example.com', 'x@example.com']
      expect(store.lookedUpUsers.findUnknown(listKeys(ask(...names))).addresses).toEqual([
        'newt@example.com',
        'x@example.com',
      ])
    }))
})

describe('looked-up users', () => {
  test('requests match looked-up users, who are not users of the sync', () =>
    useTeam(async (store) => {
      store.lookedUpUsers.record([makeUser(70, 'newt', { state: 'blocked' })], now)
      expect(match(store, 'newt')).toEqual([70])
      expect([...store.users.readAll()]).toEqual(team.users.slice(0, 2))
    }))

  test('a look-up replaces the users of the look-up before, except holders of a seat', () =>
    useTeam(async (store) => {
      store.lookedUpUsers.record([makeUser(70, 'newt'), makeUser(71, 'olm'), makeUser(72, 'eft')], now)
      requestSeats(store, [72])
      store.lookedUpUsers.record([makeUser(73, 'newt'), makeUser(71, 'olm', { state: 'banned' })], now)
      expect(match(store, 'newt')).toEqual([73])
      expect(match(store, 'eft')).toEqual([72])
      expect(list(store).map(({ username, state }) => [username, state])).toEqual([
        ['ada', 'active'],
        ['Bob', 'active'],
        ['eft', 'active'],
        ['newt', 'active'],
        ['olm', 'banned'],
      ])
    }))

  test('a look-up refreshes users of the sync and keeps the facts that it does not contain', () =>
    useTeam(async (store) => {
      const seen = makeUser(1, 'ada_l', { state: 'blocked', member: false, lastActivityOn: '2026-03-01' })
      store.lookedUpUsers.record([seen], now)
      expect([...store.users.readAll()][0]).toEqual({
        ...seen,
        member: true,
        lastDuoActivityOn: '2026-02-01',
      })
      store.lookedUpUsers.record([], now)
      expect(match(store, 'ada_l')).toEqual([1])
    }))

  test('a user who was gone is back as a looked-up user', () =>
    useTeam(async (store) => {
      store.lookedUpUsers.record([makeUser(3, 'gone', { member: false })], now)
      expect(match(store, 'gone')).toEqual([3])
      expect(list(store).find(({ userId }) => userId === 3)?.reason).toBe('not_a_member')
      expect(store.lookedUpUsers.findUnknown(listKeys(ask('gone'))).usernames).toEqual(['gone'])
    }))

  test('a sync adds the looked-up users that it contains and drops the others without a report', () =>
    useTeam(async (store) => {
      store.lookedUpUsers.record([makeUser(70, 'newt'), makeUser(71, 'olm', { name: 'Old' })], now)
      const users = [...team.users.slice(0, 2), makeUser(71, 'olm')]
      const { readChanges, activityUpdated } = await sync(store, { ...team, users })
      expect([...readChanges()].map(({ change, userId }) => [change, userId])).toEqual([['user_added', 71]])
      expect(activityUpdated).toBe(0)
      expect(match(store, 'newt')).toEqual([])
      expect(store.lookedUpUsers.findUnknown(listKeys(ask('olm')))).toEqual({
        usernames: [],
        userIds: [],
        addresses: [],
      })
      expect((await sync(store, { ...team, users })).counts).toEqual({})
    }))
})

test('list reports whether the seat of a user is pending', () =>
  useTeam(async (store) => {
    await sync(store, { ...team, users: team.users.slice(0, 2), seats: [makeSeat(1)] })
    requestSeats(store, [2])
    store.lookedUpUsers.record([makeUser(70, 'newt')], now)
    expect(list(store).map(({ username, holdsSeat, isPending }) => [username, holdsSeat, isPending])).toEqual(
      [
        ['ada', true, false],
        ['Bob', true, true],
        ['newt', false, false],
      ],
    )
    expect(condenseSeats(store)).toEqual([
      [1, false],
      [2, true],
    ])
  }))
