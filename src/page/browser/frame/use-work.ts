import { useRef } from 'preact/hooks'
import type { Api } from '../api.ts'
import type { RunDocument } from '../documents.ts'
import { requireFailure } from '../request-failure.ts'
import { describeSync, type Told } from './describe-sync.ts'
import type { Notices } from './notices.ts'
import type { StoreState } from './use-store.ts'

interface Work {
  /** Reverses a toggle, without a plan. */
  undo(runId: number): void
  sync(): void
}

export function useWork(api: Api, notices: Notices, { setProgress, refresh }: StoreState): Work {
  const lastWarnings = useRef<readonly string[]>([])
  const tell = async (work: Promise<Told>) => {
    const { text, tone } = await work.catch(describeFailure)
    notices.add(text, tone)
    refresh()
  }
  const sync = async () => {
    setProgress({ message: 'Syncing', done: null })
    try {
      const document = await api.sync()
      const message = describeSync(document, lastWarnings.current)
      lastWarnings.current = document.warnings
      return message
    } finally {
      setProgress(null)
    }
  }
  return {
    undo: (runId) => void tell(api.undo(runId, { dry_run: false }).then(describeUndo)),
    sync: () => void tell(sync()),
  }
}

function describeFailure(error: unknown): Told {
  const { message, hint } = requireFailure(error)
  return { text: [message, hint ?? []].flat().join(' '), tone: 'problem' }
}

/** GitLab may not have confirmed the change, or another run may have changed the seat before. */
function describeUndo({ results, failure }: RunDocument): Told {
  const sentences = results.map(({ username, message }) => `@${username}: ${message}`)
  return {
    text: [...sentences, failure?.message ?? []].flat().join(' '),
    tone: results.every(({ success }) => success) ? 'done' : 'problem',
  }
}
