import { useEffect, useReducer, useState } from 'preact/hooks'
import type { Api } from '../api.ts'
import { PeopleList } from './people-list.ts'

/** @param query null as long as it is unknown */
export function usePeople(api: Api, query: string | null): PeopleList {
  const [, render] = useReducer((count: number) => count + 1, 0)
  const [people] = useState(() => new PeopleList(api.readUsers, () => render(undefined as never)))
  useEffect(() => {
    if (query !== null) people.setQuery(query)
  }, [people, query])
  return people
}
