import { expect, test } from 'vitest'
import { createNameList } from '../../src/orders/name-list.ts'
import { orderReclaim } from '../../src/orders/reclaim.ts'
import { makeUser } from '../store/sample-store.ts'
import { PlayedTeam } from '../support/played-team.ts'
import { makeOrder } from '../support/seat-histories.ts'
import { makeWorld } from '../support/worlds.ts'

test('a reclaim leaves out the seat of a user who is gone', async () => {
  const [ada, bob] = [makeUser(1, 'ada'), makeUser(2, 'bob', { lastDuoActivityOn: '2025-01-01' })]
  const team = new PlayedTeam()
  await team.sync(makeWorld({ users: [ada, bob], quantity: 2 }))
  await team.play({ run: makeOrder('assign', [1, 2]), dryRun: false })
  // A snapshot from before that run keeps its seats, also those of users that it does not contain.
  await team.play({ sync: makeWorld({ users: [bob], quantity: 2, isStale: true }) })

  const done = await team.play({ run: makeOrder('reclaim', [], { days: 30 }), dryRun: false })
  expect(done?.results.map(({ username, outcome }) => [username, outcome])).toEqual([['bob', 'unassigned']])
  expect(team.readHolders()['duo-pro']).toEqual([1])
  expect(team.finding).toEqual({
    free: 0,
    reclaimable: 1,
    exceptedRows: 0,
    leftAlone: { unknown_activity: 0, unknown_age: 0 },
    isLinked: false,
  })
})

test.each([
  [{}, { dryRun: true, question: null }],
  [{ yes: true }, { dryRun: false, question: null }],
  [{ asks: true }, { dryRun: false, question: 'removals' }],
  [
    { asks: true, dryRun: true },
    { dryRun: true, question: 'removals' },
  ],
])('a reclaim with the options %j is the order %j', (options, order) => {
  const base = { push: true, inactiveFor: 60 }
  expect(orderReclaim(createNameList([]), { ...base, ...options })).toMatchObject(order)
})
