import { listNames } from '../domain/count-words.ts'
import type { Link } from '../domain/link.ts'
import { describeScope } from '../domain/snapshot.ts'
import { UserError } from '../errors.ts'
import { syncSnapshot } from '../sync/sync-snapshot.ts'
import type { App } from './app.ts'
import { printSync, type SyncPrintOptions } from './print-sync.ts'

interface SnapshotOptions extends SyncPrintOptions {
  allowOlder?: boolean
}

const label = 'Syncing'

/** The path `-` is standard input. The whole snapshot is read and checked before the store is opened. */
export async function syncFromSnapshot(app: App, path: string, options: SnapshotOptions): Promise<undefined> {
  const { readSnapshot } = await import('../input/snapshot/read-snapshot.ts')
  const { StagedSnapshot } = await import('../store/staged-snapshot.ts')
  const { session } = app
  const { readClock, signal, tell } = session
  const { allowOlder = false } = options
  session.tellReading(path, 'the snapshot')
  const rows = await StagedSnapshot.open()
  try {
    const { head, unknownKeys, unknownValues } = await app.showProgress(label, () =>
      readSnapshot(path, { now: new Date(readClock()), sink: rows, signal }),
    )
    noteUnknownKeys(app, unknownKeys)
    for (const sentence of unknownValues) app.terminal.warn(sentence)
    await app.useStore({ create: true }, async (store) => {
      requireNoLink(store.links.find())
      const lists = { users: rows.readUsers(), addresses: rows.readAddresses(), seats: rows.readSeats() }
      const report = await app.showProgress(label, () =>
        syncSnapshot({ ...head, ...lists }, { allowOlder }, { store, readClock, signal, tell }),
      )
      await printSync(app, report, options)
    })
  } finally {
    rows.close()
  }
}

const mostKeys = 10

function noteUnknownKeys({ terminal }: App, keys: readonly string[]): void {
  if (keys.length > 0)
    terminal.note(`Ignored in the snapshot: ${listNames(keys.slice(0, mostKeys), keys.length)}.`)
}

/** @throws UserError for a linked store: a snapshot and GitLab would undo each other's changes */
function requireNoLink(link: Link | null): void {
  if (link === null) return
  throw new UserError(
    'usage',
    `The store is linked to ${describeScope(link)}, so a snapshot cannot replace its data.`,
    'Run "duo-seats sync" without --from, keep the snapshot in another --store, or run "duo-seats unlink" first.',
  )
}
