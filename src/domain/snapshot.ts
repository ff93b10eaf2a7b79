import type { AddOnPurchase } from './add-on.ts'
import type { Instant } from './day.ts'
import type { Offering, User } from './user.ts'

/** The tier where GitLab reports none: its API does not show the tier of a group on GitLab.com. */
export const unknownPlan = 'unknown'

/** The scope of a store, with the facts of its subscription. */
export interface Subscription {
  offering: Offering
  url: string
  /** Full path of the top-level group; null on Self-Managed. */
  group: string | null
  /** GitLab's tier in lower case: `premium`, `ultimate`, … */
  plan: string
  gitlabVersion: string
  /** When the instance last synchronised with the Customers Portal; null where unknown. */
  lastSyncAt: Instant | null
}

export interface Seat {
  addOnPurchaseId: number
  userId: number
  /** Null where unknown: GitLab's API does not show it. */
  assignedAt: Instant | null
}

/** The state of one scope in GitLab at one instant. */
export interface Snapshot {
  takenAt: Instant
  subscription: Subscription
  addOnPurchases: AddOnPurchase[]
  users: User[]
  seats: Seat[]
}

/** The scope as text: `https://gitlab.com, group acme`. */
export function describeScope({ url, group }: Pick<Subscription, 'url' | 'group'>): string {
  return group === null ? url : `${url}, group ${group}`
}

const firstVersionWithDuoPro = [16, 8] as const

const mostHoursUnsynchronised = 72

const msPerHour = 3_600_000

/**
 * A sentence about a Self-Managed instance that synchronised its subscription more than 72 hours ago, the limit of GitLab's
 * health check; null within the limit.
 */
export function describeStaleness(lastSyncAt: Instant, now: Instant): string | null {
  const hours = Math.floor((Date.parse(now) - Date.parse(lastSyncAt)) / msPerHour)
  if (hours <= mostHoursUnsynchronised) return null
  return `The instance last synchronised its subscription at ${lastSyncAt}, ${countTime(hours)} ago; GitLab's limit is ${mostHoursUnsynchronised} hours.`
}

/** In hours up to ten days, since GitLab's limit is in hours. */
function countTime(hours: number): string {
  return hours < 10 * 24 ? `${hours} hours` : `${Math.floor(hours / 24)} days`
}

/**
 * Sentences about a subscription that cannot have seats: add-ons need Premium or Ultimate, and Self-Managed needs GitLab
 * 16.8 (docs.gitlab.com, "GitLab Duo add-ons") and a recent synchronisation.
 *
 * @param now when the subscription is judged; for a snapshot, when it was taken
 */
export function listSubscriptionWarnings(subscription: Subscription, now: Instant): string[] {
  const { plan, offering, gitlabVersion, lastSyncAt } = subscription
  const warnings: string[] = []
  if (plan !== unknownPlan && !/premium|ultimate/i.test(plan))
    warnings.push(`GitLab Duo add-ons need Premium or Ultimate; this subscription is ${plan}.`)
  if (offering === 'self-managed' && isOlder(gitlabVersion, firstVersionWithDuoPro))
    warnings.push(`Seats on Self-Managed need GitLab 16.8 or later; this is ${gitlabVersion}.`)
  const staleness =
    offering === 'self-managed' && lastSyncAt !== null ? describeStaleness(lastSyncAt, now) : null
  if (staleness !== null)
    warnings.push(`${staleness} In the Admin area open Subscription, then "Synchronize subscription".`)
  return warnings
}

function isOlder(version: string, [major, minor]: readonly [number, number]): boolean {
  const [ownMajor = 0, ownMinor = 0] = version.split('.').map((part) => Number.parseInt(part, 10))
  return ownMajor < major || (ownMajor === major && ownMinor < minor)
}
