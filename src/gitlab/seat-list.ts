import { type AddOn, addOns } from '../domain/add-on.ts'
import { formatGlobalId } from '../domain/global-id.ts'
import { readField } from './answer-fields.ts'
import type { Capabilities } from './capabilities.ts'
import type { GraphqlClient } from './graphql-client.ts'
import { DeniedError, UnreachableError } from './http/gitlab-error.ts'
import { isJsonObject, type JsonObject, listObjects } from './http/json-object.ts'
import { type ListPage, type ReadPage, toListPage } from './list-pages.ts'

export interface UserContext {
  client: GraphqlClient
  target: { group: string | null }
  capabilities: Capabilities
  signal: AbortSignal
  /** Global id of the group; null on Self-Managed. */
  namespaceId: string | null
}

export interface ListedPurchase {
  id: number
  addOn: AddOn
}

export interface SeatList {
  document: string
  /** The list of all but old versions is that of the first one. */
  purchases: readonly [ListedPurchase, ...ListedPurchase[]]
  /** Null before 17.5. */
  which: 'holders' | 'free' | null
}

export interface PageWithAddresses extends ListPage {
  /** See `UserPage`. */
  addressFailure: string | null
}

/**
 * Asks for addresses until GitLab fails to answer with them: they may cost it more than its limits allow. Its lists of a group show
 * no addresses.
 */
export function readWithAddresses(context: UserContext, list: SeatList): ReadPage<PageWithAddresses> {
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

export async function readListPage(
  { client, target, capabilities, namespaceId }: UserContext,
  { document, purchases, which }: SeatList,
  { after, withAddresses }: { after: string | null; withAddresses: boolean },
  signal: AbortSignal,
): Promise<ListPage> {
  const { group } = target
  const [{ id, addOn }] = purchases
  const variables = {
    ...(group !== null && { group }),
    ...(capabilities.filtersBySeat && {
      holdsSeat: String(which === 'holders'),
      ...(group !== null && { namespaceId }),
    }),
    addOnType: addOns[addOn].type,
    addOnPurchaseIds: purchases.map(({ id }) => formatPurchaseId(id)),
    ...{ after, isFirst: after === null, withAddresses },
  }
  const data = await client.query(document, variables, signal, withAddresses ? 1 : undefined)
  requireShownPurchase(data, formatPurchaseId(id), target)
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

export function formatPurchaseId(id: number): string {
  return formatGlobalId('GitlabSubscriptions::AddOnPurchase', id)
}
