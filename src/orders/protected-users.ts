import type { NamedUser } from '../domain/named-user.ts'
import type { Request, UserList } from '../domain/request.ts'
import type { Store } from '../store/store.ts'

export interface ProtectedUsers {
  rows: number
  has(userId: number): boolean
}

/** Includes every match of an ambiguous row: a misunderstood row must not remove a seat. */
export async function findProtectedUsers(
  store: Store,
  list: UserList,
  addOnPurchaseId: number,
): Promise<ProtectedUsers> {
  const userIds = new Set<number>()
  let rows = 0
  for await (const requests of list.readBatches()) {
    rows += requests.length
    for (const { matches } of store.userMatches.find(requests, addOnPurchaseId))
      for (const { userId } of matches.flatMap(({ users }) => users)) userIds.add(userId)
  }
  return { rows, has: (userId) => userIds.has(userId) }
}

/** By id, whatever the username is now. */
export function requestForUser({ userId, username }: NamedUser): Request {
  return {
    line: null,
    input: username,
    keys: [{ kind: 'user_id', value: userId }],
    problem: null,
    idSource: 'store',
  }
}
