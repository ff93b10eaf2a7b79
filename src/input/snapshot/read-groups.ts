import type * as v from 'valibot'
import { accessLevels } from '../../domain/access-level.ts'
import { foldName } from '../../domain/people/person-key.ts'
import type { SnapshotGroup, SnapshotMember } from '../../domain/snapshot-group.ts'
import { type DocumentCheck, isRecord } from './document-check.ts'
import type { Path } from './fault-list.ts'
import { groupSchema, invitedGroupSchema, memberSchema } from './group-schema.ts'
import { UniqueValues } from './unique-values.ts'

type RawGroup = v.InferOutput<typeof groupSchema>

export interface KnownUsers {
  hasId(id: number): boolean
  /** @param name folded */
  findId(name: string): number | undefined
}

/** @param known null if an element of the list is broken: then a missing user proves nothing */
export function readGroups(check: DocumentCheck, list: unknown, known: KnownUsers | null): SnapshotGroup[] {
  if (list === undefined) return []
  const paths = new UniqueValues<string>(check.faults, 'groups', 'full_path')
  const groups = check.readList('groups', list, groupSchema, (group, index) => {
    paths.claim(foldName(group.full_path), index, group.full_path)
    noteInnerKeys(check, (list as unknown[])[index])
    return { group, index }
  })
  const isComplete = !check.isBroken('groups')
  return groups.map(({ group, index }) => {
    if (isComplete) refuseUnknownGroups(check, group, index, paths)
    const members = group.members.map((member, place) =>
      toMember(check, member, ['groups', index, 'members', place], known),
    )
    return { fullPath: group.full_path, members, invitedGroups: group.invited_groups.map(toInvitedGroup) }
  })
}

function noteInnerKeys(check: DocumentCheck, group: unknown): void {
  if (!isRecord(group)) return
  const lists = [
    ['members', memberSchema],
    ['invited_groups', invitedGroupSchema],
  ] as const
  for (const [key, { entries }] of lists)
    for (const element of [group[key]].flat())
      if (isRecord(element)) check.noteUnknownKeys(entries, element, `groups[].${key}[]`)
}

function refuseUnknownGroups(
  { faults }: DocumentCheck,
  { invited_groups }: RawGroup,
  index: number,
  paths: UniqueValues<string>,
): void {
  for (const [place, { full_path }] of invited_groups.entries())
    if (!paths.has(foldName(full_path)))
      faults.add(['groups', index, 'invited_groups', place, 'full_path'], 'the path of a group', full_path)
}

function toMember(
  { faults }: DocumentCheck,
  { user_id, username, email, role, expires_on }: RawGroup['members'][number],
  path: Path,
  known: KnownUsers | null,
): SnapshotMember {
  const given = [user_id, username, email].filter((key) => key !== null)
  if (given.length !== 1) faults.add(path, 'one of user_id, username and email', given.length)
  if (user_id !== null && known?.hasId(user_id) === false)
    faults.add([...path, 'user_id'], 'the id of a user', user_id)
  const named = username === null ? undefined : known?.findId(foldName(username))
  if (username !== null && known !== null && named === undefined)
    faults.add([...path, 'username'], 'the username of a user', username)
  const facts = { accessLevel: accessLevels[role], expiresOn: expires_on }
  return { userId: user_id ?? named ?? null, invitedEmail: email, ...facts }
}

function toInvitedGroup({ full_path, role }: RawGroup['invited_groups'][number]) {
  return { fullPath: full_path, accessLevel: accessLevels[role] }
}
