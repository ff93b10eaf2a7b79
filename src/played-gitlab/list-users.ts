import { GraphQLError } from 'graphql'
import { findIneligibility, type Membership } from '../domain/user.ts'
import type { RehearsalOrder, RehearsalQuery } from '../store/served-data.ts'
import { readIdNumber } from './global-id.ts'
import type { OffsetConnection, PageArguments } from './offset-connection.ts'
import { connectUsers, UserNode } from './seat-types.ts'
import type { ServedGitLab } from './served-gitlab.ts'

export interface EligibleUsersArguments extends PageArguments {
  /** Absent before GitLab 17.5. */
  addOnPurchaseIds?: number[]
  search?: string | null
  sort?: RehearsalOrder | null
  filterByAssignedSeat?: string | null
}

/**
 * `addOnEligibleUsers` and `selfManagedAddOnEligibleUsers`: with the filter "true" every holder, eligible or not; else eligible
 * users, with "false" only those without a seat. The filter uses only the first purchase.
 *
 * @throws GraphQLError where the purchase is unknown or not active
 */
export function listEligibleUsers(
  gitlab: ServedGitLab,
  { addOnPurchaseIds, search, sort, filterByAssignedSeat, ...page }: EligibleUsersArguments,
): OffsetConnection<number, UserNode> {
  const { offering } = gitlab.role
  const purchase = addOnPurchaseIds === undefined ? null : gitlab.requirePurchase(addOnPurchaseIds[0])
  const isHeld = { true: true, false: false }[filterByAssignedSeat ?? ''] ?? null
  const query: RehearsalQuery = {
    seat: isHeld === null || purchase === null ? null : { purchaseId: purchase.id, isHeld },
    ...decideOrder(search, sort ?? 'ID_ASC'),
    filter: isHeld
      ? everybody
      : { name: 'eligible', accepts: (user) => findIneligibility(user, offering) === null },
  }
  return connectUsers(gitlab, listIds(gitlab, query), page)
}

const everybody = { name: 'everybody', accepts: () => true }

/** A search has an order of its own. */
function decideOrder(
  search: string | null | undefined,
  sort: RehearsalOrder,
): Pick<RehearsalQuery, 'search' | 'order'> {
  return typeof search === 'string'
    ? { search: search.replace(/^@/, ''), order: 'RELEVANCE' }
    : { search: null, order: sort }
}

/** GitLab finds nobody when it is asked to look for nothing. */
function listIds(gitlab: ServedGitLab, query: RehearsalQuery): readonly number[] {
  return query.search === '' ? [] : gitlab.rehearsal.listIds(query)
}

export interface UsersArguments extends PageArguments {
  usernames?: string[] | null
  ids?: string[] | null
  search?: string | null
  active?: boolean | null
  humans?: boolean | null
  admins?: boolean | null
}

/** `users`: the newest first. The store knows no administrators. */
export function listAllUsers(
  gitlab: ServedGitLab,
  { usernames, ids, search, active, humans, admins, ...page }: UsersArguments,
): OffsetConnection<number, UserNode> {
  if (usernames && ids) throw new GraphQLError('Provide either a list of usernames or ids')
  const accepts = ({ state, type }: Membership) =>
    (!active || state === 'active') && (!humans || type === 'human') && !admins
  const name = JSON.stringify([active, humans, admins])
  const found = usernames
    ? gitlab.rehearsal.findIds('username', usernames)
    : ids
      ? gitlab.rehearsal.findIds(
          'id',
          ids.map(readIdNumber).filter((id) => id !== null),
        )
      : null
  if (found === null) {
    const query = { seat: null, ...decideOrder(search, 'ID_DESC'), filter: { name, accepts } }
    return connectUsers(gitlab, listIds(gitlab, query), page)
  }
  const matching = gitlab.rehearsal.readUsers(found).filter(accepts)
  return connectUsers(
    gitlab,
    matching.map(({ id }) => id),
    page,
  )
}

/** `user`: null where there is none. */
export function findUser(
  gitlab: ServedGitLab,
  { id, username }: { id?: number | null; username?: string | null },
): UserNode | null {
  const { rehearsal } = gitlab
  if (typeof id === 'number' && typeof username !== 'string')
    return readUser(gitlab, rehearsal.findIds('id', [id]))
  if (typeof username === 'string' && typeof id !== 'number')
    return readUser(gitlab, rehearsal.findIds('username', [username]))
  throw new GraphQLError('Provide either a single username or id')
}

function readUser(gitlab: ServedGitLab, ids: readonly number[]): UserNode | null {
  const [user] = gitlab.rehearsal.readUsers(ids.slice(0, 1))
  return user === undefined ? null : new UserNode(gitlab, user)
}
