import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AddOn } from '../domain/add-on.ts'
import { lockWait } from '../session.ts'
import type { Store } from '../store/store.ts'
import type { App } from './app.ts'
import { createTemporaryFolderError } from './temporary-folder-error.ts'

/** Fills a store with the made-up company, in a temporary folder that is removed after the work. */
export async function useSampleStore(
  { session }: App,
  addOn: AddOn,
  work: (store: Store) => Promise<void>,
): Promise<void> {
  const { openStore } = await import('../store/open-store.ts')
  const { syncSnapshot } = await import('../sync/sync-snapshot.ts')
  const { makeSampleCompany } = await import('../played-gitlab/sample-company.ts')
  const { readClock, signal, tell } = session
  const folder = await mkdtemp(join(tmpdir(), 'duo-seats-')).catch((error: unknown) => {
    throw createTemporaryFolderError(error)
  })
  try {
    const store = await openStore(join(folder, 'sample.db'), { create: true, wait: lockWait(session) })
    try {
      const company = makeSampleCompany(addOn, readClock())
      await syncSnapshot(company, { allowOlder: false }, { store, readClock, signal, tell })
      await work(store)
    } finally {
      store.close()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
