import type { Seat } from '../domain/snapshot.ts'
import type { User, UserAddress } from '../domain/user.ts'
import { UserError } from '../errors.ts'
import { unexpectedAnswer } from './answer-fields.ts'
import * as documents from './documents.ts'
import type { JsonObject } from './http/json-object.ts'
import { type ListPage, type ReadPage, readPages } from './list-pages.ts'
import { holdsSeat, readAddresses, readNamedUser, readUser } from './readings.ts'
import {
  formatPurchaseId,
  type ListedPurchase,
  type PageWithAddresses,
  readListPage,
  readWithAddresses,
  type SeatList,
  type UserContext,
} from './seat-list.ts'

export interface UserPage {
  users: User[]
  /** Confirmed addresses that the token may see, as GitLab spells them. */
  addresses: UserAddress[]
  /** GitLab's reason to answer with the users alone; null for an answer with the visible addresses. */
  addressFailure: string | null
  /** Number of users in the whole list; null if GitLab does not report it. */
  total: number | null
}

export async function* readUserPages(
  context: UserContext,
  purchase: ListedPurchase,
  which: 'holders' | 'free',
): AsyncGenerator<UserPage, void, undefined> {
  if (!context.capabilities.filtersBySeat) {
    yield* filterEligiblePages(context, purchase, which)
    return
  }
  requireLists(context)
  const list: SeatList = { document: chooseDocument(context), purchases: [purchase], which }
  let total: number | null = null
  for await (const page of readPages(readWithAddresses(context, list), context.signal)) {
    total ??= page.total
    // With a count, a hidden user is noticed as missing; without one, the user would count as gone.
    if (total === null) requireAllNodes(page)
    yield { ...readUserPage(page, context), total }
  }
}

/** Before 17.5. The total of the list is that of both kinds of users. */
async function* filterEligiblePages(
  context: UserContext,
  purchase: ListedPurchase,
  which: 'holders' | 'free',
): AsyncGenerator<UserPage, void, undefined> {
  for await (const { seats, ...page } of readEligiblePages(context, [purchase])) {
    const holders = new Set(seats.map(({ userId }) => userId))
    const isWanted = (userId: number) => holders.has(userId) === (which === 'holders')
    yield {
      users: page.users.filter(({ id }) => isWanted(id)),
      addresses: page.addresses.filter(({ userId }) => isWanted(userId)),
      addressFailure: page.addressFailure,
      total: null,
    }
  }
}

export interface EligiblePage extends UserPage {
  /** GitLab's API does not show when a seat was assigned. */
  seats: Seat[]
}

/** Before 17.5: all eligible users, with their seats of these purchases. */
export async function* readEligiblePages(
  context: UserContext,
  purchases: SeatList['purchases'],
): AsyncGenerator<EligiblePage, void, undefined> {
  requireLists(context)
  const list: SeatList = { document: chooseDocument(context), purchases, which: null }
  let total: number | null = null
  for await (const page of readPages(readWithAddresses(context, list), context.signal)) {
    total ??= page.total
    requireAllNodes(page)
    yield {
      ...readUserPage(page, context),
      seats: page.nodes.flatMap((node) => readSeats(node, purchases)),
      total,
    }
  }
}

function requireAllNodes({ nodes, size }: ListPage): void {
  if (nodes.length < size) throw unexpectedAnswer('a list of users')
}

function readUserPage(
  { nodes, addressFailure }: PageWithAddresses,
  { client }: UserContext,
): Omit<UserPage, 'total'> {
  return {
    users: nodes.map((node) => readUser(node, true, client.warnOfUnknown)),
    addresses: nodes.flatMap(readAddresses),
    addressFailure,
  }
}

function readSeats(node: JsonObject, purchases: SeatList['purchases']): Seat[] {
  const { id: userId } = readNamedUser(node)
  return purchases
    .filter(({ id }) => holdsSeat(node, formatPurchaseId(id)))
    .map(({ id }) => ({ addOnPurchaseId: id, userId, assignedAt: null }))
}

export type Holder = Pick<User, 'id' | 'username'>

/** Reads less than {@link readUserPages}. */
export async function* readHolderPages(
  context: UserContext,
  purchase: ListedPurchase,
): AsyncGenerator<Holder[], void, undefined> {
  if (!context.capabilities.filtersBySeat) {
    for await (const { users } of readUserPages(context, purchase, 'holders')) yield users
    return
  }
  const document =
    context.target.group === null ? documents.readHoldersOfInstance : documents.readHoldersOfGroup
  const list: SeatList = { document, purchases: [purchase], which: 'holders' }
  const readPage: ReadPage<ListPage> = (after, signal) =>
    readListPage(context, list, { after, withAddresses: false }, signal)
  for await (const { nodes } of readPages(readPage, context.signal)) yield nodes.map(readNamedUser)
}

function requireLists({ client, capabilities }: UserContext): void {
  if (capabilities.listsUsers) return
  throw new UserError(
    'failed',
    `GitLab ${client.version} cannot list users for seats.`,
    'Update GitLab to 16.7 or later, or use a snapshot: duo-seats sync --from FILE',
  )
}

function chooseDocument({ target, capabilities }: UserContext): string {
  const isInstance = target.group === null
  const { filtersBySeat, reportsDuoActivity } = capabilities
  if (!filtersBySeat)
    return isInstance ? documents.readEligibleUsersOfInstance : documents.readEligibleUsersOfGroup
  if (!reportsDuoActivity) {
    return isInstance
      ? documents.readUsersOfInstanceWithoutDuoActivity
      : documents.readUsersOfGroupWithoutDuoActivity
  }
  return isInstance ? documents.readUsersOfInstance : documents.readUsersOfGroup
}
