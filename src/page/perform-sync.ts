import { UserError } from '../errors.ts'
import { formatJson } from '../report/formats/format-json.ts'
import { createSyncDocument } from '../report/reports/sync-document.ts'
import type { Store } from '../store/store.ts'
import { requireLink } from '../sync/require-link.ts'
import { syncGitLab } from '../sync/sync-gitlab.ts'
import type { PageContext } from './page-context.ts'
import { refuseWith } from './refused-request.ts'

/** @returns the document of the sync */
export function performSync({ session, connect, work }: PageContext): Promise<string> {
  const { readClock, signal, tell } = session
  return work.run(() =>
    session.useStore({ create: false }, async (store) => {
      const link = findLink(store)
      const context = { store, readClock, signal, tell, connect: () => connect(link) }
      const report = await work.show('Syncing', () => syncGitLab(context))
      return formatJson(createSyncDocument(report))
    }),
  )
}

function findLink(store: Store) {
  try {
    return requireLink(store)
  } catch (error) {
    throw error instanceof UserError ? refuseWith(409, error) : error
  }
}
