import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import type { PageProgress } from '../documents.ts'
import type { Api } from './api.ts'
import type { StatusDocument } from './documents.ts'
import { type RequestFailure, requireFailure } from './request-failure.ts'
import { type Connection, watchChanges } from './watch-changes.ts'

export interface StoreState {
  /** Null before the first answer. */
  status: StatusDocument | null
  failure: RequestFailure | null
  connection: Connection
  /** Null unless a sync or a push is at work. */
  progress: PageProgress | null
  setProgress(progress: PageProgress | null): void
  refresh(): void
}

/** @param onChanged called after each change of the store, and when the server is back */
export function useStore(api: Api, onChanged: () => void): StoreState {
  const [status, setStatus] = useState<StatusDocument | null>(null)
  const [failure, setFailure] = useState<RequestFailure | null>(null)
  const [connection, setConnection] = useState<Connection>('open')
  const [progress, setProgress] = useState<PageProgress | null>(null)
  const wasLost = useRef(false)
  const refresh = useCallback(() => {
    onChanged()
    api.readStatus().then(
      (document) => {
        setStatus(document)
        setFailure(null)
      },
      (error: unknown) => setFailure(requireFailure(error)),
    )
  }, [api, onChanged])
  useEffect(() => {
    const end = new AbortController()
    const onConnection = (now: Connection) => {
      setConnection(now)
      if (now === 'open' && wasLost.current) refresh()
      wasLost.current = now !== 'open'
    }
    refresh()
    void watchChanges(api, { onChanged: refresh, onProgress: setProgress, onConnection }, end.signal)
    return () => end.abort()
  }, [api, refresh])
  return { status, failure, connection, progress, setProgress, refresh }
}
