import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { GitLab, type GitLabTarget } from '../../src/gitlab/gitlab.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import { linkStore } from '../../src/sync/link-store.ts'
import { syncGitLab } from '../../src/sync/sync-gitlab.ts'
import { makeOptions } from '../gitlab/peer-gitlab.ts'
import { writeEmptyStore } from './emptied-store.ts'
import { quietly } from './play-order.ts'

/** Links a store to a GitLab and syncs it, in this process. Makes the store where it does not exist. */
export async function linkToGitLab(path: string, target: GitLabTarget, token: string): Promise<void> {
  const { url, group } = target
  const readClock = () => new Date().toISOString()
  const connect = () => GitLab.connect(makeOptions(url, { group, token }).options)
  await useStore(path, async (store) => {
    await linkStore(store, target, readClock(), quietly)
    await syncGitLab({ ...quietly, store, connect, readClock })
  })
}

/** Stores that were linked and synced, by what their GitLab contains. */
const linkedStores = new Map<string, Buffer>()

/**
 * As {@link linkToGitLab} for a new store. Reads each content once: a later store is a copy with the address of its own GitLab.
 *
 * @param content tells GitLabs apart whose users, purchases or seats differ
 */
export async function writeLinkedStore(
  path: string,
  target: GitLabTarget,
  token: string,
  content: string,
): Promise<void> {
  const known = linkedStores.get(content)
  if (known === undefined) {
    await linkToGitLab(path, target, token)
    linkedStores.set(content, readFileSync(path))
  } else {
    writeFileSync(path, known)
    redirectLink(path, target)
  }
}

/** Opening the store itself would prepare all its statements. */
function redirectLink(path: string, { url }: GitLabTarget): void {
  const database = new Database(path)
  try {
    database.pragma('synchronous = OFF')
    database.transaction(() => {
      for (const table of ['link', 'subscription']) database.prepare(`UPDATE ${table} SET url = ?`).run(url)
    })()
  } finally {
    database.close()
  }
}

async function useStore(path: string, work: (store: Store) => Promise<void>): Promise<void> {
  if (!existsSync(path)) writeEmptyStore(path)
  const store = await openStore(path, { create: false })
  try {
    await work(store)
  } finally {
    store.close()
  }
}
