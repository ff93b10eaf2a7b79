import type { Request } from '../domain/request.ts'
import type { Store } from '../store/store.ts'
import { findSimilar } from './suggest-users.ts'

export interface Candidate {
  userId: number
  username: string
}

/** Users that an unclear row may mean: those that one of its cells matches, then those with a similar username. */
export function findCandidates({ keys, input, ...row }: Request, store: Store): Candidate[] {
  const [matched] = store.userMatches.find([{ keys, input, ...row }], 0)
  const users = (matched?.matches ?? []).flatMap((match) => match.users).filter(({ isGone }) => !isGone)
  const similar = findSimilar(input, store)
  const named = similar.flatMap((username) => findByName(username, store))
  const byId = new Map([...users, ...named].map(({ userId, username }) => [userId, { userId, username }]))
  return [...byId.values()]
}

function findByName(username: string, store: Store): Candidate[] {
  const keys = [{ kind: 'username', value: username.toLowerCase() }] as const
  const [matched] = store.userMatches.find([{ line: null, input: username, keys, problem: null }], 0)
  return (matched?.matches ?? []).flatMap(({ users }) => [...users])
}
