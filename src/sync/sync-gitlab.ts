import { addOns, type PurchaseInUse } from '../domain/add-on.ts'
import { countWords, formatCount } from '../domain/count-words.ts'
import { dayOf, type Instant } from '../domain/day.ts'
import { outcomes } from '../domain/outcome.ts'
import { listSubscriptionWarnings } from '../domain/snapshot.ts'
import type { PushedCounts, SyncReport } from '../domain/sync-change.ts'
import { NoPurchaseError } from '../errors.ts'
import type { GitLab } from '../gitlab/gitlab.ts'
import { type EarlierPush, pushEarlierChanges } from '../push/push-changes.ts'
import type { RefusedChange } from '../push/push-ledger.ts'
import { listSurpluses } from '../seats/find-surplus.ts'
import { lockWait, type StoreContext } from '../session.ts'
import type { SyncChanges } from '../store/sync-changes.ts'
import { applyPull } from './apply-pull.ts'
import { listGitLabLimits } from './gitlab-limits.ts'
import { type Pull, pullGitLab } from './pull-gitlab.ts'
import { readTotals } from './read-totals.ts'

interface SyncGitLabContext extends StoreContext {
  connect: () => Promise<GitLab>
}

/**
 * Pushes the pending changes, then replaces the state of the store in one transaction.
 *
 * @throws UserError when GitLab cannot be reached, refuses the token, or has no purchase (which is recorded); unanswered
 *   changes stay pending
 */
export async function syncGitLab(context: SyncGitLabContext): Promise<SyncReport> {
  // The wait for the lock costs no time of GitLab's timeout.
  const lock = await context.store.takePushLock(lockWait(context))
  try {
    return await pushAndPull(await context.connect(), context)
  } finally {
    lock.release()
  }
}

async function pushAndPull(gitlab: GitLab, context: SyncGitLabContext): Promise<SyncReport> {
  const { store } = context
  const pushed = await pushEarlierChanges({ ...context, gitlab })
  const tables = await store.openIncoming()
  const { incoming, changes } = tables
  for (const refused of pushed?.refused ?? []) noteRefusal(refused, changes)
  const pull = await pullGitLab({ ...context, gitlab, incoming }).catch(async (error: unknown) => {
    throw error instanceof NoPurchaseError ? await endPurchases(error, context) : error
  })
  const activityUpdated = await store.transact(() => applyPull(pull, tables, context), lockWait(context))
  return {
    takenAt: pull.takenAt,
    subscription: pull.subscription,
    counts: changes.count(),
    activityUpdated,
    pushed: pushed && countPushed(pushed),
    hiddenAddresses: pull.hiddenAddresses,
    surpluses: listSurpluses(store, context.readClock()),
    warnings: listWarnings(pull, gitlab, pushed?.pending ?? 0, context.readClock()),
    totals: readTotals(store),
    readChanges: (codes) => changes.read(codes),
  }
}

function countPushed({ confirmed, refused, pending }: EarlierPush): PushedCounts {
  return { confirmed, refused: refused.length, pending }
}

/** Keeps the seats, as GitLab does for a while: a renewal brings them back. Returns the error with the state of the store. */
async function endPurchases(error: NoPurchaseError, context: SyncGitLabContext): Promise<NoPurchaseError> {
  const { addOnPurchases, pendingChanges } = context.store
  await context.store.transact(() => {
    const goneAt = context.readClock()
    for (const { id } of addOnPurchases.list()) addOnPurchases.markGone(id, goneAt)
  }, lockWait(context))
  const marks = addOnPurchases.listKnown().map(describeGone)
  if (marks.length === 0) return error
  const pending = pendingChanges.count()
  const waiting = pending === 0 ? '' : ` Pending changes that wait for it: ${formatCount(pending)}.`
  return new NoPurchaseError(
    error.exit,
    `${error.message} The store marks ${marks.join(' and ')}.${waiting}`,
    `${error.hint} GitLab keeps the seats of an expired purchase for 14 days. Renew it by then, and the seats are back.`,
  )
}

function describeGone({ addOn, assigned, goneAt }: PurchaseInUse): string {
  return `${addOns[addOn].product} (${countWords(assigned, 'seat')} held) as over${goneAt === null ? '' : ` since ${dayOf(goneAt)}`}`
}

function noteRefusal(refused: RefusedChange, changes: SyncChanges): void {
  const { purchase, userId, outcome } = refused
  const facts = {
    ...refused,
    addOn: purchase.addOn,
    input: '',
    isDryRun: false,
    firstLine: null,
    hiddenAddresses: null,
    pushed: 'refused',
  } as const
  changes.note({
    change: refused.change === 'give' ? 'seat_refused' : 'removal_refused',
    addOnPurchaseId: purchase.id,
    userId,
    before: outcome,
    after: outcomes[outcome].describe(facts),
  })
}

function listWarnings(
  { subscription, isUnsteady, addressFailure }: Pull,
  gitlab: GitLab,
  pending: number,
  now: Instant,
): string[] {
  const warnings = [
    ...listSubscriptionWarnings(subscription, now),
    ...listGitLabLimits(gitlab.version, gitlab.capabilities),
  ]
  if (addressFailure !== null) warnings.push(`Addresses are missing. ${addressFailure}`)
  if (isUnsteady)
    warnings.push(
      'Users or seats changed in GitLab during the sync: the list may be incomplete; no user was marked as gone. Sync again later.',
    )
  if (pending > 0 && gitlab.capabilities.givesSeats)
    warnings.push(
      `GitLab no longer shows the purchase of ${countWords(pending, 'pending change')}. Renew it, or discard the changes with "duo-seats unlink --discard-pending".`,
    )
  return warnings
}
