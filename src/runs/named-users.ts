import { foldName } from '../domain/people/person-key.ts'
import { runCommands } from '../domain/run-command.ts'
import type { User } from '../domain/user.ts'
import type { Order } from '../orders/order.ts'
import type { Store } from '../store/store.ts'
import { listKeys, type UserKeys } from '../store/user-keys.ts'

export interface NamedUsers {
  named: KeySet
  unknown: KeySet
  /** Ids of the users of the store that a row may mean; empty if the command starts from the holders. */
  matched: ReadonlySet<number>
}

/** Few users are all looked up: a name may have passed to another user, who may be blocked. */
const fewUsers = 100

/** An address counts once it has a user: in the store, or as found in GitLab. */
export function areFew({ named, matched }: NamedUsers): boolean {
  return named.size <= fewUsers && matched.size <= fewUsers
}

/** Reads the whole input, so a malformed list fails before GitLab is asked. */
export async function readNamedUsers(
  { source, command }: Order,
  { store, signal }: { store: Store; signal: AbortSignal },
  findUnknown = (keys: UserKeys) => store.lookedUpUsers.findUnknown(keys),
): Promise<NamedUsers> {
  const [named, unknown, matched] = [new KeySet(), new KeySet(), new Set<number>()]
  const isMatching = !runCommands[command].startsFromHolders
  for await (const requests of source.readNamed(store)) {
    signal.throwIfAborted()
    const keys = listKeys(requests)
    unknown.add(findUnknown(keys))
    named.add(keys)
    if (isMatching) for (const userId of store.userMatches.listIds(keys)) matched.add(userId)
  }
  return { named, unknown, matched }
}

class KeySet {
  readonly #usernames = new Set<string>()
  readonly #userIds = new Set<number>()
  readonly #addresses = new Set<string>()

  /** Without addresses. */
  get size(): number {
    return this.#usernames.size + this.#userIds.size
  }

  add({ usernames, userIds, addresses }: UserKeys): void {
    for (const username of usernames) this.#usernames.add(username)
    for (const userId of userIds) this.#userIds.add(userId)
    for (const address of addresses) this.#addresses.add(address)
  }

  with(keys: UserKeys): KeySet {
    const all = new KeySet()
    all.add(this.list())
    all.add(keys)
    return all
  }

  names({ id, username }: Pick<User, 'id' | 'username'>): boolean {
    return this.#userIds.has(id) || this.#usernames.has(foldName(username))
  }

  list(): UserKeys {
    return {
      usernames: [...this.#usernames],
      userIds: [...this.#userIds],
      addresses: [...this.#addresses],
    }
  }
}
