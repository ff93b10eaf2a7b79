import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '../../src/store/open-store.ts'
import { syncSnapshot } from '../../src/sync/sync-snapshot.ts'
import { writeEmptyStore } from './emptied-store.ts'
import { frozenNow } from './frozen-clock.ts'
import { quietly } from './play-order.ts'
import { readWholeSnapshot } from './read-whole-snapshot.ts'
import { Workdir } from './workdir.ts'

/** Syncs a store with a snapshot file in this process, at the frozen clock. Makes the store where it does not exist. */
export async function fillStore(path: string, snapshotPath: string): Promise<void> {
  const { snapshot } = await readWholeSnapshot(snapshotPath, new Date(frozenNow))
  if (!existsSync(path)) writeEmptyStore(path)
  const store = await openStore(path, { create: false })
  try {
    await syncSnapshot(snapshot, { allowOlder: false }, { ...quietly, store, readClock: () => frozenNow })
  } finally {
    store.close()
  }
}

/** Stores by their snapshots, since many tests begin with the same one. */
const stores = new Map<string, Promise<Buffer>>()

/** Returns the bytes of a store that holds a snapshot. */
export function makeStore(snapshot: object): Promise<Buffer> {
  const document = JSON.stringify(snapshot)
  const store = stores.get(document) ?? readFilled(document)
  stores.set(document, store)
  return store
}

async function readFilled(document: string): Promise<Buffer> {
  const directory = mkdtempSync(join(tmpdir(), 'duo-seats-store-'))
  try {
    writeFileSync(join(directory, 'snapshot.json'), document)
    await fillStore(join(directory, 'store.db'), join(directory, 'snapshot.json'))
    return readFileSync(join(directory, 'store.db'))
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** A directory with nothing but a store that holds a snapshot. */
export async function openStoreOf(snapshot: object): Promise<Workdir> {
  const workdir = new Workdir()
  workdir.write('store.db', await makeStore(snapshot))
  return workdir
}
