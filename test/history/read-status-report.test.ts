import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { noLimits, readStatusReport } from '../../src/history/read-status-report.ts'
import { listHolders } from '../../src/seats/list-holders.ts'
import { openStore } from '../../src/store/open-store.ts'
import { openTeam } from '../support/sample-team.ts'

test('a status shows one state of the store, also while another process writes', async () => {
  const workdir = await openTeam()
  await workdir.inProcess.runExpecting(0, ['assign', 'bob'])
  const path = workdir.join('store.db')
  const store = await openStore(path, { create: false })
  const removeRuns = () => {
    const other = new Database(path)
    other.pragma('foreign_keys = OFF')
    other.exec('DELETE FROM runs')
    other.close()
  }
  const question = {
    ...{ limits: noLimits, inactiveForDays: 30, now: '2026-03-02T09:00:00.000Z', isAtWork: () => false },
    readHolders: (addOnPurchaseId: number) => {
      removeRuns()
      return listHolders(store, addOnPurchaseId)
    },
  }
  const { runs } = readStatusReport(store, question)
  expect(runs).toHaveLength(1)
  expect(readStatusReport(store, question).runs).toEqual([])
  store.close()
})

test('a report that is printed row by row shows one state of the store', async () => {
  const workdir = await openTeam()
  const store = await openStore(workdir.join('store.db'), { create: false, readsOnly: true })
  store.holdState()
  expect(store.addOnPurchases.listKnown()).toMatchObject([{ assigned: 1 }])
  await workdir.inProcess.runExpecting(0, ['assign', 'bob'])
  expect([...listHolders(store, 1)].map(({ username }) => username)).toEqual(['ada'])
  store.close()
})
