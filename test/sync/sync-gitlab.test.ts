import { expect, test } from 'vitest'
import type { WorkEvent } from '../../src/domain/work-event.ts'
import { GitLab } from '../../src/gitlab/gitlab.ts'
import { openStore } from '../../src/store/open-store.ts'
import { syncGitLab } from '../../src/sync/sync-gitlab.ts'
import { makeOptions } from '../gitlab/peer-gitlab.ts'
import { quietly, useStore } from '../store/sample-store.ts'
import { makeHolders } from '../support/crowd.ts'
import { openStoreOf } from '../support/fill-store.ts'
import { hostGitLab } from '../support/host-gitlab.ts'
import { makeSnapshot } from '../support/make-snapshot.ts'
import { failBehindPushLock, takeFreePushLock } from '../support/push-lock.ts'
import { Workdir } from '../support/workdir.ts'

/** The events of a sync that reads 250 holders and 130 users without a seat. */
async function readEvents(version: string): Promise<WorkEvent[]> {
  const workdir = await openStoreOf(makeSnapshot(makeHolders(250, 380)))
  const served = await hostGitLab(workdir.join('store.db'), { version })
  const events: WorkEvent[] = []
  const connect = () => GitLab.connect(makeOptions(served.url, { group: null, token: served.token }).options)
  await useStore(workdir.join('linked.db'), (store) =>
    syncGitLab({
      ...quietly,
      store,
      connect,
      readClock: () => new Date().toISOString(),
      tell: (event) => events.push(event),
    }),
  )
  return events.filter(({ kind }) => kind === 'users_read')
}

test('a sync reports how many of all holders and of all users without a seat it has read', async () => {
  const events = await readEvents('18.6')
  const [holders, free] = [
    { kind: 'users_read', list: 'holders', total: 250 },
    { kind: 'users_read', list: 'free', total: 130 },
  ]
  expect(events).toEqual([
    { ...holders, read: 100 },
    { ...holders, read: 200 },
    { ...holders, read: 250 },
    { ...free, read: 100 },
    { ...free, read: 130 },
  ])
})

test('a sync with an old GitLab reports how many users it has read without a total', async () => {
  const events = await readEvents('17.4')
  expect(events.at(-1)).toEqual({ kind: 'users_read', list: 'free', read: 130, total: null })
})

test('a sync takes the push lock before it connects to GitLab, and a failed sync releases it', async () => {
  const path = new Workdir().join('store.db')
  await useStore(path, async (store) => {
    const other = await openStore(path, { create: false })
    const readClock = () => new Date().toISOString()
    const events = await failBehindPushLock(store, (context) =>
      syncGitLab({ ...quietly, store: other, readClock, ...context }),
    )
    expect(events).toEqual(['waiting_for_store', 'connects'])
    await takeFreePushLock(store)
    other.close()
  })
})
