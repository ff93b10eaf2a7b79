import type { UserKeys } from './request.ts'
import type { Membership } from './user.ts'

export interface Candidate extends Membership {
  userId: number
  username: string
  /** GitLab shows no address of the user. */
  hidesEmail: boolean
  /** With every pending change done. */
  holdsSeat: boolean
  /** GitLab has not confirmed a change of the seat. */
  isPending: boolean
}

/** Empty for a key that was not given. Several users can share an address. */
export interface Matches {
  byUsername: readonly Candidate[]
  byEmail: readonly Candidate[]
  byUserId: readonly Candidate[]
}

export type Resolution =
  | { user: Candidate }
  | { outcome: 'user_not_found' | 'ambiguous_user'; detail: string | null }

interface KeyMatch {
  key: 'username' | 'email' | 'user_id'
  value: string
  users: readonly Candidate[]
}

/** Never guesses: only the other keys distinguish users who share an address. */
export function resolveUser(keys: UserKeys, matches: Matches): Resolution {
  const given = listGivenKeys(keys, matches)
  const candidates = given.find(hasMatch)?.users ?? []
  const [first] = candidates
  if (first === undefined) return { outcome: 'user_not_found', detail: given[0]?.key ?? null }

  const meant = candidates.filter((user) =>
    given.every((match) => match.users === candidates || allows(match, user)),
  )
  const [user] = meant
  if (user !== undefined && meant.length === 1) return { user }
  const telling = given.filter((match) => !isSilent(match, first))
  return { outcome: 'ambiguous_user', detail: telling.map(describeKeyMatch).join(', ') }
}

function hasMatch({ users }: KeyMatch): boolean {
  return users.length > 0
}

function allows(match: KeyMatch, user: Candidate): boolean {
  return match.users.some(({ userId }) => userId === user.userId) || isSilent(match, user)
}

/** An address that matches no user does not contradict a user whose own address is hidden. */
function isSilent(match: KeyMatch, user: Candidate): boolean {
  return user.hidesEmail && match.key === 'email' && !hasMatch(match)
}

function listGivenKeys({ username, email, userId }: UserKeys, matches: Matches): KeyMatch[] {
  const given: KeyMatch[] = []
  if (username !== null) given.push({ key: 'username', value: username, users: matches.byUsername })
  if (email !== null) given.push({ key: 'email', value: email, users: matches.byEmail })
  if (userId !== null) given.push({ key: 'user_id', value: String(userId), users: matches.byUserId })
  return given
}

function describeKeyMatch({ key, value, users }: KeyMatch): string {
  const names = users.map(({ username }) => `@${username}`).join(' and ')
  return `${key} ${value === 'NaN' ? 'that is not a number' : `"${value}"`} matches ${names || 'no user'}`
}
