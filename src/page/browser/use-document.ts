import { useEffect, useState } from 'preact/hooks'
import { isAbort, type RequestFailure, requireFailure } from './request-failure.ts'

interface DocumentState<Document> {
  /** Null before the first answer; stays until the next one is there. */
  document: Document | null
  failure: RequestFailure | null
  isReloading: boolean
}

/**
 * @param key null as long as the request is unknown
 * @param version another one reads again
 */
export function useDocument<Document, Key extends string | number>(
  read: (key: Key, signal: AbortSignal) => Promise<Document>,
  key: Key | null,
  version: number,
): DocumentState<Document> {
  const [state, setState] = useState<DocumentState<Document>>({
    document: null,
    failure: null,
    isReloading: false,
  })
  useEffect(() => {
    if (key === null) return
    const end = new AbortController()
    setState((old) => ({ ...old, isReloading: true }))
    read(key, end.signal).then(
      (document) => setState({ document, failure: null, isReloading: false }),
      (error: unknown) => {
        if (!isAbort(error)) setState((old) => fail(old, requireFailure(error)))
      },
    )
    return () => end.abort()
  }, [read, key, version])
  return state
}

/** Without a server, the page shows what it has. */
function fail<Document>(
  { document }: DocumentState<Document>,
  failure: RequestFailure,
): DocumentState<Document> {
  const isKept = failure.status === 0 && document !== null
  return isKept
    ? { document, failure: null, isReloading: false }
    : { document: null, failure, isReloading: false }
}
