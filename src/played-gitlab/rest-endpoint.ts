import type { ServedUser } from '../store/served-data.ts'
import type { ServedOrder } from '../store/served-query.ts'
import { type Answer, answerJson } from './answer.ts'
import { nameCaller } from './caller.ts'
import { formatVersion, isBefore } from './gitlab-version.ts'
import { listVisibleAddresses, toPrivateAddress } from './list-addresses.ts'
import type { PlayedGitLab } from './played-gitlab.ts'

const usersPath = '/api/v4/users'

/** GitLab's limit for a page, and the default. */
const maxPerPage = 100
const usualPerPage = 20

const firstVersionWithKeyset = [16, 5] as const
const firstVersionWithEnterpriseUsers = [17, 7] as const

/** GitLab's REST API, as far as users and addresses need it. */
export function answerRest(gitlab: PlayedGitLab, method: string | undefined, address: string): Answer {
  const { pathname, searchParams } = new URL(address, gitlab.role.url)
  if (method !== 'GET') return notFound()
  if (pathname === '/api/v4/personal_access_tokens/self')
    return answerJson(200, { name: 'duo-seats serve', scopes: ['api'], active: true, expires_at: null })
  if (pathname === '/api/v4/user') return describeCaller(gitlab)
  if (pathname === '/api/v4/version')
    return answerJson(200, { version: formatVersion(gitlab.role.version), revision: 'played' })
  if (pathname === usersPath) return listUsers(gitlab, searchParams)
  const [, group = '', list] =
    /^\/api\/v4\/groups\/([^/]+)\/(enterprise_users|members\/all)$/.exec(pathname) ?? []
  const path = decodePath(group)
  if (list === 'members/all') return listAllMembers(gitlab, path, searchParams)
  return list === undefined ? notFound() : listEnterpriseUsers(gitlab, path, searchParams)
}

/** A text that encodes nothing names no group. */
function decodePath(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}

/** `is_admin` is shown to administrators only. */
function describeCaller({ caller, role }: PlayedGitLab): Answer {
  const { id, username, name } = nameCaller(caller, role.offering)
  return answerJson(200, {
    ...{ id, username, name, state: 'active', public_email: '', web_url: `${role.url}/${username}` },
    ...(caller === 'administrator' && { is_admin: true }),
  })
}

/** Direct, inherited and invited members, without their types. */
function listAllMembers(gitlab: PlayedGitLab, path: string, parameters: URLSearchParams): Answer {
  const { servedGroups } = gitlab.store
  const isRoot = path.toLowerCase() === gitlab.role.group?.toLowerCase()
  if (!isRoot && servedGroups.find(path) === null) return notFound()
  const relations = ['DIRECT', 'INHERITED', 'SHARED_FROM_GROUPS'] as const
  const members = servedGroups
    .listMembers({ fullPath: path, relations })
    .filter(({ userId }) => userId !== null)
  const [page, perPage] = [readPage(parameters), readPerPage(parameters)]
  const shown = members.slice((page - 1) * perPage, page * perPage)
  const users = new Map(
    gitlab.data.readUsers(shown.flatMap(({ userId }) => userId ?? [])).map((user) => [user.id, user]),
  )
  return answerJson(
    200,
    shown.flatMap(({ userId, accessLevel, expiresOn }) => {
      const user = users.get(userId ?? 0)
      if (user === undefined) return []
      const { id, username, name, state } = user
      return { id, username, name, state, access_level: accessLevel, expires_at: expiresOn }
    }),
  )
}

function notFound(): Answer {
  return answerJson(404, { error: '404 Not Found' })
}

/** Newest first without an order, like GitLab. */
function listUsers(gitlab: PlayedGitLab, parameters: URLSearchParams): Answer {
  const search = parameters.get('search')
  const isAscending = parameters.get('sort') === 'asc'
  const order = search === null ? (isAscending ? 'ID_ASC' : 'ID_DESC') : 'RELEVANCE'
  const ids = listIds(gitlab, search, order)
  if (parameters.get('pagination') !== 'keyset') return answerPage(gitlab, ids, usersPath, parameters)
  if (isBefore(gitlab.role.version, firstVersionWithKeyset) || search !== null)
    return answerJson(405, { error: 'Keyset pagination is not yet available for this type of request' })
  return answerAfterCursor(gitlab, ids, isAscending, parameters)
}

function listIds(gitlab: PlayedGitLab, search: string | null, order: ServedOrder): readonly number[] {
  const privateAddress = search === null ? null : toPrivateAddress(gitlab, search)
  const filter = gitlab.shownUsers
  return gitlab.data.lists.listIds({ seat: null, search, privateAddress, order, filter })
}

/** The group of an Owner. Its users with an address count as its enterprise users. */
function listEnterpriseUsers(gitlab: PlayedGitLab, path: string, parameters: URLSearchParams): Answer {
  const { group, version, hidesEmails = false } = gitlab.role
  const isRoot = path.toLowerCase() === group?.toLowerCase() || path === '1'
  if (group === null || !isRoot || isBefore(version, firstVersionWithEnterpriseUsers)) return notFound()
  if (hidesEmails || !gitlab.managesSeats) return answerJson(403, { message: '403 Forbidden' })
  const address = `/api/v4/groups/${encodeURIComponent(group)}/enterprise_users`
  return answerPage(gitlab, gitlab.data.lists.listIdsWithEmail(), address, parameters)
}

/** By offset. GitLab leaves the totals out of long lists, so they are missing here. */
function answerPage(
  gitlab: PlayedGitLab,
  ids: readonly number[],
  path: string,
  parameters: URLSearchParams,
): Answer {
  const perPage = readPerPage(parameters)
  const page = readPage(parameters)
  const isLast = ids.length <= page * perPage
  const next = new URLSearchParams(parameters)
  next.set('page', String(page + 1))
  const answer = answerUsers(gitlab, ids.slice((page - 1) * perPage, page * perPage), path)
  const headers = { ...answer.headers, 'x-page': String(page), 'x-next-page': isLast ? '' : String(page + 1) }
  return { ...answer, headers: isLast ? headers : { ...headers, link: formatLink(gitlab, path, next) } }
}

/** GitLab's cursor is the last user as JSON in Base64. */
function answerAfterCursor(
  gitlab: PlayedGitLab,
  ids: readonly number[],
  isAscending: boolean,
  parameters: URLSearchParams,
): Answer {
  const after = readCursor(parameters.get('cursor'))
  const rest = after === null ? ids : ids.filter((id) => (isAscending ? id > after : id < after))
  const page = rest.slice(0, readPerPage(parameters))
  const answer = answerUsers(gitlab, page, usersPath)
  if (page.length === rest.length) return answer
  const next = new URLSearchParams(parameters)
  const cursor = JSON.stringify({ id: String(page.at(-1)), _kd: 'n' })
  next.set('cursor', Buffer.from(cursor).toString('base64url'))
  return { ...answer, headers: { ...answer.headers, link: formatLink(gitlab, usersPath, next) } }
}

/** @returns an id; null for the first page */
function readCursor(cursor: string | null): number | null {
  const [, id] = /"id":"(\d+)"/.exec(Buffer.from(cursor ?? '', 'base64').toString()) ?? []
  return id === undefined ? null : Number(id)
}

function readPage(parameters: URLSearchParams): number {
  return Math.max(1, Math.trunc(Number(parameters.get('page'))) || 1)
}

function readPerPage(parameters: URLSearchParams): number {
  const wanted = Math.trunc(Number(parameters.get('per_page'))) || usualPerPage
  return Math.min(maxPerPage, Math.max(1, wanted))
}

function formatLink({ role }: PlayedGitLab, path: string, parameters: URLSearchParams): string {
  return `<${role.url}${path}?${parameters}>; rel="next"`
}

function answerUsers(gitlab: PlayedGitLab, ids: readonly number[], path: string): Answer {
  const isEnterprise = path !== usersPath
  return answerJson(
    200,
    gitlab.data.readUsers(ids).map((user) => describeUser(gitlab, user, isEnterprise)),
  )
}

/** Without the right, the keys of the address are missing. */
function describeUser(gitlab: PlayedGitLab, user: ServedUser, isEnterprise: boolean): object {
  const { id, username, name, state, email } = user
  const [primary] = listVisibleAddresses(gitlab, user, isEnterprise)
  const isShown = isEnterprise || gitlab.showsAddresses
  return {
    id,
    username,
    public_email: email ?? '',
    name,
    state,
    locked: false,
    avatar_url: null,
    web_url: `${gitlab.role.url}/${username}`,
    ...(isShown && { email: primary?.email ?? '', confirmed_at: primary?.confirmedAt ?? null }),
  }
}
