import type { Request } from '../domain/request.ts'
import { startsFromHolders } from '../domain/run-command.ts'
import type { User, UserAddress } from '../domain/user.ts'
import type { GitLab, PurchaseReading } from '../gitlab/gitlab.ts'
import { toAddOnPurchase } from '../gitlab/read-purchases.ts'
import type { Order } from '../orders/order.ts'
import { foldName } from '../people/person-key.ts'
import type { WorkContext } from '../session.ts'
import type { Incoming } from '../store/incoming.ts'
import { listKeys, type UnknownKeys } from '../store/looked-up-users.ts'
import type { Store } from '../store/store.ts'
import { applyIncoming } from '../sync/apply-incoming.ts'
import { explainNoPurchase } from '../sync/explain-no-purchase.ts'
import { listSpellings } from '../sync/fold-addresses.ts'
import { type Pull, pullGitLab } from '../sync/pull-gitlab.ts'
import type { AddressLookUp } from './look-up-addresses.ts'

interface RefreshContext extends WorkContext {
  store: Store
  addresses: AddressLookUp
}

/** Not written yet: a dry run rolls it back with everything else. */
export interface GitLabState {
  /** With GitLab's own number of holders; an old GitLab hides some in its lists. */
  purchases: readonly PurchaseReading[]
  /** Inside a transaction of the caller. */
  record: () => Promise<void>
}

/**
 * Reads the purchases and the named users: all of them if they are few, else the unknown ones. Reads all users if the
 * command starts from the holders, or if GitLab counts other holders than the store.
 *
 * @param named as read before GitLab was asked
 * @throws UserError when GitLab cannot be reached, refuses the token, or has no purchase
 */
export async function refreshFromGitLab(
  gitlab: GitLab,
  named: NamedUsers,
  order: Order,
  context: RefreshContext,
): Promise<GitLabState> {
  const { store, readClock } = context
  const purchases = await gitlab.readPurchases()
  if (purchases.length === 0) throw explainNoPurchase(gitlab.target, await gitlab.readLicense(), readClock())
  if (!startsFromHolders(order.command) && isCountKnown(store, purchases)) {
    const found = await lookUp(named, gitlab, context)
    if (!mayHoldNewMembers(gitlab, found.unknown)) return recordLater(purchases, found, context)
  }
  return pullAll(gitlab, order, context)
}

function recordLater(
  purchases: readonly PurchaseReading[],
  found: FoundUsers,
  context: RefreshContext,
): GitLabState {
  const record = async () => {
    for (const purchase of purchases) context.store.addOnPurchases.record(toAddOnPurchase(purchase))
    recordFound(found, context)
  }
  return { purchases, record }
}

function recordFound({ users, addresses }: FoundUsers, { store, readClock }: RefreshContext): void {
  store.lookedUpUsers.record(users, readClock())
  store.emails.record([...listSpellings(users), ...addresses])
}

async function pullAll(gitlab: GitLab, order: Order, context: RefreshContext): Promise<GitLabState> {
  const { store } = context
  const { incoming, changes } = store.openIncoming()
  const pull = await pullGitLab({ ...context, tell: () => {}, gitlab, incoming })
  const named = await readNamedUsers(order, context, (requests) => incoming.findUnknown(requests))
  const found = await lookUp(named, gitlab, context)
  const record = async () => {
    await recordPull(pull, incoming, changes, context)
    recordFound(found, context)
  }
  return { purchases: pull.readings, record }
}

async function recordPull(
  pull: Pull,
  incoming: Incoming,
  changes: ReturnType<Store['openIncoming']>['changes'],
  context: RefreshContext,
): Promise<void> {
  if (pull.isUnsteady) incoming.addKnown()
  const now = context.readClock()
  await applyIncoming(
    { ...pull, seenAt: pull.takenAt },
    { ...context, tell: () => {}, incoming, changes, now },
  )
}

/** By confirmed holders, purchase by purchase. */
function isCountKnown(store: Store, purchases: readonly PurchaseReading[]): boolean {
  const known = store.addOnPurchases.list()
  return (
    known.length === purchases.length &&
    purchases.every(({ id, assigned }) => {
      const own = known.find((purchase) => purchase.id === id)
      return own !== undefined && own.assigned - store.pendingChanges.countUnconfirmed(id) === assigned
    })
  )
}

/** On GitLab.com a look-up does not show a membership that is newer than the last sync. */
function mayHoldNewMembers({ offering }: GitLab, found: readonly User[]): boolean {
  return offering === 'gitlab.com' && found.some(({ state, type }) => state === 'active' && type === 'human')
}

export interface NamedUsers {
  /** All of them if they are few, else some. */
  named: NameSet
  unknown: NameSet
}

/** Few names are all looked up in one request: a name may have passed to another user, who may be blocked. */
const fewNames = 100

/** Reads the whole input, so a malformed list fails before GitLab is asked. */
export async function readNamedUsers(
  { source }: Order,
  { store, signal }: Pick<RefreshContext, 'store' | 'signal'>,
  findUnknown = (requests: readonly Request[]) => store.lookedUpUsers.findUnknown(requests),
): Promise<NamedUsers> {
  const [named, unknown] = [new NameSet(), new NameSet()]
  for await (const requests of source.readNamed(store)) {
    signal.throwIfAborted()
    unknown.add(findUnknown(requests))
    if (named.size <= fewNames) named.add({ ...listKeys(requests), addresses: [] })
  }
  return { named, unknown }
}

interface FoundUsers {
  users: User[]
  unknown: User[]
  addresses: UserAddress[]
}

async function lookUp(
  { named, unknown }: NamedUsers,
  gitlab: GitLab,
  { store, addresses: lookUp }: RefreshContext,
): Promise<FoundUsers> {
  const addresses = await lookUp.find(unknown.list().addresses, gitlab)
  const { usernames, userIds } = (named.size <= fewNames ? named : unknown).list()
  const owners = addresses.map(({ userId }) => userId)
  const users = await gitlab.findUsers({ usernames, userIds: [...new Set([...userIds, ...owners])] })
  const namesakes = store.lookedUpUsers.findNamesakes(users)
  const renamed = namesakes.length > 0 ? await gitlab.findUsers({ usernames: [], userIds: namesakes }) : []
  return { users: [...renamed, ...users], unknown: users.filter((user) => unknown.names(user)), addresses }
}

class NameSet {
  readonly #usernames = new Set<string>()
  readonly #userIds = new Set<number>()
  readonly #addresses = new Set<string>()

  get size(): number {
    return this.#usernames.size + this.#userIds.size
  }

  add({ usernames, userIds, addresses }: UnknownKeys): void {
    for (const username of usernames) this.#usernames.add(username)
    for (const userId of userIds) this.#userIds.add(userId)
    for (const address of addresses) this.#addresses.add(address)
  }

  names({ id, username }: User): boolean {
    return this.#userIds.has(id) || this.#usernames.has(foldName(username))
  }

  list(): UnknownKeys {
    return {
      usernames: [...this.#usernames],
      userIds: [...this.#userIds],
      addresses: [...this.#addresses],
    }
  }
}
