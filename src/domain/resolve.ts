import type { UserKeys } from './request.ts'
import type { Membership } from './user.ts'

/** A user of the store, with what a decision about a seat needs. */
export interface Candidate extends Membership {
  userId: number
  username: string
  /** Folded; null where GitLab does not show it. */
  email: string | null
  holdsSeat: boolean
}

/** Whom each key of a request names. A key that was not given names nobody. */
export interface Matches {
  byUsername: Candidate | null
  byUserId: Candidate | null
  /** Several where users share an address. */
  byEmail: readonly Candidate[]
}

export type Resolution =
  | { user: Candidate }
  | { outcome: 'user_not_found' | 'ambiguous_user'; detail: string | null }

interface KeyMatch {
  key: 'username' | 'email' | 'user_id'
  value: string
  users: readonly Candidate[]
}

/** The one user whom all given keys mean, or why there is none. Never a guess. */
export function resolveUser(keys: UserKeys, matches: Matches): Resolution {
  const given = listGivenKeys(keys, matches)
  const named = given.flatMap(({ users }) => users)
  const user = named[0]
  if (user === undefined) return { outcome: 'user_not_found', detail: given[0]?.key ?? null }

  const others = given.filter(
    ({ key, users }) => !(key === 'email' && users.length === 0 && user.email === null),
  )
  const isAgreed = others.every(({ users }) => users.length === 1 && users[0]?.userId === user.userId)
  return isAgreed ? { user } : { outcome: 'ambiguous_user', detail: others.map(describeKeyMatch).join(', ') }
}

function listGivenKeys(keys: UserKeys, matches: Matches): KeyMatch[] {
  const given: KeyMatch[] = []
  if (keys.username !== null)
    given.push({ key: 'username', value: keys.username, users: toList(matches.byUsername) })
  if (keys.email !== null) given.push({ key: 'email', value: keys.email, users: matches.byEmail })
  if (keys.userId !== null)
    given.push({
      key: 'user_id',
      value: Number.isNaN(keys.userId) ? 'unreadable' : String(keys.userId),
      users: toList(matches.byUserId),
    })
  return given
}

function toList(user: Candidate | null): Candidate[] {
  return user === null ? [] : [user]
}

function describeKeyMatch({ key, value, users }: KeyMatch): string {
  const names = users.map(({ username }) => `@${username}`).join(' and ')
  return `${key} "${value}" is ${names || 'nobody'}`
}
