import { useEffect, useReducer, useState } from 'preact/hooks'
import type { Api } from '../api.ts'
import { MatchingUsers } from './matching-users.ts'

/** @param query null as long as it is unknown */
export function useMatchingUsers(api: Api, query: string | null): MatchingUsers {
  const [, render] = useReducer((count: number) => count + 1, 0)
  const [users] = useState(() => new MatchingUsers(api.readUsers, () => render(undefined as never)))
  useEffect(() => {
    if (query !== null) users.setQuery(query)
  }, [users, query])
  return users
}
