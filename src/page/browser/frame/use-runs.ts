import type { Api } from '../api.ts'
import type { RunDocument } from '../documents.ts'
import { requireFailure } from '../request-failure.ts'
import type { Notices } from './notices.ts'
import type { StoreState } from './use-store.ts'

interface Runs {
  /** Reverses a toggle, without a plan. */
  undo(runId: number): void
  sync(): void
}

export function useRuns(api: Api, notices: Notices, { setProgress, refresh }: StoreState): Runs {
  const tell = async (work: Promise<string>) => {
    try {
      notices.add(await work, 'done')
    } catch (error) {
      const { message, hint } = requireFailure(error)
      notices.add([message, hint ?? []].flat().join(' '), 'problem')
    }
    setProgress(null)
    refresh()
  }
  return {
    undo: (runId) => void tell(api.undo(runId, { dry_run: false }).then(describeToggle)),
    sync: () => {
      setProgress({ message: 'Syncing …', done: null, total: null })
      void tell(api.sync().then(() => 'Synced.'))
    },
  }
}

function describeToggle({ results }: RunDocument): string {
  return results.map(({ username, message }) => `@${username}: ${message}`).join(' ')
}
