import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addOnNames } from '../../src/domain/add-on.ts'
import type { Snapshot } from '../../src/domain/snapshot.ts'
import { userStates } from '../../src/domain/user.ts'
import { readStateAndType } from '../../src/gitlab/readings.ts'
import { type SnapshotContent, writeSnapshot } from '../../src/report/reports/snapshot-document.ts'
import {
  duoEnterprise,
  makeDirectory,
  makePurchase,
  makeSeat,
  makeSnapshot,
  makeUser,
  sync,
  useStore,
} from '../store/sample-store.ts'
import { anyCharacter } from '../support/any-character.ts'
import { readWholeSnapshot } from '../support/read-whole-snapshot.ts'
import { print } from './collected-page.ts'

const directory = makeDirectory()
const readAt = new Date('2026-03-02T09:00:00.000Z')

function write(content: SnapshotContent): Promise<string> {
  return print(({ output }) => writeSnapshot(content, output), {})
}

function toContent({ users, seats, ...rest }: Snapshot): SnapshotContent {
  return { ...rest, readUsers: () => users, readSeats: () => seats }
}

function read(text: string) {
  const path = join(directory, 'snapshot.json')
  writeFileSync(path, text)
  return readWholeSnapshot(path, readAt)
}

test('a snapshot has one line for each purchase, user and seat', async () => {
  const snapshot = makeSnapshot({
    addOnPurchases: [makePurchase({ startedOn: '2026-01-01', expiresOn: '2027-01-15' })],
    users: [makeUser(7, 'ada', { email: 'ada@example.com', lastActivityOn: '2026-03-01' })],
    seats: [makeSeat(7, { assignedAt: '2026-02-01T09:00:00.000Z' })],
  })
  expect(await write(toContent(snapshot))).toBe(`\
{
  "schema": 1,
  "taken_at": "2026-03-02T08:00:00.000Z",
  "subscription": {"offering":"self-managed","url":"https://gitlab.example.com","group":null,"plan":"ultimate","gitlab_version":"18.0.0","last_sync_at":null},
  "add_on_purchases": [
    {"id":1,"add_on":"duo-pro","quantity":10,"started_on":"2026-01-01","expires_on":"2027-01-15","trial":false}
  ],
  "users": [
    {"id":7,"username":"ada","name":"ada","email":"ada@example.com","state":"active","type":"human","member":true,"last_activity_on":"2026-03-01","last_duo_activity_on":null}
  ],
  "seats": [
    {"add_on_purchase_id":1,"user_id":7,"assigned_at":"2026-02-01T09:00:00.000Z"}
  ]
}
`)
})

test('a snapshot without purchases, users and seats reads back', async () => {
  const nothing = makeSnapshot({ addOnPurchases: [], users: [], seats: [] })
  expect(await read(await write(toContent(nothing)))).toEqual({
    snapshot: nothing,
    unknownKeys: [],
    unknownValues: [],
  })
})

test('a snapshot of thousands of users and seats reads back unchanged', async () => {
  const users = Array.from({ length: 2500 }, (_, index) => makeUser(index + 1, `user${index + 1}`))
  const snapshot = makeSnapshot({ users, seats: users.map(({ id }) => makeSeat(id)) })
  expect(await read(await write(toContent(snapshot)))).toEqual({
    snapshot,
    unknownKeys: [],
    unknownValues: [],
  })
})

const day = fc.constantFrom('2026-01-01', '2026-02-28', null)

/** Users with names of any script, with escapes, line separators and lone surrogates. State and type are texts of GitLab. */
const anyUser = fc.record({
  id: fc.integer({ min: 1, max: 2 ** 40 }),
  name: fc.oneof(fc.string({ unit: anyCharacter }), fc.constantFrom('a\u001b[2J', '\u2028', '"\\', 'é')),
  email: fc.constantFrom(null, 'ada@example.com'),
  state: fc.oneof(fc.constantFrom(...userStates), fc.string()),
  type: fc.oneof(fc.constantFrom('HUMAN', 'PROJECT_BOT'), fc.string()),
  member: fc.boolean(),
  lastActivityOn: day,
  lastDuoActivityOn: day,
})

const anySnapshot: fc.Arbitrary<Snapshot> = fc
  .record({
    users: fc.uniqueArray(anyUser, { selector: ({ id }) => id, maxLength: 5 }),
    addOns: fc.uniqueArray(fc.constantFrom(...addOnNames)),
    isOnGitLabCom: fc.boolean(),
  })
  .map(({ users, addOns, isOnGitLabCom }) => {
    const { subscription } = makeSnapshot()
    const addOnPurchases = addOns.map((addOn, index) => makePurchase({ id: index + 1, addOn }))
    return makeSnapshot({
      subscription: isOnGitLabCom
        ? { ...subscription, offering: 'gitlab.com', group: 'acme', lastSyncAt: '2026-03-02T03:10:00.000Z' }
        : subscription,
      addOnPurchases,
      users: users.map((user) => ({
        ...user,
        username: `user${user.id}`,
        ...readStateAndType(user, () => {}),
      })),
      seats: addOnPurchases.flatMap(({ id }) =>
        users.map((user) => makeSeat(user.id, { addOnPurchaseId: id })),
      ),
    })
  })

test('any snapshot reads back unchanged and has no control character', async () => {
  await fc.assert(
    fc.asyncProperty(anySnapshot, async (snapshot) => {
      const text = await write(toContent(snapshot))
      expect(text).not.toMatch(/[^\n\P{Cc}]/u)
      expect(await read(text)).toMatchObject({ snapshot, unknownKeys: [] })
    }),
    { numRuns: 60 },
  )
})

test('a snapshot of a store brings another store to the same state', async () => {
  const snapshot = makeSnapshot({
    addOnPurchases: [makePurchase(), duoEnterprise],
    seats: [makeSeat(2), makeSeat(3), makeSeat(3, { addOnPurchaseId: 2 })],
  })
  const text = await useStore(join(directory, 'from.db'), async (store) => {
    await sync(store, makeSnapshot({ users: [...snapshot.users, makeUser(9, 'gone')] }))
    await sync(store, snapshot)
    const { takenAt, subscription } = snapshot
    return write({
      takenAt,
      subscription,
      addOnPurchases: store.addOnPurchases.list(),
      readUsers: () => store.users.readAll(),
      readSeats: () => store.seats.readAll(),
    })
  })
  const { snapshot: copy } = await read(text)
  await useStore(join(directory, 'to.db'), async (store) => {
    await sync(store, copy)
    expect([...store.users.readAll()]).toEqual(snapshot.users)
    expect([...store.seats.readAll()]).toEqual(snapshot.seats)
    expect((await sync(store, snapshot)).counts).toEqual({})
  })
})
