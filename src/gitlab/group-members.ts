import type { GroupMember, GroupReading, MemberRelation } from '../domain/group-members.ts'
import { UserError } from '../errors.ts'
import { readField, unexpectedAnswer } from './answer-fields.ts'
import type { Capabilities } from './capabilities.ts'
import * as documents from './documents.ts'
import type { GraphqlClient } from './graphql-client.ts'
import { DeniedError, UnreachableError } from './http/gitlab-error.ts'
import { isJsonObject, isText, type JsonObject, listObjects } from './http/json-object.ts'
import { inAnyOrder } from './in-any-order.ts'
import { type PageEnd, PageTrail, readPageEnd } from './page-trail.ts'
import { readDay, readNamedUser, readStateAndType, type WarnOfUnknown } from './readings.ts'

interface MemberContext {
  client: GraphqlClient
  capabilities: Capabilities
  signal: AbortSignal
}

const namesInGitLab: Record<MemberRelation, string> = {
  direct: 'DIRECT',
  inherited: 'INHERITED',
  subgroups: 'DESCENDANTS',
  invited: 'SHARED_FROM_GROUPS',
}

const lanes = 4

/** See `GitLab.readGroupMembers`. All relations go into one query: GitLab then lists each user once. */
export async function readGroupMembers(
  { client, capabilities, signal }: MemberContext,
  paths: readonly string[],
  relations: readonly MemberRelation[],
): Promise<GroupReading[]> {
  const names = relations.map((relation) => namesInGitLab[relation])
  requireRelations(names, capabilities, client)
  const readings = new Map<string, GroupReading>()
  const read = async (path: string, signal: AbortSignal) => ({
    path,
    reading: await readGroup(client, path, names, signal),
  })
  for await (const { path, reading } of inAnyOrder(paths, lanes, signal, read)) readings.set(path, reading)
  return paths.flatMap((path) => readings.get(path) ?? [])
}

/** @throws UserError for a GitLab that is too old */
function requireRelations(
  names: readonly string[],
  { memberRelations }: Capabilities,
  { version }: GraphqlClient,
): void {
  const missing = names.find((name) => !memberRelations.includes(name))
  if (missing === undefined) return
  throw new UserError(
    'failed',
    memberRelations.length === 0
      ? `The API of GitLab ${version} does not list the members of a group.`
      : `The API of GitLab ${version} does not list the members of a group by ${missing}.`,
    'Update GitLab, or use a CSV of the members.',
  )
}

/** Cursors are keys of rows, so the pages are read one after the other. */
async function readGroup(
  client: GraphqlClient,
  group: string,
  relations: readonly string[],
  signal: AbortSignal,
): Promise<GroupReading> {
  const members: GroupMember[] = []
  const trail = new PageTrail(() => createIncompleteError(group))
  let fullPath = group
  let after: string | null = null
  do {
    const page = await readPage(client, { group, relations, after }, signal)
    members.push(...page.members)
    fullPath = page.fullPath
    after = trail.follow(page)
  } while (after !== null)
  return { fullPath, members }
}

interface MemberPage extends PageEnd {
  fullPath: string
  members: GroupMember[]
}

async function readPage(
  client: GraphqlClient,
  variables: { group: string; relations: readonly string[]; after: string | null },
  signal: AbortSignal,
): Promise<MemberPage> {
  const data = await client.query(documents.readGroupMembers, variables, signal)
  const group = data && readField(data, 'group')
  if (!isJsonObject(group)) throw createUnknownGroupError(variables.group)
  const { fullPath, groupMembers } = group
  if (!isJsonObject(groupMembers)) throw createHiddenError(variables.group)
  const { nodes, pageInfo } = groupMembers
  if (!isText(fullPath) || !Array.isArray(nodes) || !isJsonObject(pageInfo))
    throw unexpectedAnswer('a list of members')
  // A hidden member would lose the seat.
  if (listObjects(nodes).length < nodes.length) throw createHiddenError(variables.group)
  return {
    ...readPageEnd(pageInfo, nodes.length),
    fullPath,
    members: listObjects(nodes).map((node) => readMember(node, client.warnOfUnknown)),
  }
}

function readMember({ user, accessLevel, expiresAt }: JsonObject, warn: WarnOfUnknown): GroupMember {
  const level = isJsonObject(accessLevel) ? accessLevel['integerValue'] : null
  if (typeof level !== 'number') throw unexpectedAnswer('a member of a group')
  return {
    user: isJsonObject(user) ? readUser(user, warn) : null,
    accessLevel: level,
    expiresOn: readDay(expiresAt),
  }
}

function readUser(node: JsonObject, warn: WarnOfUnknown): GroupMember['user'] {
  const { id: userId, username } = readNamedUser(node)
  return { userId, username, ...readStateAndType(node, warn) }
}

function createUnknownGroupError(group: string): DeniedError {
  return new DeniedError(
    `The group ${group} does not exist, or GitLab hides it from this token. Nothing was written.`,
    'Check the spelling of its full path, and use a token that may read its members.',
  )
}

function createHiddenError(group: string): DeniedError {
  return new DeniedError(
    `GitLab hides members of the group ${group} from this token. Nothing was written.`,
    'Use a token of an administrator, or of an Owner of the group.',
  )
}

function createIncompleteError(group: string): UnreachableError {
  return new UnreachableError(
    `GitLab did not list all members of the group ${group}. Nothing was written.`,
    'Run the same command again.',
  )
}
