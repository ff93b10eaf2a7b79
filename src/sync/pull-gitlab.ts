import type { AddOnPurchase } from '../domain/add-on.ts'
import type { Instant } from '../domain/day.ts'
import { type Seat, type Subscription, unknownPlan } from '../domain/snapshot.ts'
import type { User } from '../domain/user.ts'
import type { GitLab, PurchaseReading } from '../gitlab/gitlab.ts'
import { toAddOnPurchase } from '../gitlab/read-purchases.ts'
import type { Mirror } from '../store/mirror.ts'
import { explainNoPurchase } from './explain-no-purchase.ts'

export interface PullContext {
  gitlab: GitLab
  mirror: Mirror
  readClock: () => Instant
  /** Called after each page with the users of its list read so far, and how many it has; null where GitLab does not tell. */
  onProgress: (list: UserList, read: number, total: number | null) => void
}

/** Who holds a seat of a purchase, and who could. */
export type UserList = 'holders' | 'free'

/** What a pull brought besides the users and seats, which are staged in the mirror. */
export interface Pull {
  /** When the pull began: what GitLab changed since may be missing. */
  takenAt: Instant
  subscription: Subscription
  addOnPurchases: AddOnPurchase[]
  /** The purchases once more, with GitLab's own number of holders. */
  readings: readonly PurchaseReading[]
  /** Whether users moved between the pages as long as we looked, so that some may be missing. */
  isUnsteady: boolean
}

/** How often the users are read until nobody moved meanwhile. */
const mostReadings = 3

/**
 * Stages what GitLab knows of one scope: purchases, holders and eligible users without a seat. Pages are counted by offset in
 * GitLab, so that somebody who gets or loses a seat meanwhile can be on two pages or on none: the number of users is
 * checked against GitLab's own, and the reading repeated.
 *
 * @throws NoPurchaseError when GitLab has no purchase: without one it lists no users
 */
export async function pullGitLab(context: PullContext): Promise<Pull> {
  const { gitlab, readClock } = context
  const takenAt = readClock()
  const license = await gitlab.readLicense()
  const purchases = await gitlab.readPurchases()
  const requireAny = (read: readonly PurchaseReading[]) => {
    if (read.length === 0) throw explainNoPurchase(gitlab.target, license, takenAt)
    return read
  }
  const { isUnsteady, steady } = await stageUntilSteady(requireAny(purchases), requireAny, context)
  return {
    takenAt,
    subscription: {
      ...gitlab.target,
      offering: gitlab.offering,
      plan: license?.plan ?? unknownPlan,
      gitlabVersion: gitlab.version,
      lastSyncAt: license?.lastSyncAt ?? null,
    },
    addOnPurchases: steady.map(toAddOnPurchase),
    readings: steady,
    isUnsteady,
  }
}

async function stageUntilSteady(
  purchases: readonly PurchaseReading[],
  requireAny: (read: readonly PurchaseReading[]) => readonly PurchaseReading[],
  context: PullContext,
): Promise<{ isUnsteady: boolean; steady: readonly PurchaseReading[] }> {
  let before = purchases
  for (let reading = 1; ; reading += 1) {
    context.mirror.clearStaged()
    const isWhole = await stageUsersOf(before, context)
    const after = requireAny(await context.gitlab.readPurchases())
    const isSteady = isWhole && haveSameHolders(before, after) && areAllHoldersStaged(after, context)
    if (isSteady || reading === mostReadings) return { isUnsteady: !isSteady, steady: after }
    before = after
  }
}

function haveSameHolders(before: readonly PurchaseReading[], after: readonly PurchaseReading[]): boolean {
  const describe = (purchases: readonly PurchaseReading[]) =>
    purchases.map(({ id, assigned }) => `${id}:${assigned}`).join()
  return describe(before) === describe(after)
}

/** Before 17.5 GitLab lists no holders who are not eligible, so that there are fewer than it counts. */
function areAllHoldersStaged(
  purchases: readonly PurchaseReading[],
  { gitlab, mirror }: PullContext,
): boolean {
  return (
    !gitlab.capabilities.filtersBySeat ||
    purchases.every(({ id, assigned }) => mirror.countStagedSeats(id) === assigned)
  )
}

/**
 * Holders of one purchase and the eligible users without its seat are everybody: of a second purchase the holders are enough.
 *
 * @returns whether as many different users came as GitLab counted
 */
async function stageUsersOf(purchases: readonly PurchaseReading[], context: PullContext): Promise<boolean> {
  const [first, ...others] = purchases
  if (first === undefined) return true
  const expected = (await stagePages(first, 'holders', context)) + (await stagePages(first, 'free', context))
  const isWhole = context.mirror.countStaged().users >= expected
  for (const purchase of others) await stagePages(purchase, 'holders', context)
  return isWhole
}

/** @returns how many users there are by GitLab's count, or by ours where it tells none */
async function stagePages(
  purchase: PurchaseReading,
  which: UserList,
  { gitlab, mirror, onProgress }: PullContext,
): Promise<number> {
  let read = 0
  let counted: number | null = null
  for await (const { users, total } of gitlab.readUsers(purchase, which)) {
    mirror.stageUsers(users)
    if (which === 'holders') mirror.stageSeats(users.map((user) => toSeat(purchase, user)))
    read += users.length
    counted = total ?? counted
    onProgress(which, read, counted)
  }
  return counted ?? read
}

/** GitLab's API does not show since when a seat is held. */
function toSeat({ id }: PurchaseReading, user: User): Seat {
  return { addOnPurchaseId: id, userId: user.id, assignedAt: null }
}
