import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import type { PageProgress } from '../../documents.ts'
import type { Api } from '../api.ts'
import type { StatusDocument } from '../documents.ts'
import { type RequestFailure, requireFailure } from '../request-failure.ts'
import { type Connection, watchChanges } from './watch-changes.ts'

export interface StoreState {
  /** Null before the first answer. */
  status: StatusDocument | null
  failure: RequestFailure | null
  connection: Connection
  /** Connected, and the store can be read. */
  isReady: boolean
  /** The page has a button for it. */
  canSync: boolean
  /** Null unless a sync or a push is at work. */
  progress: PageProgress | null
  /** Rises with each change of the store, and when the server is back: what was read is old. */
  version: number
  setProgress(progress: PageProgress | null): void
  refresh(): void
  /** Reads the status alone. Never rejects. */
  check(): Promise<void>
}

export function useStore(api: Api): StoreState {
  const [status, setStatus] = useState<StatusDocument | null>(null)
  const [failure, setFailure] = useState<RequestFailure | null>(null)
  const [connection, setConnection] = useState<Connection>('open')
  const [progress, setProgress] = useState<PageProgress | null>(null)
  const [version, setVersion] = useState(0)
  const before = useRef<Connection>('open')
  const refresh = useCallback(() => setVersion((old) => old + 1), [])
  const check = useCallback(
    () =>
      api.readStatus().then(
        (document) => {
          setStatus(document)
          setFailure(null)
        },
        (error: unknown) => setFailure(requireFailure(error)),
      ),
    [api],
  )
  useEffect(() => void check(), [check, version])
  useEffect(() => {
    const end = new AbortController()
    const onConnection = (now: Connection) => {
      setConnection(now)
      // A server that is gone never reports the end of its work.
      if (now !== 'open') setProgress(null)
      if (isAnswering(now) && now !== before.current) refresh()
      before.current = now
    }
    void watchChanges(api, { onChanged: refresh, onProgress: setProgress, onConnection }, end.signal)
    return () => end.abort()
  }, [api])
  const isReady = isAnswering(connection) && failure === null
  const canSync = status?.linked === true && !status.read_only
  return { status, failure, connection, isReady, canSync, progress, version, setProgress, refresh, check }
}

export function isAnswering(connection: Connection): boolean {
  return connection === 'open' || connection === 'failing'
}
