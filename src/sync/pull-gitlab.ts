import type { AddOnPurchase } from '../domain/add-on.ts'
import type { Instant } from '../domain/day.ts'
import type { HiddenAddresses } from '../domain/hidden-addresses.ts'
import { type Subscription, unknownPlan } from '../domain/snapshot.ts'
import { toAddOnPurchase } from '../gitlab/read-purchases.ts'
import type { LicenseReading, PurchaseReading } from '../gitlab/readings.ts'
import { explainNoPurchase } from './explain-no-purchase.ts'
import { foldAddresses } from './fold-addresses.ts'
import { type PullContext, readUsersOf } from './read-users.ts'

interface ReadingContext extends PullContext {
  takenAt: Instant
  license: LicenseReading | null
}

export interface Pull {
  /** The start of the pull: later changes in GitLab may be missing. */
  takenAt: Instant
  subscription: Subscription
  addOnPurchases: AddOnPurchase[]
  /** With GitLab's own number of holders. */
  readings: readonly PurchaseReading[]
  /** Null if unknown. */
  hiddenAddresses: HiddenAddresses | null
  /** GitLab's reason to show fewer addresses than the token may see; null if it gave none. */
  addressFailure: string | null
  /** Users moved between the pages in every reading, so some may be missing. */
  isUnsteady: boolean
}

/** Before a list with users that still move between pages is accepted. */
const mostReadings = 3

/**
 * GitLab counts pages by offset, so a user with a seat that changes meanwhile can be on two pages or on none. The number of
 * users is compared with GitLab's own, and the reading repeated.
 *
 * @throws NoPurchaseError when GitLab has no purchase: without one it lists no users
 */
export async function pullGitLab(context: PullContext): Promise<Pull> {
  const { gitlab, readClock } = context
  const takenAt = readClock()
  const license = await gitlab.readLicense()
  const { isUnsteady, steady, addressFailure } = await readUsersAndAddresses({ ...context, takenAt, license })
  return {
    takenAt,
    subscription: {
      ...(await gitlab.readTarget()),
      offering: gitlab.offering,
      plan: license?.plan ?? unknownPlan,
      gitlabVersion: gitlab.version,
      lastSyncAt: license?.lastSyncAt ?? null,
    },
    addOnPurchases: steady.map(toAddOnPurchase),
    readings: steady,
    hiddenAddresses: countHidden(addressFailure, context),
    addressFailure,
    isUnsteady,
  }
}

/** A token that shows addresses of two users shows all of the instance: users without one have confirmed none. */
function countHidden(
  addressFailure: string | null,
  { gitlab, incoming }: PullContext,
): HiddenAddresses | null {
  const { seen, hidden, users } = incoming.countAddresses()
  if (gitlab.offering === 'gitlab.com') return { hidden, users }
  return addressFailure === null ? { hidden: seen > 1 ? 0 : hidden, users } : null
}

interface SteadyReading {
  isUnsteady: boolean
  steady: readonly PurchaseReading[]
  addressFailure: string | null
}

/** Enterprise users are read meanwhile, and added last: each reading of the users begins anew. */
async function readUsersAndAddresses(context: ReadingContext): Promise<SteadyReading> {
  const purchases = await requirePurchases(context)
  const stop = new AbortController()
  const reading = context.gitlab.readEnterpriseAddresses(AbortSignal.any([context.signal, stop.signal]))
  // An interruption can come before the reading is awaited: without a handler, it would end the process.
  reading.catch(() => {})
  try {
    const read = await readUntilSteady(purchases, context)
    const { addresses, failure } = await reading
    context.incoming.add({ emails: foldAddresses(addresses) })
    return { ...read, addressFailure: read.addressFailure ?? failure }
  } finally {
    stop.abort()
    await reading.catch(() => {})
  }
}

async function readUntilSteady(
  purchases: readonly PurchaseReading[],
  context: ReadingContext,
): Promise<SteadyReading> {
  let before = purchases
  for (let reading = 1; ; reading += 1) {
    context.incoming.clear()
    const { isWhole, addressFailure } = await readUsersOf(before, context)
    const after = await requirePurchases(context)
    const isSteady = isWhole && haveSameHolders(before, after) && areAllHoldersRead(after, context)
    if (isSteady || reading === mostReadings) return { isUnsteady: !isSteady, steady: after, addressFailure }
    before = after
  }
}

async function requirePurchases({ gitlab, license, takenAt }: ReadingContext): Promise<PurchaseReading[]> {
  const { purchases, otherAddOns } = await gitlab.readAllPurchases()
  if (purchases.length > 0) return purchases
  throw explainNoPurchase({ ...gitlab.target, otherAddOns }, license, takenAt)
}

function haveSameHolders(before: readonly PurchaseReading[], after: readonly PurchaseReading[]): boolean {
  const describe = (purchases: readonly PurchaseReading[]) =>
    purchases.map(({ id, assigned }) => `${id}:${assigned}`).join()
  return describe(before) === describe(after)
}

/** Before 17.5 GitLab hides ineligible holders, so fewer come than it counts. */
function areAllHoldersRead(
  purchases: readonly PurchaseReading[],
  { gitlab, incoming }: PullContext,
): boolean {
  return (
    !gitlab.capabilities.filtersBySeat ||
    purchases.every(({ id, assigned }) => incoming.countSeats(id) === assigned)
  )
}
