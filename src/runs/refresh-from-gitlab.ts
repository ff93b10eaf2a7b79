import type { TokenUser } from '../domain/run.ts'
import { runCommands } from '../domain/run-command.ts'
import { isSeatType, type User } from '../domain/user.ts'
import type { GitLab } from '../gitlab/gitlab.ts'
import { toAddOnPurchase } from '../gitlab/read-purchases.ts'
import type { PurchaseReading } from '../gitlab/readings.ts'
import type { Order } from '../orders/order.ts'
import type { StoreContext } from '../session.ts'
import type { IncomingTables, Store } from '../store/store.ts'
import { applyPull } from '../sync/apply-pull.ts'
import { explainNoPurchase } from '../sync/explain-no-purchase.ts'
import { listSpellings } from '../sync/fold-addresses.ts'
import { type Pull, pullGitLab } from '../sync/pull-gitlab.ts'
import { findOrdered } from './check-seats.ts'
import type { CheckedUsers } from './checked-users.ts'
import { type FoundUsers, lookUpNamed, type RefreshContext } from './look-up-named.ts'
import { type NamedUsers, readNamedUsers } from './named-users.ts'

/** Not written yet: a dry run rolls it back with everything else. */
export interface GitLabState {
  /** With GitLab's own number of holders; an old GitLab hides some in its lists. */
  purchases: readonly PurchaseReading[]
  tokenUser: TokenUser | null
  /** Users about whose seats GitLab has answered; the store has the answers once this state is recorded. */
  checked: CheckedUsers
  found: FoundUsers
  /** Null unless all users were read. */
  pulled: { pull: Pull; tables: IncomingTables } | null
}

/**
 * Reads the purchases and the named users, and checks their seats. Reads all users if the command starts from the holders, or if
 * GitLab and the store differ about a seat, a name or an address.
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
  const { purchases, otherAddOns } = await gitlab.readAllPurchases()
  if (purchases.length === 0)
    throw explainNoPurchase({ ...gitlab.target, otherAddOns }, await gitlab.readLicense(), readClock())
  if (!runCommands[order.command].startsFromHolders && isCountKnown(store, purchases)) {
    const purchase = findOrdered(purchases, order.addOn)
    const found = await lookUpNamed(named, order, { ...context, gitlab, purchase })
    const mayBeHolders = mayHoldNewMembers(gitlab, found.unknown) || hidesMembers(gitlab, order, named, found)
    if (!found.isOutdated && !mayBeHolders)
      return { purchases, tokenUser: gitlab.tokenUser, checked: found.checked, found, pulled: null }
  }
  return pullAll(gitlab, order, context)
}

/** Inside a transaction of the caller. */
export async function recordGitLabState(
  { purchases, found, pulled }: GitLabState,
  context: StoreContext,
): Promise<void> {
  if (pulled === null) recordPurchases(purchases, context)
  else await applyPull(pulled.pull, pulled.tables, { ...context, tell: () => {} })
  recordFound(found, context)
}

function recordPurchases(purchases: readonly PurchaseReading[], { store, readClock }: StoreContext): void {
  const now = readClock()
  for (const purchase of purchases) store.addOnPurchases.record(toAddOnPurchase(purchase), now)
}

function recordFound(
  { users, addresses, lostAddresses }: FoundUsers,
  { store, readClock }: StoreContext,
): void {
  store.lookedUpUsers.record(users, readClock())
  store.emails.drop(lostAddresses)
  store.emails.record([...listSpellings(users), ...addresses])
}

async function pullAll(gitlab: GitLab, order: Order, context: RefreshContext): Promise<GitLabState> {
  const { store } = context
  const tables = await store.openIncoming()
  const { incoming } = tables
  const pull = await pullGitLab({ ...context, gitlab, incoming })
  const named = await readNamedUsers(order, context, (keys) => incoming.findUnknown(keys))
  const found = await lookUpNamed(named, order, { ...context, gitlab, purchase: null })
  const checked = findChecked(pull, tables, gitlab)
  return { purchases: pull.readings, tokenUser: gitlab.tokenUser, checked, found, pulled: { pull, tables } }
}

/** An old GitLab lists the seats of eligible users only. */
function findChecked(
  { isUnsteady }: Pull,
  { incoming }: IncomingTables,
  { capabilities }: GitLab,
): CheckedUsers {
  if (isUnsteady) return 'none'
  return capabilities.filtersBySeat ? 'all' : { has: (userId) => incoming.hasUser(userId) }
}

/** By confirmed holders, purchase by purchase. */
function isCountKnown(store: Store, purchases: readonly PurchaseReading[]): boolean {
  const known = store.addOnPurchases.list()
  return (
    known.length === purchases.length &&
    purchases.every(({ id, assigned }) =>
      known.some((purchase) => purchase.id === id && purchase.confirmed === assigned),
    )
  )
}

/** On GitLab.com a look-up does not show a membership that is newer than the last sync. */
function mayHoldNewMembers({ offering }: GitLab, found: readonly User[]): boolean {
  return offering === 'gitlab.com' && found.some(({ state, type }) => state === 'active' && isSeatType(type))
}

/** A member who is not found by id may be blocked: others than administrators see such a user only in lists. */
function hidesMembers(
  { offering }: GitLab,
  { source }: Order,
  { unknown }: NamedUsers,
  { users }: FoundUsers,
): boolean {
  if (offering !== 'gitlab.com' || source.load === undefined) return false
  const found = new Set(users.map(({ id }) => id))
  return unknown.list().userIds.some((id) => !found.has(id))
}
