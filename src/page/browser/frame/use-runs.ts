import { formatCount } from '../../../domain/count-words.ts'
import type { Api } from '../api.ts'
import type { RunDocument } from '../documents.ts'
import { countChanges } from '../plan/seat-plan.ts'
import { requireFailure } from '../request-failure.ts'
import type { Notices } from './notices.ts'
import type { StoreState } from './use-store.ts'

interface Runs {
  /** Resolves once it is done, or its failure is shown. */
  undo(runId: number): Promise<void>
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
    undo: (runId) => tell(api.undo(runId, { dry_run: false }).then((run) => describeUndo(runId, run))),
    sync: () => {
      setProgress({ message: 'Syncing …', done: null, total: null })
      void tell(api.sync().then(() => 'Synced.'))
    },
  }
}

function describeUndo(runId: number, run: RunDocument): string {
  const [first] = run.results
  if (run.results.length === 1 && first !== undefined) return `@${first.username}: ${first.message}`
  return `Run ${runId} is undone: ${formatCount(countChanges(run))} seats changed.`
}
