import { foldName } from '../domain/people/person-key.ts'
import type { User } from '../domain/user.ts'
import type { WantedUsers } from '../gitlab/find-users.ts'
import type { GitLab } from '../gitlab/gitlab.ts'
import type { WorkContext } from '../session.ts'
import type { ConfirmedUser } from '../store/known-seats.ts'

interface NamedUsersReading {
  users: User[]
  hasGone: boolean
}

/**
 * The keys of a list, without those of users who are compared with GitLab in another way. A user whose row has an address or a
 * former name is looked up by id.
 */
export function listWanted(
  keys: WantedUsers,
  lookedUp: readonly ConfirmedUser[],
  compared: readonly ConfirmedUser[],
): WantedUsers {
  const [usernames, userIds] = [new Set(keys.usernames), new Set(keys.userIds)]
  for (const { id, username } of compared) {
    usernames.delete(foldName(username))
    userIds.delete(id)
  }
  for (const { id, username } of lookedUp) if (!usernames.has(foldName(username))) userIds.add(id)
  return { usernames: [...usernames], userIds: [...userIds] }
}

/** Looks users up by name and id. A known user who is not found by name may have another name now. */
export async function findNamedUsers(
  wanted: WantedUsers,
  known: readonly ConfirmedUser[],
  { gitlab, tell }: Pick<WorkContext, 'tell'> & { gitlab: GitLab },
): Promise<NamedUsersReading> {
  const total = wanted.usernames.length + wanted.userIds.length
  const users = await gitlab.findUsers(wanted, (asked) => tell({ kind: 'users_looked_up', asked, total }))
  const [usernames, userIds] = [new Set(wanted.usernames), new Set(wanted.userIds)]
  const found = new Set(users.map(({ id }) => id))
  const missing = known.filter(
    ({ id, username, holdsSeat, isGone }) =>
      !isGone && !holdsSeat && !found.has(id) && (userIds.has(id) || usernames.has(foldName(username))),
  )
  if (missing.length === 0) return { users, hasGone: false }
  const renamed = await gitlab.findUsers({ usernames: [], userIds: missing.map(({ id }) => id) })
  return { users: [...users, ...renamed], hasGone: renamed.length < missing.length }
}
