import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import type { Snapshot } from '../../src/domain/snapshot.ts'
import { askForAll } from '../../src/orders/ask-for-all.ts'
import { createNameList } from '../../src/orders/name-list.ts'
import type { RunContext } from '../../src/runs/run-context.ts'
import { runRequests } from '../../src/runs/run-requests.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import { syncSnapshot } from '../../src/sync/sync-snapshot.ts'
import { Workdir } from '../support/workdir.ts'

const now = '2026-03-02T09:00:00.000Z'
const { signal } = new AbortController()

/** A snapshot with one user and one purchase. */
function makeSnapshot(purchaseId: number): Snapshot {
  return {
    takenAt: '2026-03-02T08:00:00.000Z',
    subscription: {
      offering: 'self-managed',
      url: 'https://gitlab.example.com',
      group: null,
      plan: 'ultimate',
      gitlabVersion: '17.11.2',
      lastSyncAt: null,
    },
    addOnPurchases: [
      { id: purchaseId, addOn: 'duo-pro', quantity: 1, startedOn: null, expiresOn: null, trial: false },
    ],
    users: [
      {
        id: 7,
        username: 'ada',
        name: 'Ada',
        email: null,
        state: 'active',
        type: 'human',
        member: true,
        lastActivityOn: null,
        lastDuoActivityOn: null,
      },
    ],
    seats: [],
  }
}

async function sync(store: Store, purchaseId: number): Promise<void> {
  const context = { store, now, signal, pause: async () => {}, onProgress: () => {}, onWait: () => {} }
  await syncSnapshot(makeSnapshot(purchaseId), { allowOlder: false }, context)
}

function makeContext(store: Store, facts: Partial<RunContext> = {}): RunContext {
  const source = createNameList(['ada'])
  return {
    store,
    source,
    readBatches: () => askForAll('give', source),
    link: null,
    actor: { actor: 'root', host: 'here', pid: 1, ciJobUrl: null },
    readClock: () => now,
    signal,
    onProgress: () => {},
    onPush: () => {},
    onLeftovers: () => {},
    pause: async () => {},
    onWait: () => {},
    report: async () => {},
    ...facts,
  }
}

const assign = {
  command: 'assign',
  addOn: null,
  onShortage: 'fill',
  maxRemovals: null,
  dryRun: false,
  noted: {},
} as const

test('a run gives the seats that it counted, also when a sync has replaced the purchase meanwhile', async () => {
  const path = new Workdir().join('store.db')
  const store = await openStore(path, { create: true })
  await sync(store, 1)

  const transact = store.transact.bind(store)
  let transactions = 0
  store.transact = async (work, options) => {
    const answer = await transact(work, options)
    transactions += 1
    if (transactions === 1) {
      const other = await openStore(path, { create: false })
      await sync(other, 2)
      other.close()
    }
    return answer
  }
  const { summary } = await runRequests(assign, makeContext(store))
  expect(summary.outcomes).toEqual({ assigned: 1 })
  expect(store.addOnPurchases.list()).toMatchObject([{ id: 2, assigned: 1 }])
  store.close()
})

test('a run that is committed needs the store no more, whoever writes to it while the report is printed', async () => {
  const path = new Workdir().join('store.db')
  const store = await openStore(path, { create: true })
  await sync(store, 1)
  const other = new Database(path)
  await runRequests(assign, makeContext(store, { report: async () => void other.exec('BEGIN IMMEDIATE') }))
  expect(store.addOnPurchases.list()).toMatchObject([{ id: 1, assigned: 1 }])
  other.close()
  store.close()
})
