import { GraphQLError } from 'graphql'
import { noFilter, passesFilter, type ServedFilter, type ServedOrder } from '../store/served-query.ts'
import { readIdNumber } from './global-id.ts'
import { toPrivateAddress } from './list-addresses.ts'
import type { OffsetConnection, PageArguments } from './offset-connection.ts'
import type { PlayedGitLab } from './played-gitlab.ts'
import { connectUsers, UserNode } from './seat-types.ts'

export interface EligibleUsersArguments extends PageArguments {
  /** Absent before GitLab 17.5. */
  addOnPurchaseIds?: number[]
  search?: string | null
  sort?: ServedOrder | null
  filterByAssignedSeat?: string | null
}

/**
 * `addOnEligibleUsers` and `selfManagedAddOnEligibleUsers`. The filter "true" lists every holder, eligible or not; otherwise
 * users are eligible, with "false" only those without a seat. The filter uses only the first purchase, if one exists. A
 * purchase that is unknown or not active has no holders, and no error.
 */
export function listEligibleUsers(
  gitlab: PlayedGitLab,
  { addOnPurchaseIds, search, sort, filterByAssignedSeat, ...page }: EligibleUsersArguments,
): OffsetConnection<number, UserNode> {
  const purchaseId = addOnPurchaseIds?.[0]
  const isHeld = purchaseId === undefined ? null : readBoolean(filterByAssignedSeat ?? '')
  const isActive = gitlab.listShownPurchases().some(({ id }) => id === purchaseId)
  if (isHeld && !isActive) return connectUsers(gitlab, [], page)
  const seat = isHeld === null || purchaseId === undefined || !isActive ? null : { purchaseId, isHeld }
  const filter = isHeld ? noFilter : { ...noFilter, eligibleIn: gitlab.role.offering }
  return connectUsers(gitlab, listIds(gitlab, { seat, search, order: sort ?? 'ID_DESC', filter }), page)
}

/** The spellings of GitLab's `Gitlab::Utils.to_boolean`; null for other texts. */
function readBoolean(text: string): boolean | null {
  if (/^(true|t|yes|y|1|on)$/i.test(text)) return true
  return /^(false|f|no|n|0|off)$/i.test(text) ? false : null
}

interface List {
  seat: { purchaseId: number; isHeld: boolean } | null
  search: string | null | undefined
  /** Without a search, which has an order of its own. */
  order: ServedOrder
  filter: ServedFilter
}

function listIds(gitlab: PlayedGitLab, { search, ...list }: List): readonly number[] {
  const { data } = gitlab
  if (search === null || search === undefined)
    return data.lists.listIds({ ...list, search: null, privateAddress: null })
  const text = search.replace(/^@/, '')
  // GitLab finds nothing for an empty search.
  return text === ''
    ? []
    : data.lists.listIds({
        ...list,
        search: text,
        privateAddress: toPrivateAddress(gitlab, text),
        order: 'RELEVANCE',
      })
}

export interface UsersArguments extends PageArguments {
  usernames?: string[] | null
  ids?: string[] | null
  search?: string | null
  active?: boolean | null
  humans?: boolean | null
  admins?: boolean | null
}

/** `users`, newest first. The store contains no administrators. */
export function listAllUsers(
  gitlab: PlayedGitLab,
  { usernames, ids, search, active, humans, admins, ...page }: UsersArguments,
): OffsetConnection<number, UserNode> {
  if (usernames && ids) throw new GraphQLError('Provide either a list of usernames or ids')
  if (admins) return connectUsers(gitlab, [], page)
  const filter = { ...gitlab.shownUsers, activeOnly: active === true, humansOnly: humans === true }
  const named = findNamed(gitlab, usernames, ids)
  const found =
    named === null
      ? listIds(gitlab, { seat: null, search, order: 'ID_DESC', filter })
      : filterIds(gitlab, named, filter)
  return connectUsers(gitlab, found, page)
}

/** Null when the query names no users. */
function findNamed(
  { data }: PlayedGitLab,
  usernames: readonly string[] | null | undefined,
  ids: readonly string[] | null | undefined,
): number[] | null {
  if (usernames) return data.findIds('username', usernames)
  if (!ids) return null
  const numbers = ids.map(readIdNumber).filter((id) => id !== null)
  return data.findIds('id', numbers)
}

function filterIds({ data }: PlayedGitLab, ids: readonly number[], filter: ServedFilter): number[] {
  const users = data.readUsers(ids).filter((user) => passesFilter(user, filter))
  return users.map(({ id }) => id)
}

/** `user`; null when it does not exist. */
export function findUser(
  gitlab: PlayedGitLab,
  { id, username }: { id?: number | null; username?: string | null },
): UserNode | null {
  const { data } = gitlab
  if (typeof id === 'number' && typeof username !== 'string')
    return readUser(gitlab, data.findIds('id', [id]))
  if (typeof username === 'string' && typeof id !== 'number')
    return readUser(gitlab, data.findIds('username', [username]))
  throw new GraphQLError('Provide either a single username or id')
}

function readUser(gitlab: PlayedGitLab, ids: readonly number[]): UserNode | null {
  const [user] = gitlab.data.readUsers(ids.slice(0, 1))
  return user === undefined ? null : new UserNode(gitlab, user)
}
