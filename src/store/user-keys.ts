import type { Request } from '../domain/request.ts'

/** Distinct keys of requests. */
export interface UserKeys {
  usernames: string[]
  userIds: number[]
  /** Folded. */
  addresses: string[]
}

export function listKeys(requests: readonly Request[]): UserKeys {
  const [usernames, userIds, addresses] = [new Set<string>(), new Set<number>(), new Set<string>()]
  for (const { keys } of requests)
    for (const key of keys) {
      if (key.kind === 'username') usernames.add(key.value)
      if (key.kind === 'user_id') userIds.add(key.value)
      if (key.kind === 'user_id' && key.isAnyForm) usernames.add(String(key.value))
      if (key.kind === 'email') addresses.add(key.value)
    }
  return { usernames: [...usernames], userIds: [...userIds], addresses: [...addresses] }
}
