import { changeOutcomes } from '../domain/change-outcomes.ts'
import { countWords } from '../domain/count-words.ts'
import { dayOf, type Instant } from '../domain/day.ts'
import type { Link } from '../domain/link.ts'
import type { SeatChange } from '../domain/seat-change.ts'
import { describeScope, isSameScope } from '../domain/snapshot.ts'
import { describeSurplus } from '../domain/surplus.ts'
import type { Offering } from '../domain/user.ts'
import { UserError } from '../errors.ts'
import type { GitLab, GitLabTarget } from '../gitlab/gitlab.ts'
import { DeniedError, neededScope } from '../gitlab/http/gitlab-error.ts'
import { isFineGrained } from '../gitlab/read-account.ts'
import type { PurchaseReading } from '../gitlab/readings.ts'
import type { Store } from '../store/store.ts'
import type { LockWait } from '../store/take-lock.ts'
import { describeTokenExpiry } from './describe-token-expiry.ts'
import { explainNoPurchase } from './explain-no-purchase.ts'
import { listGitLabLimits } from './gitlab-limits.ts'

export interface LinkReport {
  target: GitLabTarget
  offering: Offering
  gitlabVersion: string
  username: string
  purchases: readonly PurchaseReading[]
  warnings: string[]
}

/** @throws UserError when GitLab cannot be reached; DeniedError when the token has too few rights */
export async function inspectGitLab(gitlab: GitLab, now: Instant): Promise<LinkReport> {
  const { target, offering, version: gitlabVersion } = gitlab
  const account = await gitlab.readAccount()
  const { username, scopes } = account
  if (!isFineGrained(account)) requireReadScope(scopes)
  const license = await gitlab.readLicense()
  requireOffering(target, license !== null)
  await requireSeatRight(gitlab)
  const { purchases, otherAddOns } = await gitlab.readAllPurchases()
  const warnings = listGitLabLimits(gitlab.version, gitlab.capabilities)
  if (purchases.length === 0) {
    const { message, hint } = explainNoPurchase({ ...target, otherAddOns }, license, now)
    warnings.push(`${message} ${hint}`)
  }
  for (const purchase of purchases) {
    const surplus = describeSurplus(purchase)
    if (surplus !== null) warnings.push(`${surplus.sentence} ${surplus.hint}`)
  }
  if (isFineGrained(account))
    warnings.push('The token is fine-grained (granular). GitLab does not report whether it may change seats.')
  else if (scopes !== null && !scopes.includes('api'))
    warnings.push('The token can read seats but not change them: it lacks the scope api.')
  const expiry = describeTokenExpiry(account, dayOf(now))
  if (expiry.isNear) warnings.push(`The token ${expiry.text}. Create a new one in time.`)
  return { target: await gitlab.readTarget(), offering, gitlabVersion, username, purchases, warnings }
}

/** Without `--group`, GitLab.com at an address of another name looks like an instance. */
async function requireSeatRight(gitlab: GitLab): Promise<void> {
  try {
    await gitlab.requireSeatRight()
  } catch (error) {
    if (!(error instanceof DeniedError) || gitlab.target.group !== null) throw error
    const { message, hint } = error
    throw new DeniedError(message, `${hint} For a group on GitLab.com, add --group.`)
  }
}

/** Returns warnings. Data of another scope in the store throws a UserError, and nothing is written. */
export async function linkStore(
  store: Store,
  target: GitLabTarget,
  now: Instant,
  wait: LockWait,
): Promise<string[]> {
  return store.transact(() => {
    requireSameScope(store, target)
    store.links.record({ ...target, linkedAt: now })
    return warnOfUnpushedSeats(store)
  }, wait)
}

/** GitLab does not have these seats, so the next sync removes them from the store. */
function warnOfUnpushedSeats({ seats }: Store): string[] {
  const count = seats.countUnpushed()
  if (count === 0) return []
  return [
    `${countWords(count, 'seat')} ${count === 1 ? 'was' : 'were'} assigned in this store alone. The next sync removes those that GitLab does not have. To assign them in GitLab: "duo-seats list --format csv > seats.csv" before the sync, and "duo-seats bulk-assign seats.csv" after it.`,
  ]
}

/** @throws UserError when the link or the data of the store is of another scope */
export function requireSameScope(store: Store, target: GitLabTarget): void {
  const wanted = describeScope(target)
  const linked = store.links.find()
  if (linked !== null && !isSameScope(linked, target)) {
    throw new UserError(
      'usage',
      `The store is linked to ${describeScope(linked)}.`,
      'Use a store for each: name another file with --store. Or run "duo-seats unlink" first.',
    )
  }
  const known = store.subscriptions.find()
  if (known !== null && !isSameScope(known, target)) {
    throw new UserError(
      'usage',
      `The store has the data of ${describeScope(known)}, not of ${wanted}.`,
      'Use a store for each: name another file with --store.',
    )
  }
}

function requireReadScope(scopes: readonly string[] | null): void {
  if (scopes === null || scopes.includes('api') || scopes.includes('read_api')) return
  throw new DeniedError(
    `The token has the scopes ${scopes.join(', ') || '(none)'}, which do not allow reading users.`,
    `Create a token with ${neededScope}.`,
  )
}

/** GitLab shows a license on Self-Managed only. There, purchases belong to the instance and not to a group. */
function requireOffering({ group }: GitLabTarget, showsLicense: boolean): void {
  if (group === null || !showsLicense) return
  throw new UserError(
    'usage',
    'This GitLab is Self-Managed or Dedicated: its seats belong to the instance, not to a group.',
    'Link without --group.',
  )
}

/**
 * Keeps the data. The push lock is held, since a change that GitLab is about to confirm cannot be discarded.
 *
 * @throws UserError without a link, or when changes are pending
 */
export async function unlinkStore(store: Store, discardPending: boolean, wait: LockWait): Promise<Link> {
  const lock = await store.takePushLock(wait)
  try {
    return await store.transact(() => forgetLink(store, discardPending), wait)
  } finally {
    lock.release()
  }
}

function forgetLink(store: Store, discardPending: boolean): Link {
  const link = store.links.find()
  if (link === null)
    throw new UserError('usage', 'The store is not linked to a GitLab.', 'There is nothing to unlink.')
  if (discardPending) discardPendingChanges(store)
  requireNothingPending(store)
  store.links.forget()
  return link
}

function discardPendingChanges({ pendingChanges }: Store): void {
  for (const purchaseId of pendingChanges.listPurchases()) {
    const userIds = pendingChanges.listUserIds(purchaseId)
    const discard = (change: SeatChange) => {
      const detail = changeOutcomes[change].discarded
      pendingChanges.refuse(purchaseId, change, userIds[change], {
        outcome: 'not_attempted',
        reason: null,
        detail,
      })
    }
    discard('give')
    discard('take')
  }
}

function requireNothingPending({ pendingChanges }: Store): void {
  const pending = pendingChanges.count()
  if (pending === 0) return
  throw new UserError(
    'failed',
    `GitLab has not confirmed ${countWords(pending, 'change')}. Without the link, ${pending === 1 ? 'it' : 'they'} would stay pending.`,
    `Run "duo-seats sync" first, or discard ${pending === 1 ? 'it' : 'them'} with "duo-seats unlink --discard-pending".`,
  )
}
