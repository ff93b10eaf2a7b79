import type { Request, RequestBatch, RequestSource } from '../domain/request.ts'
import type { Matches } from '../domain/resolve.ts'
import { UserError } from '../errors.ts'
import type { Store } from '../store/store.ts'

/** Which differences between the holders and a list are removed. */
export type ApplyMode = 'equal' | 'add-only' | 'remove-only'

/**
 * Asks for what makes the holders of a purchase equal to a list: first to take the seats of all whom no row may mean, then to
 * give one to everybody in the list.
 *
 * @throws UserError where the list names nobody, and everybody would lose the seat
 */
export async function* composeApply(
  store: Store,
  list: RequestSource,
  mode: ApplyMode,
  purchaseId: number,
): AsyncIterable<RequestBatch> {
  if (mode !== 'add-only') {
    const isNamed = await findNamed(store, list, purchaseId)
    yield* takeFromAllBut(store, purchaseId, isNamed)
  }
  const action = mode === 'remove-only' ? 'keep' : 'give'
  for await (const requests of list.readBatches()) yield { action, requests }
}

async function findNamed(
  store: Store,
  list: RequestSource,
  purchaseId: number,
): Promise<(userId: number) => boolean> {
  const named = new Set<number>()
  let rows = 0
  for await (const requests of list.readBatches()) {
    rows += requests.length
    for (const { matches } of store.users.matchRequests(requests, purchaseId))
      for (const { userId } of listMatched(matches)) named.add(userId)
  }
  if (rows === 0)
    throw new UserError(
      'refused',
      'The list names nobody: everybody would lose the seat. Nothing was written.',
      'If it is meant, use "duo-seats list --format csv" and bulk-unassign.',
    )
  return (userId) => named.has(userId)
}

/** A row that does not mean one user clearly protects everybody whom it may mean. */
function listMatched({ byUsername, byEmail, byUserId }: Matches): Matches['byUsername'] {
  return [...byUsername, ...byEmail, ...byUserId]
}

function* takeFromAllBut(
  { seats }: Store,
  purchaseId: number,
  isNamed: (userId: number) => boolean,
): Iterable<RequestBatch> {
  for (const holders of seats.readHolders(purchaseId)) {
    const requests = holders.filter(({ userId }) => !isNamed(userId)).map(nameHolder)
    if (requests.length > 0) yield { action: 'take', requests }
  }
}

/** A request about somebody whom the store named and no person. */
export function nameHolder({ userId, username }: { userId: number; username: string }): Request {
  return { line: null, input: username, keys: { username: null, email: null, userId } }
}
