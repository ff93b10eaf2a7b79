import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { openStore } from '../../src/store/open-store.ts'
import type { ServedData } from '../../src/store/served-data.ts'
import { noFilter, type ServedQuery } from '../../src/store/served-query.ts'
import { listHolders } from '../support/read-store.ts'
import { openTeam, team } from '../support/sample-team.ts'
import type { Workdir } from '../support/workdir.ts'

const duoPro = 1
const now = '2026-03-02T09:00:00.000Z'
const allUsers: ServedQuery = {
  seat: null,
  search: null,
  privateAddress: null,
  order: 'ID_ASC',
  filter: noFilter,
}

async function serveTeam(
  signal = new AbortController().signal,
): Promise<{ workdir: Workdir; data: ServedData }> {
  const workdir = await openTeam()
  const store = await openStore(workdir.join('store.db'), { create: false })
  onTestFinished(() => store.close())
  return { workdir, data: await store.openServedData(signal) }
}

/** Holds the write lock of the store until the test ends, or until the returned function is called. */
function lockStore(workdir: Workdir): () => void {
  const database = new Database(workdir.join('store.db'))
  database.exec('BEGIN IMMEDIATE')
  const unlock = () => void database.close()
  onTestFinished(unlock)
  return unlock
}

test('lists with different filters do not share an answer', async () => {
  const { data } = await serveTeam()
  const list = (filter: Partial<ServedQuery['filter']>) =>
    data.lists.listIds({ ...allUsers, filter: { ...noFilter, ...filter } })
  expect(list({})).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(list({ activeOnly: true })).toEqual([1, 2, 3, 5, 6, 7, 8, 9])
  expect(list({ humansOnly: true })).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  expect(list({ eligibleIn: 'self-managed' })).toEqual([1, 2, 3, 5, 6, 7, 8])
  expect(list({})).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
})

test('a list and a count are read again after a change of this or another process', async () => {
  const { workdir, data } = await serveTeam()
  const holders: ServedQuery = { ...allUsers, seat: { purchaseId: duoPro, isHeld: true } }
  const read = () => [data.lists.countSeats(duoPro), data.lists.listIds(holders)]
  expect(read()).toEqual([1, [1]])
  await data.change(() => data.giveSeat(duoPro, team.bob[0], now))
  expect(read()).toEqual([2, [1, 2]])
  await workdir.runExpecting(0, ['unassign', 'ada'])
  expect(read()).toEqual([1, [2]])
})

test('changes that are asked for at once have a transaction each', async () => {
  const { workdir, data } = await serveTeam()
  const changes = [team.bob, team.carol, team.eve].map(([id, name]) =>
    data.change(() => {
      data.giveSeat(duoPro, id, now)
      if (name === 'carol') throw new Error('carol is refused')
      return name
    }),
  )
  expect(await Promise.allSettled(changes)).toEqual([
    { status: 'fulfilled', value: 'Bob' },
    { status: 'rejected', reason: new Error('carol is refused') },
    { status: 'fulfilled', value: 'eve' },
  ])
  expect(data.lists.countSeats(duoPro)).toBe(3)
  expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'eve'])
})

test('reads are answered while a change waits for the lock of another process', async () => {
  const { workdir, data } = await serveTeam()
  const unlock = lockStore(workdir)
  const change = data.change(() => data.giveSeat(duoPro, team.bob[0], now))
  for (let turn = 0; turn < 10; turn += 1) {
    await new Promise((done) => setTimeout(done, 10))
    expect(data.lists.countSeats(duoPro)).toBe(1)
  }
  unlock()
  await change
  expect(data.lists.countSeats(duoPro)).toBe(2)
})

test('the signal ends the wait of every change', async () => {
  const stopping = new AbortController()
  const { workdir, data } = await serveTeam(stopping.signal)
  lockStore(workdir)
  const changes = [1, 2].map((id) => data.change(() => data.takeSeat(duoPro, id, now)))
  stopping.abort(new Error('the server stops'))
  for (const change of changes) await expect(change).rejects.toThrow('the server stops')
  expect(listHolders(workdir)).toEqual(['ada'])
})
