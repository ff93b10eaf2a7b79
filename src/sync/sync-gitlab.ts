import { addOns, type PurchaseInUse } from '../domain/add-on.ts'
import { dayOf, type Instant } from '../domain/day.ts'
import { outcomes } from '../domain/outcome.ts'
import { listSubscriptionWarnings } from '../domain/snapshot.ts'
import type { SyncReport } from '../domain/sync-change.ts'
import { NoPurchaseError } from '../errors.ts'
import type { GitLab } from '../gitlab/gitlab.ts'
import type { RefusedSeat } from '../push/push-ledger.ts'
import { pushLeftovers } from '../push/push-pending.ts'
import type { Mirror } from '../store/mirror.ts'
import type { Store } from '../store/store.ts'
import type { SyncChanges } from '../store/sync-changes.ts'
import { listGitLabLimits } from './gitlab-limits.ts'
import { type Pull, type PullContext, pullGitLab } from './pull-gitlab.ts'
import { replaceMirror } from './replace-mirror.ts'

export interface SyncGitLabContext {
  store: Store
  /** Connects to the GitLab that the store is linked to. */
  connect: () => Promise<GitLab>
  readClock: () => Instant
  signal: AbortSignal
  /** Lets timers and signals through. */
  pause: () => Promise<void>
  /** Called with what is being done, and how far it is from 0 to 1 where that is known. */
  onProgress: (done: number | null, text: string) => void
  onWait: () => void
}

/**
 * Sends what is pending to the linked GitLab, then replaces the mirror by what GitLab knows, in one transaction.
 *
 * @throws UserError when GitLab cannot be reached, refuses the token, or has no purchase, which the store then says as well; what
 *   was not confirmed stays pending
 */
export async function syncGitLab(context: SyncGitLabContext): Promise<SyncReport> {
  // Connected once the lock is held: the wait for it must not use up the time for GitLab.
  return context.store.holdPushLock(async () => pushAndPull(await context.connect(), context), context)
}

async function pushAndPull(gitlab: GitLab, context: SyncGitLabContext): Promise<SyncReport> {
  const { store } = context
  const onPush = (settled: number, total: number) => context.onProgress(settled / total, '(pending changes)')
  const pushed = await pushLeftovers({ ...context, gitlab, onProgress: onPush })
  const { mirror, changes } = store.openMirror()
  for (const refused of pushed?.refused ?? []) noteRefusal(refused, store, changes)
  const onProgress = tellReading(context)
  const pull = await pullGitLab({ ...context, gitlab, mirror, onProgress }).catch(async (error: unknown) => {
    throw error instanceof NoPurchaseError ? await endPurchases(error, context) : error
  })
  const activityUpdated = await store.transact(() => applyPull(pull, mirror, changes, context), context)
  return {
    takenAt: pull.takenAt,
    subscription: pull.subscription,
    counts: changes.count(),
    activityUpdated,
    pushed: pushed && { ...pushed, refused: pushed.refused.length },
    warnings: listWarnings(pull, gitlab, pushed?.pending ?? 0, context.readClock()),
    readChanges: (codes) => changes.read(codes),
  }
}

/** One list after the other: how long the second one is shows when it is read. */
function tellReading({ onProgress }: SyncGitLabContext): PullContext['onProgress'] {
  return (list, read, total) => {
    const users = list === 'holders' ? 'holders' : 'users without a seat'
    if (total === null) onProgress(null, `(${read} ${users} read)`)
    else onProgress(Math.min(1, read / Math.max(1, total)), `(${read} of ${total} ${users} read)`)
  }
}

/**
 * GitLab has no purchase any more: the store says so. Its seats stay as they were last seen, since GitLab keeps them for a while
 * and a renewal brings them back; without a purchase it lists no users.
 *
 * @returns the error, with what became of the store
 */
async function endPurchases(error: NoPurchaseError, context: SyncGitLabContext): Promise<NoPurchaseError> {
  const { addOnPurchases, pendingSeats } = context.store
  await context.store.transact(async () => {
    const goneAt = context.readClock()
    for (const { id } of addOnPurchases.list()) addOnPurchases.markGone(id, goneAt)
  }, context)
  const marks = addOnPurchases.listKnown().map(describeGone)
  if (marks.length === 0) return error
  const pending = pendingSeats.count()
  const waiting = pending === 0 ? '' : ` Changes that wait for it, pending: ${pending}.`
  return new NoPurchaseError(
    error.exit,
    `${error.message} The store marks ${marks.join(' and ')}.${waiting}`,
    `${error.hint} GitLab keeps the seats of an expired purchase for 14 days: renewed by then, they are there again.`,
  )
}

function describeGone({ addOn, assigned, goneAt }: PurchaseInUse): string {
  const seats = `${assigned} ${assigned === 1 ? 'seat' : 'seats'} held`
  return `${addOns[addOn].product} (${seats}) as over${goneAt === null ? '' : ` since ${dayOf(goneAt)}`}`
}

function applyPull(
  pull: Pull,
  mirror: Mirror,
  changes: SyncChanges,
  context: SyncGitLabContext,
): Promise<number> {
  if (pull.isUnsteady) mirror.stageKnown()
  const onProgress = (done: number) => context.onProgress(done, '')
  return replaceMirror(
    { ...pull, seenAt: pull.takenAt },
    { ...context, mirror, changes, now: context.readClock(), onProgress },
  )
}

function noteRefusal(refused: RefusedSeat, store: Store, changes: SyncChanges): void {
  const { addOnPurchaseId, userId, outcome } = refused
  const addOn = store.addOnPurchases.list().find(({ id }) => id === addOnPurchaseId)?.addOn ?? 'duo-pro'
  const facts = { ...refused, addOn, input: '', firstLine: null, pushed: 'refused' } as const
  changes.note({
    change: refused.change === 'give' ? 'seat_refused' : 'removal_refused',
    addOnPurchaseId,
    userId,
    before: outcome,
    after: outcomes[outcome].describe(facts),
  })
}

function listWarnings(
  { subscription, isUnsteady }: Pull,
  gitlab: GitLab,
  pending: number,
  now: Instant,
): string[] {
  const warnings = [
    ...listSubscriptionWarnings(subscription, now),
    ...listGitLabLimits(gitlab.version, gitlab.capabilities),
  ]
  if (isUnsteady)
    warnings.push(
      'Seats changed in GitLab while the users were read, so that some may be missing: nobody was taken for gone. Sync again later.',
    )
  if (pending > 0 && gitlab.capabilities.givesSeats)
    warnings.push(
      `Pending changes of a purchase that GitLab does not show any more: ${pending}. Renew it, or give them up with "duo-seats unlink --discard-pending".`,
    )
  return warnings
}
