import { useEffect, useState } from 'preact/hooks'
import type { Api } from '../api.ts'
import { useRender } from '../use-render.ts'
import { MatchingUsers } from './matching-users.ts'

/** @param query null as long as it is unknown */
export function useMatchingUsers(api: Api, query: string | null): MatchingUsers {
  const render = useRender()
  const [users] = useState(() => new MatchingUsers(api.readUsers, render))
  useEffect(() => {
    if (query !== null) users.setQuery(query)
  }, [users, query])
  return users
}
