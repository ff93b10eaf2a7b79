import type { AddOnPurchase } from '../domain/add-on.ts'
import { UserError } from '../errors.ts'
import { addOnTypes, type Capabilities } from './capabilities.ts'
import * as documents from './documents.ts'
import { DeniedError } from './gitlab-error.ts'
import type { GraphqlClient } from './graphql-client.ts'
import { type JsonObject, listObjects } from './json-object.ts'
import { type PurchaseReading, readPurchase } from './readings.ts'

interface PurchaseContext {
  client: GraphqlClient
  target: { group: string | null }
  capabilities: Capabilities
}

/**
 * See `GitLab.readPurchases`.
 *
 * @param namespaceId of the group, as GitLab tells it; null on Self-Managed
 */
export async function readPurchases(
  context: PurchaseContext,
  namespaceId: string | null,
): Promise<PurchaseReading[]> {
  const { listsPurchases, showsPurchases } = context.capabilities
  if (!showsPurchases) throw createTooOldError(context)
  const shapes = listsPurchases ? await list(context, namespaceId) : await findByType(context, namespaceId)
  return shapes.map(readPurchase).filter((purchase) => purchase !== null)
}

async function list(context: PurchaseContext, namespaceId: string | null): Promise<JsonObject[]> {
  const data = await context.client.query(documents.readPurchases, { namespaceId })
  const purchases = data?.['addOnPurchases']
  if (Array.isArray(purchases)) return listObjects(purchases)
  throw refusePurchases(context)
}

/** Before 17.3: one for each add-on, null where there is none. */
async function findByType(context: PurchaseContext, namespaceId: string | null): Promise<JsonObject[]> {
  const found: unknown[] = []
  for (const addOn of context.capabilities.addOns) {
    const variables = { addOnType: addOnTypes[addOn], namespaceId }
    const data = await context.client.query(documents.readPurchaseOfType, variables)
    if (data === null) throw refusePurchases(context)
    found.push(data['addOnPurchase'])
  }
  return listObjects(found)
}

function createTooOldError({ client }: PurchaseContext): UserError {
  return new UserError(
    'failed',
    `GitLab ${client.version} shows no add-on purchases over its API, so that no seat can be read or changed.`,
    'It needs GitLab 16.7 to read seats, 16.8 to give them, and 17.5 for everything: update GitLab.',
  )
}

function refusePurchases({ target: { group } }: PurchaseContext): DeniedError {
  return new DeniedError(
    'denied',
    `GitLab does not show this token the add-on purchases of ${group === null ? 'the instance' : `the group ${group}`}.`,
    group === null
      ? 'Take a token of an administrator, with admin_mode as well where Admin Mode is on.'
      : 'Take a token of an Owner of the group.',
  )
}

/** GitLab's API shows neither days nor trials, and only purchases that are active today. */
export function toAddOnPurchase({ id, addOn, quantity }: PurchaseReading): AddOnPurchase {
  return { id, addOn, quantity, startedOn: null, expiresOn: null, trial: false }
}
