import { type AddOn, addOns } from '../domain/add-on.ts'
import { formatGlobalId } from '../domain/global-id.ts'
import type { User, UserAddress } from '../domain/user.ts'
import { UserError } from '../errors.ts'
import type { Capabilities } from './capabilities.ts'
import * as documents from './documents.ts'
import { DeniedError, UnreachableError } from './gitlab-error.ts'
import type { GraphqlClient } from './graphql-client.ts'
import { isJsonObject, type JsonObject, listObjects, readField, unexpectedAnswer } from './json-object.ts'
import { type ListPage, type ReadPage, readPages, toListPage } from './list-pages.ts'
import { holdsSeat, readAddresses, readNamedUser, readUser } from './readings.ts'

export interface UserPage {
  users: User[]
  /** Confirmed addresses that the token may see, as GitLab spells them. */
  addresses: UserAddress[]
  /** GitLab's reason to answer with the users alone; null for an answer with the visible addresses. */
  addressFailure: string | null
  /** Number of users in the whole list; null if GitLab does not report it. */
  total: number | null
}

export interface UserContext {
  client: GraphqlClient
  target: { group: string | null }
  capabilities: Capabilities
  signal: AbortSignal
  /** Global id of the group; null on Self-Managed. */
  namespaceId: string | null
}

interface SeatList {
  document: string
  purchase: { id: number; addOn: AddOn }
  which: 'holders' | 'free'
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

interface PageWithAddresses extends ListPage {
  /** See {@link UserPage}. */
  addressFailure: string | null
}

/**
 * Asks for addresses until GitLab fails to answer with them: they may cost it more than its limits allow. Its lists of a group show
 * no addresses.
 */
function readWithAddresses(context: UserContext, list: SeatList): ReadPage<PageWithAddresses> {
  let addressFailure: string | null = null
  return async (after, signal) => {
    const read = async (withAddresses: boolean) => ({
      ...(await readListPage(context, list, { after, withAddresses }, signal)),
      addressFailure,
    })
    if (context.target.group !== null || addressFailure !== null) return read(false)
    try {
      return await read(true)
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error
      const page = await read(false)
      addressFailure = error.message
      return { ...page, addressFailure }
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

async function readListPage(
  { client, target, capabilities, namespaceId }: UserContext,
  { document, purchase, which }: SeatList,
  { after, withAddresses }: { after: string | null; withAddresses: boolean },
  signal: AbortSignal,
): Promise<ListPage> {
  const { group } = target
  const purchaseGlobalId = formatGlobalId('GitlabSubscriptions::AddOnPurchase', purchase.id)
  const variables = {
    ...(group !== null && { group }),
    ...(capabilities.filtersBySeat && {
      holdsSeat: String(which === 'holders'),
      ...(group !== null && { namespaceId }),
    }),
    addOnType: addOns[purchase.addOn].type,
    addOnPurchaseIds: [purchaseGlobalId],
    ...{ after, isFirst: after === null, withAddresses },
  }
  const data = await client.query(document, variables, signal, withAddresses ? 1 : undefined)
  requireShownPurchase(data, purchaseGlobalId, target)
  const scope = group === null ? data : data && readField(data, 'namespace')
  const connection = isJsonObject(scope) ? readField(scope, 'users') : null
  if (isJsonObject(connection)) return toListPage(connection)
  throw createHiddenUsersError(target)
}

/**
 * @param data with `purchases`, if the version can filter by seat
 * @throws DeniedError for a purchase that is over or hidden: its list of holders is empty, without an error
 */
export function requireShownPurchase(
  data: JsonObject | null,
  globalId: string,
  target: { group: string | null },
): void {
  const purchases = data?.['purchases']
  if (purchases === undefined || listObjects(purchases).some(({ id }) => id === globalId)) return
  throw createHiddenUsersError(target)
}

export function createHiddenUsersError({ group }: { group: string | null }): DeniedError {
  return new DeniedError(
    'GitLab hides the users of the purchase from this token, or the purchase has expired.',
    group === null ? 'Use a token of an administrator.' : 'Use a token of an Owner of the top-level group.',
  )
}
