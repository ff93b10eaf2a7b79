import type { Seat } from '../domain/snapshot.ts'
import type { User } from '../domain/user.ts'
import type { GitLab } from '../gitlab/gitlab.ts'
import type { PurchaseReading } from '../gitlab/readings.ts'
import type { UserPage } from '../gitlab/user-pages.ts'
import type { WorkContext } from '../session.ts'
import type { Incoming } from '../store/incoming.ts'
import { foldAddresses, listSpellings } from './fold-addresses.ts'

export interface PullContext extends WorkContext {
  gitlab: GitLab
  incoming: Incoming
}

/** Holders of a purchase, or eligible users without its seat. */
type UserList = 'holders' | 'free'

interface UsersRead {
  /** As many came as GitLab counted. */
  isWhole: boolean
  addressFailure: string | null
}

/** Adds all users and the seats of all purchases. */
export function readUsersOf(purchases: readonly PurchaseReading[], context: PullContext): Promise<UsersRead> {
  const [first, ...others] = purchases
  if (first === undefined) return Promise.resolve({ isWhole: true, addressFailure: null })
  return context.gitlab.capabilities.filtersBySeat
    ? readBySeat(first, others, context)
    : readEligible([first, ...others], context)
}

/** The first purchase lists all users already. */
async function readBySeat(
  first: PurchaseReading,
  others: readonly PurchaseReading[],
  context: PullContext,
): Promise<UsersRead> {
  const holders = await readPages(first, 'holders', context)
  const free = await readPages(first, 'free', context)
  const isWhole = context.incoming.countUsers() >= holders.counted + free.counted
  for (const purchase of others) await readPages(purchase, 'holders', context)
  return { isWhole, addressFailure: holders.addressFailure ?? free.addressFailure }
}

/** `counted`: by GitLab's count, or by ours if it reports none. */
async function readPages(
  purchase: PurchaseReading,
  which: UserList,
  { gitlab, incoming, tell }: PullContext,
): Promise<{ counted: number; addressFailure: string | null }> {
  let read = 0
  let counted: number | null = null
  let addressFailure: string | null = null
  for await (const page of gitlab.readUsers(purchase, which)) {
    const { users, total } = page
    addressFailure ??= page.addressFailure
    const seats = which === 'holders' ? users.map((user) => toSeat(purchase, user)) : []
    incoming.add({ ...toRows(page), seats })
    read += users.length
    counted = total ?? counted
    tell({ kind: 'users_read', list: which, read, total: counted })
  }
  return { counted: counted ?? read, addressFailure }
}

/**
 * Before 17.5 one list has all users, and its count shows that one was skipped. If as many users came on later pages as left, no
 * number of GitLab shows it.
 */
async function readEligible(
  purchases: readonly [PurchaseReading, ...PurchaseReading[]],
  { gitlab, incoming, tell }: PullContext,
): Promise<UsersRead> {
  const read = { holders: 0, free: 0 }
  let counted: number | null = null
  let addressFailure: string | null = null
  for await (const page of gitlab.readEligibleUsers(purchases)) {
    const { users, seats } = page
    addressFailure ??= page.addressFailure
    counted = page.total
    incoming.add({ ...toRows(page), seats })
    const holders = new Set(seats.map(({ userId }) => userId)).size
    read.holders += holders
    read.free += users.length - holders
    for (const list of ['holders', 'free'] as const)
      tell({ kind: 'users_read', list, read: read[list], total: null })
  }
  return { isWhole: counted !== null && incoming.countUsers() >= counted, addressFailure }
}

function toRows({ users, addresses }: UserPage) {
  return { users, emails: foldAddresses(addresses), spellings: listSpellings(users) }
}

/** GitLab's API does not show when a seat was assigned. */
function toSeat({ id }: PurchaseReading, user: User): Seat {
  return { addOnPurchaseId: id, userId: user.id, assignedAt: null }
}
