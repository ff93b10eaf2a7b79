import type { GitLabTarget } from '../../src/gitlab/gitlab.ts'
import { GitLab } from '../../src/gitlab/gitlab.ts'
import { openStore } from '../../src/store/open-store.ts'
import { linkStore } from '../../src/sync/link-store.ts'
import { syncGitLab } from '../../src/sync/sync-gitlab.ts'
import { makeOptions } from '../gitlab/peer-gitlab.ts'
import { quietly } from './play-order.ts'

/** Links a store to a GitLab and syncs it, in this process. Makes the store where it does not exist. */
export async function linkToGitLab(path: string, target: GitLabTarget, token: string): Promise<void> {
  const { url, group } = target
  const readClock = () => new Date().toISOString()
  const connect = () => GitLab.connect(makeOptions(url, { group, token }).options)
  const store = await openStore(path, { create: true })
  try {
    await linkStore(store, target, readClock(), quietly)
    await syncGitLab({ ...quietly, store, connect, readClock })
  } finally {
    store.close()
  }
}
