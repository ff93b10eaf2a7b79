import type { AddOnPurchase } from './add-on.ts'
import { type Instant, msPerHour } from './day.ts'
import type { SnapshotGroup } from './snapshot-group.ts'
import type { Offering, User, UserAddress } from './user.ts'

/** The API does not show the tier of a group on GitLab.com. */
export const unknownPlan = 'unknown'

export interface Subscription {
  offering: Offering
  url: string
  /** Full path of the top-level group; null on Self-Managed. */
  group: string | null
  /** Tier in lower case: `premium`, `ultimate`, … */
  plan: string
  gitlabVersion: string
  /** Last synchronisation with the Customers Portal; null if unknown. */
  lastSyncAt: Instant | null
}

export interface Seat {
  addOnPurchaseId: number
  userId: number
  /** Null if unknown: GitLab's API does not show it. */
  assignedAt: Instant | null
}

export interface SnapshotHead {
  takenAt: Instant
  subscription: Subscription
  addOnPurchases: AddOnPurchase[]
  /** For `serve` only; absent without groups. */
  groups?: SnapshotGroup[]
}

/** Each is read once, from its beginning to its end. */
export interface SnapshotRows {
  users: Iterable<User>
  /** Confirmed addresses, also those that GitLab hides; absent without any. */
  addresses?: Iterable<UserAddress>
  seats: Iterable<Seat>
}

/** A snapshot in memory. */
export interface Snapshot extends SnapshotHead, SnapshotRows {
  users: User[]
  addresses?: UserAddress[]
  seats: Seat[]
}

/** `https://gitlab.com, group acme`. */
export function describeScope({ url, group }: Pick<Subscription, 'url' | 'group'>): string {
  return group === null ? url : `${url}, group ${group}`
}

/** `https://gitlab.com/acme`. */
export function addressScope({ url, group }: Pick<Subscription, 'url' | 'group'>): string {
  return group === null ? url : `${url}/${group}`
}

/** GitLab finds a group by its path in any case. */
export function isSameScope(
  one: Pick<Subscription, 'url' | 'group'>,
  other: Pick<Subscription, 'url' | 'group'>,
): boolean {
  return one.url === other.url && one.group?.toLowerCase() === other.group?.toLowerCase()
}

const firstVersionWithDuoPro = [16, 8] as const

const mostHoursUnsynchronised = 72

/** @returns a sentence after 72 hours, the limit of GitLab's health check; else null */
export function describeStaleness(lastSyncAt: Instant, now: Instant): string | null {
  const hours = Math.floor((Date.parse(now) - Date.parse(lastSyncAt)) / msPerHour)
  if (hours <= mostHoursUnsynchronised) return null
  return `The instance last synchronised its subscription at ${lastSyncAt}, ${countTime(hours)} ago; GitLab's limit is ${mostHoursUnsynchronised} hours.`
}

/** In hours up to ten days, since GitLab's limit is in hours. */
function countTime(hours: number): string {
  return hours < 10 * 24 ? `${hours} hours` : `${Math.floor(hours / 24)} days`
}

/** Add-ons need Premium or Ultimate, and GitLab 16.8 on Self-Managed (docs.gitlab.com, "GitLab Duo add-ons"). */
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
