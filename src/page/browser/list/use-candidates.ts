import { useEffect, useState } from 'preact/hooks'
import { typingMs } from '../after-typing.ts'
import type { UserRow } from '../documents.ts'
import { isAbort, type RequestFailure, requireFailure } from '../request-failure.ts'
import type { Candidates } from './candidates.ts'

interface FoundCandidates {
  /** Null before the first answer. */
  users: readonly UserRow[] | null
  /** The users are those of an answer before. */
  failure: RequestFailure | null
}

/** Likely users of a row, or those that a text matches, after a pause in typing. */
export function useCandidates(candidates: Candidates, line: number, text: string): FoundCandidates {
  const [found, setFound] = useState<FoundCandidates>({ users: null, failure: null })
  useEffect(() => {
    const end = new AbortController()
    const ask = () =>
      text === '' ? candidates.propose(line, end.signal) : candidates.search(text, end.signal)
    const fail = (error: unknown) => {
      if (!isAbort(error)) setFound(({ users }) => ({ users, failure: requireFailure(error) }))
    }
    const begin = () => void ask().then((users) => setFound({ users, failure: null }), fail)
    const timer = setTimeout(begin, text === '' ? 0 : typingMs)
    return () => {
      end.abort()
      clearTimeout(timer)
    }
  }, [text])
  return found
}
