import type { AddOnPurchase } from './add-on.ts'
import type { Instant } from './day.ts'
import type { Offering, User } from './user.ts'

/** The scope a store describes, and what is known of its subscription. */
export interface Subscription {
  offering: Offering
  url: string
  /** Full path of the top-level group; null on Self-Managed. */
  group: string | null
  /** GitLab's tier in lower case: `premium`, `ultimate`, … */
  plan: string
  gitlabVersion: string
  /** When the instance last asked the Customers Portal; null where unknown. */
  lastSyncAt: Instant | null
}

export interface Seat {
  addOnPurchaseId: number
  userId: number
  /** Null where unknown: GitLab's API does not show it. */
  assignedAt: Instant | null
}

/** What GitLab knows of one scope at one instant. */
export interface Snapshot {
  takenAt: Instant
  subscription: Subscription
  addOnPurchases: AddOnPurchase[]
  users: User[]
  seats: Seat[]
}

/** The scope for people: `https://gitlab.com, group acme`. */
export function describeScope({ url, group }: Pick<Subscription, 'url' | 'group'>): string {
  return group === null ? url : `${url}, group ${group}`
}

const firstVersionWithDuoPro = [16, 8] as const

/**
 * What stands against seats in the subscription, a sentence each: add-ons need Premium or Ultimate, and Self-Managed needs
 * GitLab 16.8 (docs.gitlab.com, "GitLab Duo add-ons").
 */
export function listSubscriptionWarnings({ plan, offering, gitlabVersion }: Subscription): string[] {
  const warnings: string[] = []
  if (!/premium|ultimate/i.test(plan))
    warnings.push(`GitLab Duo add-ons need Premium or Ultimate; this subscription is ${plan}.`)
  if (offering === 'self-managed' && isOlder(gitlabVersion, firstVersionWithDuoPro))
    warnings.push(`Seats on Self-Managed need GitLab 16.8 or later; this is ${gitlabVersion}.`)
  return warnings
}

function isOlder(version: string, [major, minor]: readonly [number, number]): boolean {
  const [ownMajor = 0, ownMinor = 0] = version.split('.').map((part) => Number.parseInt(part, 10))
  return ownMajor < major || (ownMajor === major && ownMinor < minor)
}
