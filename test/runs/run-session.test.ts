import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { Snapshot } from '../../src/domain/snapshot.ts'
import type { WorkEvent } from '../../src/domain/work-event.ts'
import { orderAssignment } from '../../src/orders/assign.ts'
import { createNameList } from '../../src/orders/name-list.ts'
import type { OrderOptions } from '../../src/orders/order.ts'
import { RunSession } from '../../src/runs/run-session.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import { syncGitLab } from '../../src/sync/sync-gitlab.ts'
import { syncSnapshot } from '../../src/sync/sync-snapshot.ts'
import {
  condenseResults,
  condenseSeats,
  makePaths,
  makePurchase,
  makeSeat,
  makeSnapshot,
  makeUser,
  now,
  requestRemovals,
  requestSeats,
  sync,
  useStore,
} from '../store/sample-store.ts'
import { makeRunContext, performOrder, quietly, type Reported } from '../support/play-order.ts'
import { PlayedGitLab } from '../support/played-gitlab.ts'
import { failBehindPushLock, takeFreePushLock } from '../support/push-lock.ts'
import { readTables } from '../support/read-store.ts'
import { Workdir } from '../support/workdir.ts'
import { makeWorld } from '../support/worlds.ts'

function order(names: readonly string[], options: Partial<OrderOptions> = {}) {
  return orderAssignment('assign', createNameList(names), { onShortage: 'fill', push: false, ...options })
}

function openSession(store: Store, names: readonly string[]): RunSession {
  return new RunSession(store, order(names), makeRunContext(now, null))
}

describe('a run session on a standalone store', () => {
  /** A snapshot with one user and one purchase. */
  function makeSmallSnapshot(purchaseId: number): Snapshot {
    const addOnPurchases = [makePurchase({ id: purchaseId, quantity: 1 })]
    return makeSnapshot({ users: [makeUser(7, 'ada')], addOnPurchases })
  }

  async function syncPurchase(store: Store, purchaseId: number): Promise<void> {
    const context = { ...quietly, store, readClock: () => now }
    await syncSnapshot(makeSmallSnapshot(purchaseId), { allowOlder: false }, context)
  }

  test('a run gives the seats that it counted even when a sync replaces the purchase meanwhile', async () => {
    const path = new Workdir().join('store.db')
    const store = await openStore(path, { create: true })
    await syncPurchase(store, 1)

    const transact = store.transact.bind(store)
    let transactions = 0
    store.transact = async (work, options) => {
      const answer = await transact(work, options)
      transactions += 1
      if (transactions === 1) {
        const other = await openStore(path, { create: false })
        await syncPurchase(other, 2)
        other.close()
      }
      return answer
    }
    const { report } = await openSession(store, ['ada']).decide()
    expect(report.summary.outcomes).toEqual({ assigned: 1 })
    expect(store.addOnPurchases.list()).toMatchObject([{ id: 2, assigned: 1 }])
    store.close()
  })

  test('the report of a decided run can be read while another process writes to the store', async () => {
    const path = new Workdir().join('store.db')
    const store = await openStore(path, { create: true })
    await syncPurchase(store, 1)
    const other = new Database(path)
    const session = openSession(store, ['ada'])
    const decided = await session.decide()
    other.exec('BEGIN IMMEDIATE')
    const { report } = await session.push(decided)
    expect([...report.readResults()].map(({ outcome }) => outcome)).toEqual(['assigned'])
    session.close()
    expect(store.addOnPurchases.list()).toMatchObject([{ id: 1, assigned: 1 }])
    other.close()
    store.close()
  })
})

describe('a run session on a linked store', () => {
  const nextPath = makePaths()

  /** A linked store with two seats, which ada and bob hold. */
  function useLinked(work: (store: Store, path: string) => Promise<void>): Promise<void> {
    const path = nextPath()
    return useStore(path, async (store) => {
      const addOnPurchases = [makePurchase({ quantity: 2 })]
      await sync(store, makeSnapshot({ addOnPurchases, seats: [makeSeat(1), makeSeat(2)] }))
      store.links.record({ url: 'https://gitlab.example.com', group: null, linkedAt: now })
      await work(store, path)
    })
  }

  async function perform(
    store: Store,
    names: readonly string[],
    options: Partial<OrderOptions>,
  ): Promise<Reported> {
    const reports: Reported[] = []
    const onReport = (reported: Reported) => void reports.push(reported)
    await performOrder(order(names, options), { store, now, connect: null, onReport })
    const [reported] = reports
    if (reported === undefined) throw new Error('The run reported nothing.')
    return reported
  }

  function dump(path: string): Record<string, unknown[]> {
    const database = new Database(path, { readonly: true })
    try {
      return readTables(database)
    } finally {
      database.close()
    }
  }

  test('a preview decides a seat with a pending removal as free and leaves every table as it was', () =>
    useLinked(async (store, path) => {
      requestRemovals(store, [1, 2])
      const before = dump(path)
      const { results, summary } = await perform(store, ['cleo', 'ada', 'dora'], { dryRun: true })
      expect(results.map(({ username, outcome, change }) => [username, outcome, change])).toEqual([
        ['cleo', 'assigned', 'give'],
        ['ada', 'assigned', 'give'],
        ['dora', 'no_seats_available', 'none'],
      ])
      expect(summary).toMatchObject({ needed: 3, short: 1, freeBefore: 2, freeAfter: 0 })
      expect(dump(path)).toEqual(before)
      expect(condenseSeats(store)).toEqual([])
      expect(store.pendingChanges.listUserIds(1)).toEqual({ give: [], take: [1, 2] })
    }))

  test('a result of a refused run about an earlier pending change gets the answer to that change', () =>
    useLinked(async (store) => {
      requestRemovals(store, [1])
      const earlier = requestSeats(store, [3])
      const { results, summary } = await perform(store, ['cleo', 'dora'], { onShortage: 'fail' })
      expect(summary.refusal).toBe('too_few_seats')
      expect(results.map(({ outcome, pushed }) => [outcome, pushed])).toEqual([
        ['pending', 'pending'],
        ['no_seats_available', null],
      ])
      store.pendingChanges.confirm(1, 'give', [3], '2026-03-09T10:00:00.000Z')
      expect(condenseResults(store, earlier)).toEqual([[3, 'assigned', 'confirmed']])
      expect(condenseResults(store, earlier + 1)).toEqual([
        [3, 'assigned', 'confirmed'],
        [4, 'no_seats_available', null],
      ])
    }))

  test('a run takes the push lock before it connects to GitLab, and a failed run releases it', () =>
    useLinked(async (store, path) => {
      const other = await openStore(path, { create: false })
      const asked = order(['cleo'], { push: true })
      const events = await failBehindPushLock(other, (context) =>
        new RunSession(store, asked, { ...makeRunContext(now, null), ...context }).decide(),
      )
      expect(events).toEqual(['waiting_for_store', 'connects'])
      await takeFreePushLock(other)
      other.close()
    }))

  test('the progress of a push counts a change that another run requests meanwhile', async () => {
    const gitlab = await PlayedGitLab.open('self-managed')
    const users = [makeUser(1, 'ada'), makeUser(2, 'cleo')]
    await gitlab.begin(makeWorld({ users, quantity: 2, seats: [] }), now)
    await useStore(nextPath(), async (store) => {
      store.links.record({ url: 'http://127.0.0.1', group: null, linkedAt: now })
      await syncGitLab({ ...quietly, store, connect: gitlab.connect, readClock: () => now })
      const others = [openSession(store, ['cleo'])]
      const connect = async () => {
        const connected = await gitlab.connect()
        const changeSeats = connected.changeSeats.bind(connected)
        connected.changeSeats = async (...args) => {
          for (const other of others.splice(0)) await other.decide()
          return changeSeats(...args)
        }
        return connected
      }
      const progress: (readonly [settled: number, total: number])[] = []
      const tell = (event: WorkEvent) => {
        if (event.kind === 'changes_pushed') progress.push([event.settled, event.total])
      }
      const asked = order(['ada'], { push: true })
      const session = new RunSession(store, asked, { ...makeRunContext(now, connect), tell })
      await session.push(await session.decide())
      session.close()
      expect(progress).toEqual([
        [0, 1],
        [1, 1],
        [2, 2],
      ])
    })
  })

  test('a run releases the push lock after its push, while its results can still be read', async () => {
    const gitlab = await PlayedGitLab.open('self-managed')
    await gitlab.begin(makeWorld({ users: [makeUser(1, 'ada')], quantity: 1, seats: [] }), now)
    await useStore(nextPath(), async (store) => {
      store.links.record({ url: 'http://127.0.0.1', group: null, linkedAt: now })
      await syncGitLab({ ...quietly, store, connect: gitlab.connect, readClock: () => now })
      const asked = order(['ada'], { push: true })
      const session = new RunSession(store, asked, makeRunContext(now, gitlab.connect))
      const { report } = await session.push(await session.decide())
      await takeFreePushLock(store)
      expect([...report.readResults()].map(({ pushed }) => pushed)).toEqual(['confirmed'])
      session.close()
    })
  })
})
