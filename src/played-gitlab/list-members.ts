import { accessLevels, roles } from '../domain/access-level.ts'
import { formatGlobalId } from '../domain/global-id.ts'
import type { ServedMember, ServedRelation } from '../store/served-groups.ts'
import { KeysetConnection } from './keyset-connection.ts'
import type { PageArguments } from './offset-connection.ts'
import type { PlayedGitLab } from './played-gitlab.ts'
import { UserNode } from './seat-types.ts'

export interface MembersArguments extends PageArguments {
  relations?: ServedRelation[] | null
}

export function listMembers(
  gitlab: PlayedGitLab,
  fullPath: string,
  { relations, ...page }: MembersArguments,
): KeysetConnection<ServedMember, object> {
  const rows = gitlab.store.servedGroups.listMembers({ fullPath, relations: relations ?? [] })
  return new KeysetConnection(rows, page, (some) => describeMembers(gitlab, some))
}

function describeMembers(gitlab: PlayedGitLab, members: readonly ServedMember[]): object[] {
  const ids = members.flatMap(({ userId }) => userId ?? [])
  const users = new Map(gitlab.readKnownUsers(ids).map((user) => [user.id, new UserNode(gitlab, user)]))
  return members.map(({ id, userId, accessLevel, expiresOn }) => ({
    id: formatGlobalId('GroupMember', id),
    user: userId === null ? null : (users.get(userId) ?? null),
    accessLevel: describeLevel(accessLevel),
    expiresAt: expiresOn,
  }))
}

export function describeLevel(accessLevel: number): object {
  return { integerValue: accessLevel, stringValue: nameLevel(accessLevel) }
}

/** Null for a level that GitLab's enum lacks. */
function nameLevel(accessLevel: number): string | null {
  return roles.find((role) => accessLevels[role] === accessLevel)?.toUpperCase() ?? null
}
