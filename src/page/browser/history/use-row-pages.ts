import { useEffect, useRef, useState } from 'preact/hooks'
import { isAbort, type RequestFailure, requireFailure } from '../request-failure.ts'
import { joinNewest, joinOlder, type RowPages } from './row-pages.ts'

export interface RowPagesState<Row, Head> {
  /** Null before the first answer. */
  pages: RowPages<Row> | null
  head: Head | null
  failure: RequestFailure | null
  isReloading: boolean
  showOlder(): void
}

export interface RowSource<Row, Head> {
  read(query: string, signal: AbortSignal): Promise<{ pages: RowPages<Row>; head: Head }>
  numberOf(row: Row): number
}

interface Shown<Row, Head> {
  query: string
  pages: RowPages<Row> | null
  head: Head | null
  failure: RequestFailure | null
  isReloading: boolean
}

/** @param version another one reads the newest rows again, and keeps the older ones */
export function useRowPages<Row, Head>(
  source: RowSource<Row, Head>,
  query: string,
  version: number,
): RowPagesState<Row, Head> {
  const [shown, setShown] = useState<Shown<Row, Head>>(() => makeEmpty(query))
  const reading = useRef(new AbortController())
  const read = (
    asked: string,
    join: (old: RowPages<Row> | null, found: RowPages<Row>) => RowPages<Row>,
  ): void => {
    reading.current.abort()
    const end = new AbortController()
    reading.current = end
    setShown((old) => ({ ...old, isReloading: true }))
    source.read(asked, end.signal).then(
      ({ pages, head }) =>
        setShown((old) => {
          const kept = old.query === query ? old.pages : null
          return { query, pages: join(kept, pages), head, failure: null, isReloading: false }
        }),
      (error: unknown) => {
        if (!isAbort(error)) setShown((old) => fail(old, query, requireFailure(error)))
      },
    )
  }
  useEffect(() => {
    read(query, (old, found) => (old === null ? found : joinNewest(old, found, source.numberOf)))
    return () => reading.current.abort()
  }, [source, query, version])
  return {
    ...shown,
    showOlder: () => {
      const next = shown.pages?.next ?? null
      if (next === null || shown.isReloading) return
      read(`${query}&before=${next}`, (old, found) => (old === null ? found : joinOlder(old, found)))
    },
  }
}

function makeEmpty<Row, Head>(query: string): Shown<Row, Head> {
  return { query, pages: null, head: null, failure: null, isReloading: true }
}

/** Without a server, the page shows what it has. */
function fail<Row, Head>(old: Shown<Row, Head>, query: string, failure: RequestFailure): Shown<Row, Head> {
  const isKept = failure.status === 0 && old.pages !== null
  return isKept ? { ...old, isReloading: false } : { ...makeEmpty(query), failure, isReloading: false }
}
