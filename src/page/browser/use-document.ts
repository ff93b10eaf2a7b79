import { useEffect, useState } from 'preact/hooks'
import type { Api } from './api.ts'
import { isAbort, type RequestFailure, requireFailure } from './request-failure.ts'

interface DocumentState<Document> {
  /** Null before the first answer; stays until the next one is there. */
  document: Document | null
  failure: RequestFailure | null
  isReloading: boolean
}

/**
 * @param path null as long as the request is unknown
 * @param version another one reads again
 */
export function useDocument<Document>(
  api: Api,
  path: string | null,
  version: number,
): DocumentState<Document> {
  const [state, setState] = useState<DocumentState<Document>>({
    document: null,
    failure: null,
    isReloading: false,
  })
  useEffect(() => {
    if (path === null) return
    const end = new AbortController()
    setState((old) => ({ ...old, isReloading: true }))
    api.get<Document>(path, end.signal).then(
      (document) => setState({ document, failure: null, isReloading: false }),
      (error: unknown) => {
        if (!isAbort(error)) setState((old) => fail(old, requireFailure(error)))
      },
    )
    return () => end.abort()
  }, [api, path, version])
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
