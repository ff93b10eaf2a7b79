import type { Link } from '../domain/link.ts'
import type { SyncReport } from '../domain/sync-change.ts'
import { type ExitName, explainAbort, UserError } from '../errors.ts'
import { lockWait } from '../session.ts'
import type { Store } from '../store/store.ts'
import { requireLink } from '../sync/require-link.ts'
import type { App } from './app.ts'
import type { GitLabOptions } from './options/gitlab-options.ts'
import { printSync, type SyncPrintOptions } from './print-sync.ts'
import { WrittenFile } from './written-file.ts'

interface PullOptions extends GitLabOptions, SyncPrintOptions {
  /** Path of a snapshot to write. */
  to?: string
}

/** Pushes pending changes first. Ends with `incomplete` if GitLab refused one. */
export async function syncFromGitLab(app: App, options: PullOptions): Promise<ExitName> {
  return app.useStore({ create: false }, async (store) => {
    const link = requireLink(store)
    const file = options.to === undefined ? null : await WrittenFile.open(app.session, options.to)
    try {
      const report = await app.showProgress('Syncing', () => pull(app, store, link, options))
      if (file !== null) await writePulled(app, store, report, file)
      await printSync(app, report, options)
      return report.pushed?.refused ? 'incomplete' : 'ok'
    } finally {
      await file?.discard()
    }
  })
}

async function pull(
  { session }: App,
  store: Store,
  link: Link,
  { tokenFile, tokenCommand, timeout: timeoutMs }: GitLabOptions,
): Promise<SyncReport> {
  const { syncGitLab } = await import('../sync/sync-gitlab.ts')
  const { readClock, signal, tell } = session
  const connect = () => session.connect(link, { tokenFile, tokenCommand, timeoutMs, readsPurchases: true })
  try {
    return await syncGitLab({ store, readClock, signal, tell, connect })
  } catch (error) {
    throw explainAbort(error, signal, createPullInterruption())
  }
}

function createPullInterruption(): UserError {
  return new UserError(
    'interrupted',
    "Interrupted: GitLab's answers so far are stored, and changes without an answer are pending.",
    'Run "duo-seats sync" to continue.',
  )
}

/** In a transaction, since users and seats must fit together. */
async function writePulled(
  { session }: App,
  store: Store,
  { takenAt, subscription }: SyncReport,
  file: WrittenFile,
): Promise<void> {
  const { writeSnapshot } = await import('../report/reports/snapshot-document.ts')
  const addOnPurchases = store.addOnPurchases.list()
  const readUsers = () => store.users.readAll()
  const readSeats = () => store.seats.readAll()
  const content = { takenAt, subscription, addOnPurchases, readUsers, readSeats }
  const write = () => file.write((output) => writeSnapshot(content, output))
  await store.transact(write, lockWait(session))
}
