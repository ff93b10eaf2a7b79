import type { Request, RequestSource } from '../domain/request.ts'
import type { Candidate, Matches } from '../domain/resolve.ts'
import type { Store } from '../store/store.ts'

/** Whom a list may mean. */
export interface NamedUsers {
  rows: number
  has(userId: number): boolean
}

/**
 * Everybody whom a row of a list may mean, also where it does not say clearly whom: to protect them, since a row that is
 * misunderstood must cost nobody a seat.
 */
export async function findNamed(
  store: Store,
  list: RequestSource,
  addOnPurchaseId: number,
): Promise<NamedUsers> {
  const named = new Set<number>()
  let rows = 0
  for await (const requests of list.readBatches()) {
    rows += requests.length
    for (const { matches } of store.users.matchRequests(requests, addOnPurchaseId))
      for (const { userId } of listMatched(matches)) named.add(userId)
  }
  return { rows, has: (userId) => named.has(userId) }
}

function listMatched({ byUsername, byEmail, byUserId }: Matches): Candidate[] {
  return [...byUsername, ...byEmail, ...byUserId]
}

/** A request about somebody whom the store named and no person: it shows the name, and means whoever has the id. */
export function nameUser({ userId, username }: { userId: number; username: string }): Request {
  return { line: null, input: username, keys: { username: null, email: null, userId }, isFromStore: true }
}
