import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Request, UserList } from '../../src/domain/request.ts'
import { createCsvRequest } from '../../src/input/csv/csv-request.ts'
import { orderApply } from '../../src/orders/apply.ts'
import { orderAssignment, orderRemoval } from '../../src/orders/assign.ts'
import type { Order } from '../../src/orders/order.ts'
import type { Store } from '../../src/store/store.ts'
import { listKeys } from '../../src/store/user-keys.ts'
import { makePurchase, makeSeat, makeSnapshot, makeUser, now, sync } from '../store/sample-store.ts'
import { takeEmptiedStore } from '../support/emptied-store.ts'
import { performOrder } from '../support/play-order.ts'

/** The facts about a user that a row may name. */
interface Person {
  id: number
  /** At the first sync, and at the last one. */
  before: string
  username: string
  email: string | null
  holdsSeat: boolean
}

const usernames = ['ada', 'bob', 'cleo', 'dora'] as const
const emails = ['ada@example.com', 'bob@example.com', 'team@example.com'] as const

const people: fc.Arbitrary<Person[]> = fc
  .tuple(
    fc.shuffledSubarray([...usernames], { minLength: 4 }),
    fc.shuffledSubarray([...usernames, 'eve', 'fred'], { minLength: 4, maxLength: 4 }),
    fc.array(fc.record({ email: fc.constantFrom(null, ...emails), holdsSeat: fc.boolean() }), {
      minLength: 4,
      maxLength: 4,
    }),
  )
  .map(([before, after, facts]) =>
    facts.map((fact, index) => ({
      id: index + 1,
      before: before[index] ?? '',
      username: after[index] ?? '',
      ...fact,
    })),
  )

const columns = [
  { index: 0, kind: 'username' },
  { index: 1, kind: 'email' },
  { index: 2, kind: 'user_id' },
] as const

/** Cells as people write them, which may disagree or match no user. */
const cells = fc.tuple(
  fc.constantFrom('', '', ...usernames, 'EVE', '@fred', 'typo', 'Bob Berg', 'ada,bob', ...emails),
  fc.constantFrom('', '', ...emails, 'Ada <ADA@example.com>', 'typo@example.com'),
  fc.constantFrom('', '', '1', '2', '3.0', '="4"', '99', 'A-7'),
)

const rows = fc.array(cells, { minLength: 1, maxLength: 6 })

function listOf(rowsOfCells: readonly (readonly string[])[]): UserList {
  const requests = rowsOfCells.map(
    (row, index): Request =>
      createCsvRequest(
        { line: index + 2, cells: [...row] },
        { keyColumns: columns, hasNames: true, ignoredNames: [] },
      ),
  )
  return {
    file: { name: 'people.csv', sha256: null, progress: 1 },
    async *readBatches() {
      yield requests
    },
  }
}

async function useStore<T>(team: readonly Person[], work: (store: Store) => Promise<T>): Promise<T> {
  const { store } = takeEmptiedStore()
  const addOnPurchases = [makePurchase({ quantity: 4 })]
  const seats = team.filter(({ holdsSeat }) => holdsSeat).map(({ id }) => makeSeat(id))
  for (const name of ['before', 'username'] as const)
    await sync(
      store,
      makeSnapshot({
        users: team.map((person) => makeUser(person.id, person[name], { email: person.email })),
        addOnPurchases,
        seats,
      }),
    )
  return work(store)
}

/** The users whose seats an order changed. */
async function findChanged(store: Store, order: Order): Promise<Set<number>> {
  const read = () => new Set([...store.seats.readAll()].map(({ userId }) => userId))
  const before = read()
  await performOrder(order, { store, now, connect: null, onReport: () => {} })
  const after = read()
  return new Set([...before, ...after].filter((id) => before.has(id) !== after.has(id)))
}

/** The users that a cell names, found by other means than the product's. */
function findNamed(cell: string, column: number, team: readonly Person[]): number[] {
  const text = cell
    .replace(/^="(.*)"$/, '$1')
    .replace(/^.*<(.*)>$/, '$1')
    .replace(/^@/, '')
    .toLowerCase()
  if (column === 2) return team.filter(({ id }) => id === Number.parseFloat(text)).map(({ id }) => id)
  if (text.includes('@')) return team.filter(({ email }) => email === text).map(({ id }) => id)
  const today = team.filter(({ username }) => username === text)
  return (today.length > 0 ? today : team.filter(({ before }) => before === text)).map(({ id }) => id)
}

/** Whether every cell of the row that names a user names this one, and one does. */
function isNamedBy(row: readonly string[], userId: number, team: readonly Person[]): boolean {
  const named = row.map((cell, column) => findNamed(cell, column, team)).filter((ids) => ids.length > 0)
  return named.length > 0 && named.every((ids) => ids.includes(userId))
}

test('a run changes the seat of a user only if every cell of a row that names a user names that one', async () => {
  await fc.assert(
    fc.asyncProperty(people, rows, fc.boolean(), async (team, list, isGiving) => {
      const options = { push: true, yes: true }
      const order = isGiving
        ? orderAssignment('bulk-assign', listOf(list), options)
        : orderRemoval('bulk-unassign', listOf(list), options)
      const changed = await useStore(team, (store) => findChanged(store, order))
      for (const userId of changed)
        expect(list.filter((row) => isNamedBy(row, userId, team)).length).toBeGreaterThan(0)
    }),
    { numRuns: 100 },
  )
})

test('the ids of the users that keys name are those of their matches', async () => {
  await fc.assert(
    fc.asyncProperty(people, rows, async (team, list) => {
      for await (const requests of listOf(list).readBatches())
        await useStore(team, async ({ userMatches }) => {
          const matched = userMatches.find(requests, 0).flatMap(({ matches }) => matches)
          const ids = new Set(matched.flatMap(({ users }) => users.map(({ userId }) => userId)))
          expect(new Set(userMatches.listIds(listKeys(requests)))).toEqual(ids)
        })
    }),
    { numRuns: 100 },
  )
})

test('an apply takes no seat of a user that a cell may name, and changes nothing where no row names a user', async () => {
  await fc.assert(
    fc.asyncProperty(people, rows, async (team, list) => {
      const caps = { maxRemovals: { percent: 100 }, maxUnknown: { percent: 100 } }
      const order = orderApply(listOf(list), { push: true, yes: true, ...caps })
      const changed = await useStore(team, (store) => findChanged(store, order))
      const isClear = list.some((row) => team.some(({ id }) => isNamedBy(row, id, team)))
      if (!isClear) expect([...changed]).toEqual([])
      const taken = [...changed].filter((id) => team[id - 1]?.holdsSeat)
      const named = list.flatMap((row) => row.flatMap((cell, column) => findNamed(cell, column, team)))
      expect(taken.filter((id) => named.includes(id))).toEqual([])
    }),
    { numRuns: 100 },
  )
})

test('an apply takes no seat while a row is unclear', async () => {
  await fc.assert(
    fc.asyncProperty(people, rows, async (team, list) => {
      const unclear = ['typo', '', '']
      const order = orderApply(listOf([...list, unclear]), {
        push: true,
        yes: true,
        maxRemovals: { percent: 100 },
      })
      const changed = await useStore(team, (store) => findChanged(store, order))
      expect([...changed].filter((id) => team[id - 1]?.holdsSeat)).toEqual([])
    }),
    { numRuns: 100 },
  )
})
