import { isRemoval } from '../domain/run-command.ts'
import type { User, UserAddress } from '../domain/user.ts'
import type { GitLab, PurchaseReading } from '../gitlab/gitlab.ts'
import type { Order } from '../orders/order.ts'
import { foldAddress } from '../people/fold-address.ts'
import { requireSubscription } from '../seats/require-subscription.ts'
import type { WorkContext } from '../session.ts'
import type { Store } from '../store/store.ts'
import type { SeatCheck } from './ask-about-seats.ts'
import { checkFew, checkMany } from './check-seats.ts'
import type { AddressLookUp } from './look-up-addresses.ts'
import { areFew, type NamedUsers } from './named-users.ts'

export interface RefreshContext extends WorkContext {
  store: Store
  addresses: AddressLookUp
}

export interface FoundUsers {
  users: User[]
  unknown: User[]
  addresses: UserAddress[]
}

interface LookUpContext extends RefreshContext {
  gitlab: GitLab
  /** Null if seats are not checked. */
  purchase: PurchaseReading | null
}

/** The named users, all of them if they are few, with their seats if a purchase is given. */
export async function lookUpNamed(
  named: NamedUsers,
  order: Order,
  context: LookUpContext,
): Promise<FoundUsers & SeatCheck> {
  const addresses = await context.addresses.find(named.unknown.list().addresses, context.gitlab)
  addOwners(named, addresses)
  const check = await checkNamed(named, order, context)
  return { ...check, ...(await addNamesakes(check.users, named, context)), addresses }
}

async function checkNamed(named: NamedUsers, order: Order, context: LookUpContext): Promise<SeatCheck> {
  const { gitlab, purchase } = context
  const [isFew, isTaking] = [areFew(named), isRemoval(order.command)]
  if (purchase === null) {
    const wanted = isFew || isTaking ? named.named : named.unknown
    return { users: await gitlab.findUsers(wanted.list()), isOutdated: false, isChecked: () => false }
  }
  const areNamesRecent = !isFew && !isTaking && isSyncRecent(context)
  const of = { ...context, purchase }
  const [check, hasStale] = await Promise.all([
    isFew ? checkFew(named, of) : checkMany(named, { isRemoval: isTaking, areNamesRecent }, of),
    !areNamesRecent && hasStaleAddress(named.named.list().addresses, context),
  ])
  return { ...check, isOutdated: check.isOutdated || hasStale }
}

const recentMs = 5 * 60_000

/** A look-up of each name of a long list costs as many requests as its push. */
function isSyncRecent({ store, readClock }: RefreshContext): boolean {
  const { takenAt } = requireSubscription(store)
  return Math.abs(Date.parse(readClock()) - Date.parse(takenAt)) < recentMs
}

/** Whether a private address of the list is no longer its user's: it may have passed to another user. */
async function hasStaleAddress(
  addresses: readonly string[],
  { store, gitlab }: LookUpContext,
): Promise<boolean> {
  const known = gitlab.offering === 'self-managed' ? store.emails.findOwners(addresses) : []
  if (known.length === 0) return false
  const shown = await gitlab.readAddresses([...new Set(known.map(({ userId }) => userId))])
  const visible = new Set(shown.map(({ userId }) => userId))
  const owned = new Set(shown.map(({ userId, address }) => `${userId} ${foldAddress(address)}`))
  return known.some(({ userId, address }) => visible.has(userId) && !owned.has(`${userId} ${address}`))
}

/** The owner of an address is named by id. */
function addOwners({ named, unknown }: NamedUsers, addresses: readonly UserAddress[]): void {
  const owners = { usernames: [], userIds: addresses.map(({ userId }) => userId), addresses: [] }
  named.add(owners)
  unknown.add(owners)
}

async function addNamesakes(
  users: readonly User[],
  { unknown }: NamedUsers,
  { gitlab, store }: LookUpContext,
): Promise<Omit<FoundUsers, 'addresses'>> {
  const ids = new Set(users.map(({ id }) => id))
  const namesakes = store.lookedUpUsers.findNamesakes(users).filter((id) => !ids.has(id))
  const renamed = namesakes.length > 0 ? await gitlab.findUsers({ usernames: [], userIds: namesakes }) : []
  return { users: [...renamed, ...users], unknown: users.filter((user) => unknown.names(user)) }
}
