import type { AddOn } from '../domain/add-on.ts'
import { formatGlobalId } from '../domain/global-id.ts'
import type { User, UserAddress } from '../domain/user.ts'
import { UserError } from '../errors.ts'
import * as documents from './documents.ts'
import { type JsonObject, unexpectedAnswer } from './json-object.ts'
import { type ListPage, type ReadPage, readPages } from './list-pages.ts'
import { holdsSeat, readAddresses, readNamedUser, readUser } from './readings.ts'
import { readListPage, readWithAddresses, type SeatList, type UserContext } from './seat-list.ts'

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
  purchase: { id: number; addOn: AddOn },
  which: 'holders' | 'free',
): AsyncGenerator<UserPage, void, undefined> {
  requireLists(context)
  const { filtersBySeat } = context.capabilities
  const purchaseGlobalId = formatGlobalId('GitlabSubscriptions::AddOnPurchase', purchase.id)
  const readPage = readWithAddresses(context, { document: chooseDocument(context), purchase, which })
  let total: number | null = null
  for await (const page of readPages(readPage, context.signal)) {
    total ??= filtersBySeat ? page.total : null
    // With a count, a hidden user is noticed as missing; without one, the user would count as gone.
    if (total === null && page.nodes.length < page.size) throw unexpectedAnswer('a list of users')
    const isWanted = (node: JsonObject) =>
      filtersBySeat || holdsSeat(node, purchaseGlobalId) === (which === 'holders')
    const nodes = page.nodes.filter(isWanted)
    yield {
      users: nodes.map((node) => readUser(node, true, context.client.warnOfUnknown)),
      addresses: nodes.flatMap(readAddresses),
      addressFailure: page.addressFailure,
      total,
    }
  }
}

export type Holder = Pick<User, 'id' | 'username'>

/** Reads less than {@link readUserPages}. */
export async function* readHolderPages(
  context: UserContext,
  purchase: { id: number; addOn: AddOn },
): AsyncGenerator<Holder[], void, undefined> {
  if (!context.capabilities.filtersBySeat) {
    for await (const { users } of readUserPages(context, purchase, 'holders')) yield users
    return
  }
  const document =
    context.target.group === null ? documents.readHoldersOfInstance : documents.readHoldersOfGroup
  const list: SeatList = { document, purchase, which: 'holders' }
  const readPage: ReadPage<ListPage> = (after, signal) =>
    readListPage(context, list, { after, withAddresses: false }, signal)
  for await (const { nodes } of readPages(readPage, context.signal)) yield nodes.map(readNamedUser)
}

function requireLists({ client, capabilities }: UserContext): void {
  if (capabilities.listsUsers) return
  throw new UserError(
    'failed',
    `GitLab ${client.version} cannot list users for seats.`,
    'Update GitLab to 16.7 or later, or use a snapshot: duo-seats sync --from FILE.',
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
