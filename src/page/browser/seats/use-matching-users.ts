import { useEffect, useState } from 'preact/hooks'
import type { Api } from '../api.ts'
import { useRender } from '../use-render.ts'
import { MatchingUsers } from './matching-users.ts'

/**
 * @param query null as long as it is unknown
 * @param version of the store: another one reads again
 */
export function useMatchingUsers(api: Api, query: string | null, version: number): MatchingUsers {
  const render = useRender()
  const [users] = useState(() => new MatchingUsers(api.readUsers, render))
  useEffect(() => {
    if (query !== null) void users.read(query)
  }, [users, query, version])
  return users
}
