import { expect, test } from 'vitest'
import { GitLab } from '../../src/gitlab/gitlab.ts'
import { syncGitLab } from '../../src/sync/sync-gitlab.ts'
import { makeOptions } from '../gitlab/peer-gitlab.ts'
import { useStore } from '../store/sample-store.ts'
import { makeHolders } from '../support/crowd.ts'
import { makeSnapshot } from '../support/make-snapshot.ts'
import { startGitLab } from '../support/serve.ts'
import { syncStore } from '../support/sync-store.ts'
import { Workdir } from '../support/workdir.ts'

/** What a sync tells of its progress while it reads 250 holders and 130 users without a seat. */
async function readProgress(version: string): Promise<[done: number | null, text: string][]> {
  const workdir = new Workdir()
  await syncStore(workdir, makeSnapshot(makeHolders(250, 380)))
  const served = await startGitLab(workdir, undefined, ['--gitlab-version', version])
  const told: [number | null, string][] = []
  const connect = () => GitLab.connect(makeOptions(served.url, { group: null, token: served.token }).options)
  await useStore(workdir.join('linked.db'), (store) =>
    syncGitLab({
      store,
      connect,
      readClock: () => new Date().toISOString(),
      signal: new AbortController().signal,
      pause: async () => {},
      onProgress: (done, text) => told.push([done, text]),
      onWait: () => {},
    }),
  )
  return told.filter(([, text]) => text !== '')
}

test('a sync tells how many of all holders, and of all users without a seat, it has read, by the count of GitLab', async () => {
  const told = await readProgress('18.6')
  expect(told.slice(0, 1)).toEqual([[0.4, '(100 of 250 holders read)']])
  expect(told.slice(2)).toEqual([
    [1, '(250 of 250 holders read)'],
    [100 / 130, '(100 of 130 users without a seat read)'],
    [1, '(130 of 130 users without a seat read)'],
  ])
})

test('a sync with an old GitLab, which counts all users together, tells how many it has read', async () => {
  const told = await readProgress('17.4')
  expect(told.at(-1)).toEqual([null, '(130 users without a seat read)'])
})
