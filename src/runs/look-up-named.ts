import { msPerMinute } from '../domain/day.ts'
import { foldAddress } from '../domain/people/fold-address.ts'
import { runCommands } from '../domain/run-command.ts'
import type { User, UserAddress } from '../domain/user.ts'
import type { GitLab } from '../gitlab/gitlab.ts'
import type { PurchaseReading } from '../gitlab/readings.ts'
import type { Order } from '../orders/order.ts'
import { requireSubscription } from '../seats/require-subscription.ts'
import type { StoreContext } from '../session.ts'
import type { SeatCheck } from './ask-about-seats.ts'
import { type CheckOptions, checkFew, checkMany } from './check-seats.ts'
import type { AddressLookUp } from './look-up-addresses.ts'
import { areFew, type NamedUsers } from './named-users.ts'

export interface RefreshContext extends StoreContext {
  addresses: AddressLookUp
}

export interface FoundUsers {
  users: User[]
  unknown: User[]
  addresses: UserAddress[]
  /** Addresses of the store that their users no longer have. */
  lostAddresses: UserAddress[]
}

interface LookUpContext extends RefreshContext {
  gitlab: GitLab
  /** Null if seats are not checked. */
  purchase: PurchaseReading | null
}

/** The named users, all of them if they are few, with their seats if a purchase is given. */
export async function lookUpNamed(
  listed: NamedUsers,
  order: Order,
  context: LookUpContext,
): Promise<FoundUsers & SeatCheck> {
  const { isRemoval } = runCommands[order.command]
  const areNamesRecent = !areFew(listed) && !isRemoval && isSyncRecent(context)
  const lostAddresses = areNamesRecent ? [] : await findLostAddresses(listed.named.list().addresses, context)
  const wanted = [...listed.unknown.list().addresses, ...lostAddresses.map(({ address }) => address)]
  const addresses = await context.addresses.find(wanted, context.gitlab)
  const named = addOwners(listed, addresses)
  const check = await checkNamed(named, { isRemoval, areNamesRecent }, context)
  return { ...check, ...(await addNamesakes(check.users, named, context)), addresses, lostAddresses }
}

async function checkNamed(
  named: NamedUsers,
  options: CheckOptions,
  context: LookUpContext,
): Promise<SeatCheck> {
  const { gitlab, purchase } = context
  const isFew = areFew(named)
  if (purchase === null) {
    const wanted = isFew || options.isRemoval ? named.named : named.unknown
    return { users: await gitlab.findUsers(wanted.list()), isOutdated: false, checked: 'none' }
  }
  const of = { ...context, purchase }
  return isFew ? checkFew(named, of) : checkMany(named, options, of)
}

const recentMs = 5 * msPerMinute

/** A look-up of each name of a long list costs as many requests as its push. */
function isSyncRecent({ store, readClock }: RefreshContext): boolean {
  const { takenAt } = requireSubscription(store)
  return Math.abs(Date.parse(readClock()) - Date.parse(takenAt)) < recentMs
}

/** The private addresses of a list that are no longer their users': they may have passed to others. */
async function findLostAddresses(
  addresses: readonly string[],
  { store, gitlab }: LookUpContext,
): Promise<UserAddress[]> {
  const known = gitlab.offering === 'self-managed' ? store.emails.findOwners(addresses) : []
  if (known.length === 0) return []
  const userIds = new Set([...known.map(({ userId }) => userId), ...store.emails.listSomeOwners()])
  const shown = await gitlab.readAddresses([...userIds])
  const owned = new Set(shown.map(({ userId, address }) => `${userId} ${foldAddress(address)}`))
  const visible = new Set(shown.map(({ userId }) => userId))
  // Every token shows the addresses of its own user. One that shows those of another user shows all.
  const seesAll = visible.size > 1
  return known.filter(
    ({ userId, address }) => (seesAll || visible.has(userId)) && !owned.has(`${userId} ${address}`),
  )
}

/** The owner of an address is named by id. */
function addOwners(listed: NamedUsers, addresses: readonly UserAddress[]): NamedUsers {
  if (addresses.length === 0) return listed
  const owners = { usernames: [], userIds: addresses.map(({ userId }) => userId), addresses: [] }
  return { ...listed, named: listed.named.with(owners), unknown: listed.unknown.with(owners) }
}

async function addNamesakes(
  users: readonly User[],
  { unknown }: NamedUsers,
  { gitlab, store }: LookUpContext,
): Promise<Pick<FoundUsers, 'users' | 'unknown'>> {
  const ids = new Set(users.map(({ id }) => id))
  const namesakes = store.lookedUpUsers.findNamesakes(users).filter((id) => !ids.has(id))
  const renamed = namesakes.length > 0 ? await gitlab.findUsers({ usernames: [], userIds: namesakes }) : []
  return { users: [...renamed, ...users], unknown: users.filter((user) => unknown.names(user)) }
}
