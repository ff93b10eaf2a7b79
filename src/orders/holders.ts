import { type AddOn, addOnNames, addOns } from '../domain/add-on.ts'
import type { NamedUser } from '../domain/named-user.ts'
import type { Request } from '../domain/request.ts'
import { splitIntoBatches } from '../domain/split-into-batches.ts'
import { UserError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import { makeOrder, type Order, type OrderOptions } from './order.ts'
import { requestForUser } from './protected-users.ts'
import type { RequestSource } from './request-source.ts'

const batchSize = 1_000

/**
 * Gives a seat to each holder of another add-on: to those of now or, after its purchase ended, to those of its end.
 *
 * @throws UserError for the same add-on
 */
export function orderForHolders(holdersOf: AddOn, options: OrderOptions): Order {
  if (options.addOn === holdersOf) throw createSameAddOnError(holdersOf)
  return makeOrder(options, {
    command: 'bulk-assign',
    source: createHolderSource(holdersOf),
    question: 'shortage',
    recorded: { holders_of: holdersOf },
  })
}

function createHolderSource(holdersOf: AddOn): RequestSource {
  return {
    file: null,
    order: 'by user id',
    readNamed: (store) => readBatches(store, holdersOf),
    readRequests: async ({ store, purchase }) => {
      if (purchase.addOn === holdersOf) throw createSameAddOnError(holdersOf)
      return { batches: readGiving(store, holdersOf), finding: null }
    },
  }
}

async function* readGiving(store: Store, holdersOf: AddOn) {
  for await (const requests of readBatches(store, holdersOf)) yield { action: 'give', requests } as const
}

async function* readBatches(store: Store, holdersOf: AddOn): AsyncIterable<Request[]> {
  const holders = listHolders(store, holdersOf)
  if (holders.length === 0) throw createNoHoldersError(holdersOf)
  for (const batch of splitIntoBatches(holders, batchSize)) yield batch.map(requestForUser)
}

function listHolders(store: Store, addOn: AddOn): NamedUser[] {
  const purchases = store.addOnPurchases.list().filter((purchase) => purchase.addOn === addOn)
  if (purchases.length === 0) return store.lastHolders.list(addOn)
  return purchases.flatMap(({ id }) => [...store.seats.readHolders(id)].flat())
}

function createSameAddOnError(addOn: AddOn): UserError {
  const other = addOnNames.find((name) => name !== addOn)
  return new UserError(
    'usage',
    `The holders of ${addOns[addOn].product} have its seats already. Nothing was written.`,
    `Name the other add-on: duo-seats bulk-assign --holders-of ${addOn} --add-on ${other}`,
  )
}

function createNoHoldersError(addOn: AddOn): UserError {
  return new UserError(
    'refused',
    `The store contains no holder of ${addOns[addOn].product}. Nothing was written.`,
    'It contains only holders that a sync found. For other users, use a list.',
  )
}
