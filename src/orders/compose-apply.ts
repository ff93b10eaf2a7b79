import type { RequestBatch, RequestSource } from '../domain/request.ts'
import { UserError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import { findNamed, nameUser } from './find-named.ts'

/** Which differences between the holders and a list are removed. */
export type ApplyMode = 'equal' | 'add-only' | 'remove-only'

/**
 * Asks for what makes the holders of a purchase equal to a list: first to take the seats of all whom no row may mean, then to
 * give one to everybody in the list.
 *
 * @throws UserError where the list names nobody, so that everybody would lose the seat
 */
export async function* composeApply(
  store: Store,
  list: RequestSource,
  mode: ApplyMode,
  addOnPurchaseId: number,
): AsyncIterable<RequestBatch> {
  if (mode !== 'add-only') {
    const named = await findNamed(store, list, addOnPurchaseId)
    if (named.rows === 0) throw createEmptyListError()
    for (const holders of store.seats.readHolders(addOnPurchaseId)) {
      const requests = holders.filter(({ userId }) => !named.has(userId)).map(nameUser)
      if (requests.length > 0) yield { action: 'take', requests }
    }
  }
  const action = mode === 'remove-only' ? 'keep' : 'give'
  for await (const requests of list.readBatches()) yield { action, requests }
}

/** Also for an input in which not even a header stands. */
export function createEmptyListError(): UserError {
  return new UserError(
    'refused',
    'The list names nobody: everybody would lose the seat. Nothing was written.',
    'If it is meant, use "duo-seats list --format csv" and bulk-unassign.',
  )
}
