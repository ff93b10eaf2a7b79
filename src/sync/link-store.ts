import type { Instant } from '../domain/day.ts'
import type { Link } from '../domain/link.ts'
import { describeScope } from '../domain/snapshot.ts'
import type { Offering } from '../domain/user.ts'
import { UserError } from '../errors.ts'
import type { GitLab, GitLabTarget, PurchaseReading } from '../gitlab/gitlab.ts'
import { DeniedError } from '../gitlab/gitlab-error.ts'
import type { Store } from '../store/store.ts'
import type { LockWait } from '../store/take-lock.ts'
import { explainNoPurchase } from './explain-no-purchase.ts'
import { listGitLabLimits } from './gitlab-limits.ts'

/** What `link` found out. */
export interface LinkReport {
  target: GitLabTarget
  offering: Offering
  gitlabVersion: string
  /** Username of whoever the token belongs to. */
  username: string
  purchases: readonly PurchaseReading[]
  warnings: string[]
}

/**
 * Checks that a GitLab can be worked with.
 *
 * @throws UserError when it cannot be reached or the token has too few rights
 */
export async function inspectGitLab(gitlab: GitLab, now: Instant): Promise<LinkReport> {
  const { target, offering, version: gitlabVersion } = gitlab
  const { username, scopes } = await gitlab.readAccount()
  requireReadScope(scopes)
  const license = await gitlab.readLicense()
  requireOffering(target, license !== null)
  const purchases = await gitlab.readPurchases()
  const warnings = listGitLabLimits(gitlab.version, gitlab.capabilities)
  if (purchases.length === 0) {
    const { message, hint } = explainNoPurchase(target, license, now)
    warnings.push(`${message} ${hint}`)
  }
  if (scopes !== null && !scopes.includes('api'))
    warnings.push('The token can read, and cannot change seats: that needs the scope api.')
  return { target, offering, gitlabVersion, username, purchases, warnings }
}

/**
 * Keeps the address of a GitLab in the store. The token is kept nowhere.
 *
 * @returns what the user should be warned of
 * @throws UserError when the store holds another scope's data; nothing is written then
 */
export async function linkStore(
  store: Store,
  target: GitLabTarget,
  now: Instant,
  options: LockWait,
): Promise<string[]> {
  return store.transact(async () => {
    requireSameScope(store, target)
    store.links.record({ ...target, linkedAt: now })
    return warnOfUnpushedSeats(store)
  }, options)
}

/** A sync shows what GitLab has, and nobody has told it of these. */
function warnOfUnpushedSeats({ seats }: Store): string[] {
  const count = seats.countUnpushed()
  if (count === 0) return []
  return [
    `Seats that were given in this store alone: ${count}. The next sync loses those that GitLab does not have. To give them there: "duo-seats list --format csv > seats.csv" before the sync, and "duo-seats bulk-assign seats.csv" after it.`,
  ]
}

/** A store describes one scope: that of its link, and that of its data. */
export function requireSameScope(store: Store, target: GitLabTarget): void {
  const wanted = describeScope(target)
  const linked = store.links.find()
  if (linked !== null && describeScope(linked) !== wanted) {
    throw new UserError(
      'usage',
      `The store is linked to ${describeScope(linked)}.`,
      'Keep a store for each: name another file with --store. Or run "duo-seats unlink" first.',
    )
  }
  const known = store.subscriptions.find()
  if (known !== null && describeScope(known) !== wanted) {
    throw new UserError(
      'usage',
      `The store holds the data of ${describeScope(known)}, not of ${wanted}.`,
      'Keep a store for each: name another file with --store.',
    )
  }
}

function requireReadScope(scopes: readonly string[] | null): void {
  if (scopes === null || scopes.includes('api') || scopes.includes('read_api')) return
  throw new DeniedError(
    'denied',
    `The token has the scopes ${scopes.join(', ') || '(none)'}, which do not allow to read users.`,
    'Make a token with the scope api (read_api is enough for sync).',
  )
}

/** A license is shown on Self-Managed only, where purchases belong to the instance and not to a group. */
function requireOffering({ group }: GitLabTarget, showsLicense: boolean): void {
  if (group === null || !showsLicense) return
  throw new UserError(
    'usage',
    'This GitLab is Self-Managed or Dedicated: its seats belong to the instance, not to a group.',
    'Link without --group.',
  )
}

/**
 * Forgets the link and keeps the data.
 *
 * @param discardPending gives up the changes that GitLab has not confirmed
 * @returns the link that was forgotten
 * @throws UserError when there is none, or when changes are pending
 */
export async function unlinkStore(store: Store, discardPending: boolean, options: LockWait): Promise<Link> {
  const forget = async () => {
    const link = store.links.find()
    if (link === null)
      throw new UserError('usage', 'The store is linked to no GitLab.', 'There is nothing to unlink.')
    if (discardPending) discardPendingSeats(store)
    requireNothingPending(store)
    store.links.forget()
    return link
  }
  // Nobody may be pushing: what GitLab is about to confirm cannot be given up.
  return store.holdPushLock(() => store.transact(forget, options), options)
}

function discardPendingSeats({ pendingSeats }: Store): void {
  for (const purchaseId of pendingSeats.listPurchases()) {
    const { give, take } = pendingSeats.findPending(purchaseId)
    const giveUp = (detail: string) => ({ outcome: 'not_attempted', reason: null, detail }) as const
    pendingSeats.refuse(purchaseId, 'give', [...give], giveUp('given_up'))
    pendingSeats.refuse(purchaseId, 'take', [...take], giveUp('removal_given_up'))
  }
}

function requireNothingPending({ pendingSeats }: Store): void {
  const pending = pendingSeats.count()
  if (pending === 0) return
  throw new UserError(
    'failed',
    `Changes that GitLab has not confirmed: ${pending}. They would stay pending forever.`,
    'Run "duo-seats sync" first, or give them up with "duo-seats unlink --discard-pending".',
  )
}
