import { type AddOnPurchase, addOns } from '../domain/add-on.ts'
import { UserError } from '../errors.ts'
import { readField, unexpectedAnswer } from './answer-fields.ts'
import type { Capabilities } from './capabilities.ts'
import * as documents from './documents.ts'
import type { GraphqlClient } from './graphql-client.ts'
import { DeniedError } from './http/gitlab-error.ts'
import { isJsonObject, type JsonObject } from './http/json-object.ts'
import { nameOtherAddOn, type PurchaseReading, readPurchase } from './readings.ts'

interface PurchaseContext {
  client: GraphqlClient
  target: { group: string | null }
  capabilities: Capabilities
}

export interface ShownPurchases {
  purchases: PurchaseReading[]
  /** Products of the purchases without seats for users, each once. */
  otherAddOns: string[]
}

/**
 * An empty list proves nothing: GitLab hides purchases from other callers without an error.
 *
 * @param namespaceId global id of the group; null on Self-Managed
 */
export async function readPurchases(
  context: PurchaseContext,
  namespaceId: string | null,
): Promise<ShownPurchases> {
  const { listsPurchases, showsPurchases } = context.capabilities
  if (!showsPurchases) throw createTooOldError(context)
  const found = listsPurchases ? await list(context, namespaceId) : await findByType(context, namespaceId)
  const shown: ShownPurchases = { purchases: [], otherAddOns: [] }
  for (const each of found) {
    const purchase = readPurchase(each, context.client.warnOfUnknown)
    if (purchase !== null) shown.purchases.push(purchase)
    else shown.otherAddOns.push(context.client.quote(nameOtherAddOn(each)))
  }
  return { ...shown, otherAddOns: [...new Set(shown.otherAddOns)] }
}

async function list(context: PurchaseContext, namespaceId: string | null): Promise<JsonObject[]> {
  const data = await context.client.query(documents.readPurchases, { namespaceId })
  const purchases = data && readField(data, 'addOnPurchases')
  if (!Array.isArray(purchases) || purchases.includes(null)) throw createHiddenError(context)
  // A missing purchase counts as over.
  if (!purchases.every(isJsonObject)) throw unexpectedAnswer('an add-on purchase')
  return purchases
}

/** Before 17.3: one query per add-on, with null for an add-on without a purchase. */
async function findByType(context: PurchaseContext, namespaceId: string | null): Promise<JsonObject[]> {
  const found: JsonObject[] = []
  for (const addOn of context.capabilities.addOns) {
    const variables = { addOnType: addOns[addOn].type, namespaceId }
    const data = await context.client.query(documents.readPurchaseOfType, variables)
    if (data === null) throw createHiddenError(context)
    const purchase = readField(data, 'addOnPurchase')
    if (isJsonObject(purchase)) found.push(purchase)
    else if (purchase !== null) throw unexpectedAnswer('an add-on purchase')
  }
  return found
}

function createTooOldError({ client }: PurchaseContext): UserError {
  return new UserError(
    'failed',
    `The API of GitLab ${client.version} has no add-on purchases, so seats can be neither read nor changed.`,
    'Update GitLab: reading seats requires 16.7, changing them 16.8, and all features 17.5.',
  )
}

function createHiddenError({ target: { group } }: PurchaseContext): DeniedError {
  return new DeniedError(
    `GitLab hides the add-on purchases of ${group === null ? 'the instance' : `the group ${group}`} from this token.`,
    group === null ? 'Use a token of an administrator.' : 'Use a token of an Owner of the group.',
  )
}

/** GitLab's API returns active purchases only, without their days and without `trial`. */
export function toAddOnPurchase({ id, addOn, quantity }: PurchaseReading): AddOnPurchase {
  return { id, addOn, quantity, startedOn: null, expiresOn: null, trial: false }
}
