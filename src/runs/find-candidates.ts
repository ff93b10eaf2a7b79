import type { NamedUser } from '../domain/named-user.ts'
import { foldName } from '../domain/people/person-key.ts'
import type { Request } from '../domain/request.ts'
import type { Store } from '../store/store.ts'
import { findSimilar } from './suggest-users.ts'

/** The seats of candidates do not matter here. */
const noPurchase = 0

/** Users that an unclear row may mean: those that one of its cells matches, then those with a similar username. */
export function findCandidates(request: Request, store: Store): NamedUser[] {
  const similar = findSimilar(request.input, store).map(requestByName)
  const users = store.userMatches
    .find([request, ...similar], noPurchase)
    .flatMap(({ matches }) => matches.flatMap((match) => match.users))
    .filter(({ isGone }) => !isGone)
  return [...new Map(users.map(({ userId, username }) => [userId, { userId, username }])).values()]
}

function requestByName(username: string): Request {
  const keys = [{ kind: 'username', value: foldName(username) }] as const
  return { line: null, input: username, keys, problem: null }
}
