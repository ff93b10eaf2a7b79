import { type AddOnPurchase, addOns, type PurchaseInUse } from '../domain/add-on.ts'
import { formatDay, type Instant } from '../domain/day.ts'
import { describeScope, listSubscriptionWarnings, type Snapshot } from '../domain/snapshot.ts'
import type { SyncReport } from '../domain/sync-change.ts'
import type { Offering } from '../domain/user.ts'
import { UserError } from '../errors.ts'
import type { Store } from '../store/store.ts'
import type { RecordedSubscription } from '../store/subscriptions.ts'
import type { SyncChanges } from '../store/sync-changes.ts'

export interface SyncOptions {
  /** Takes a snapshot that is older than the last one. */
  allowOlder: boolean
}

export interface SyncContext {
  store: Store
  now: Instant
  signal: AbortSignal
  /** Lets timers and signals through: the steps of a sync are long and do nothing else. */
  pause: () => Promise<void>
  /** Called after each step with how much is done, from 0 to 1. */
  onProgress: (done: number) => void
  onWait: () => void
}

/**
 * Brings users, purchases and seats to the state of a snapshot, in one transaction. Seats that a run gave after the snapshot
 * was taken stay.
 *
 * @throws UserError when the snapshot is of another scope, or older than the last one
 */
export async function syncSnapshot(
  snapshot: Snapshot,
  options: SyncOptions,
  context: SyncContext,
): Promise<SyncReport> {
  const { takenAt, subscription } = snapshot
  const { changes, activityUpdated } = await context.store.transact(async () => {
    const last = context.store.subscriptions.find()
    if (last !== null) requireSuccessor(snapshot, last, options)
    return applySnapshot(snapshot, decideSeenAt(snapshot, last, context), context)
  }, context)
  return {
    takenAt,
    subscription,
    counts: changes.count(),
    activityUpdated,
    warnings: listSubscriptionWarnings(subscription),
    readChanges: () => changes.read(),
  }
}

function requireSuccessor(snapshot: Snapshot, last: RecordedSubscription, { allowOlder }: SyncOptions): void {
  const scope = describeScope(snapshot.subscription)
  if (describeScope(last) !== scope) {
    throw new UserError(
      'usage',
      `The store is of ${describeScope(last)}, the snapshot is of ${scope}.`,
      'Keep a store for each: name another file with --store.',
    )
  }
  if (snapshot.takenAt < last.takenAt && !allowOlder) {
    throw new UserError(
      'usage',
      `The snapshot was taken at ${snapshot.takenAt}, and the store has one of ${last.takenAt}.`,
      'Take a newer snapshot, or go back to this one with --allow-older.',
    )
  }
}

/**
 * Until when the snapshot knows of the seats that runs gave. A clock that is ahead, or local time written as UTC, must not make
 * it know of seats that were given after it was first read.
 */
function decideSeenAt(
  { takenAt }: Snapshot,
  last: RecordedSubscription | null,
  { now }: SyncContext,
): Instant {
  if (last?.takenAt === takenAt) return last.seenAt
  return takenAt < now ? takenAt : now
}

async function applySnapshot(
  { takenAt, subscription, addOnPurchases, users, seats }: Snapshot,
  seenAt: Instant,
  context: SyncContext,
): Promise<{ changes: SyncChanges; activityUpdated: number }> {
  const { store, now } = context
  const { mirror, changes } = store.openMirror()
  let activityUpdated = 0
  const steps = [
    () => mirror.stageUsers(users),
    () => mirror.stageSeats(seats),
    () => replacePurchases(store, changes, addOnPurchases, now),
    () => {
      activityUpdated = mirror.replaceUsers(now)
    },
    () => mirror.replaceSeats(seenAt),
    () => noteFindings(store, changes, subscription.offering),
  ]
  for (const [done, step] of steps.entries()) {
    context.onProgress(done / steps.length)
    await context.pause()
    context.signal.throwIfAborted()
    step()
  }
  store.subscriptions.record({ ...subscription, takenAt, seenAt })
  return { changes, activityUpdated }
}

function replacePurchases(
  store: Store,
  changes: SyncChanges,
  incoming: readonly AddOnPurchase[],
  now: Instant,
): void {
  const known = new Map(store.addOnPurchases.list().map((purchase) => [purchase.id, purchase]))
  for (const purchase of incoming) {
    notePurchase(changes, known.get(purchase.id) ?? null, purchase)
    store.addOnPurchases.record(purchase)
    known.delete(purchase.id)
  }
  for (const gone of known.values()) {
    changes.note({ change: 'add_on_purchase_gone', addOnPurchaseId: gone.id, before: describePurchase(gone) })
    store.addOnPurchases.markGone(gone.id, now)
  }
}

function notePurchase(changes: SyncChanges, old: AddOnPurchase | null, purchase: AddOnPurchase): void {
  const addOnPurchaseId = purchase.id
  const after = describePurchase(purchase)
  if (old === null) {
    changes.note({ change: 'add_on_purchase_added', addOnPurchaseId, after })
    return
  }
  const before = describePurchase(old)
  if (before !== after) changes.note({ change: 'add_on_purchase_changed', addOnPurchaseId, before, after })
}

/** With the product, since GitLab keeps the purchase when somebody moves from Duo Pro to Duo Enterprise. */
function describePurchase({ addOn, quantity, startedOn, expiresOn, trial }: AddOnPurchase): string {
  const seats = `${quantity} ${quantity === 1 ? 'seat' : 'seats'}${trial ? ' on trial' : ''}`
  return `${seats} of ${addOns[addOn].product} from ${formatDay(startedOn)} to ${formatDay(expiresOn)}`
}

/** What is not a change but needs somebody's attention: GitLab will take these seats by itself. */
function noteFindings(store: Store, changes: SyncChanges, offering: Offering): void {
  for (const purchase of store.addOnPurchases.list()) {
    noteIneligibleHolders(store, changes, purchase, offering)
    if (purchase.assigned <= purchase.quantity) continue
    changes.note({
      change: 'seats_exceeded',
      addOnPurchaseId: purchase.id,
      before: String(purchase.quantity),
      after: String(purchase.assigned),
    })
  }
}

function noteIneligibleHolders(
  store: Store,
  changes: SyncChanges,
  { id }: PurchaseInUse,
  offering: Offering,
): void {
  const holders = store.users.list({
    addOnPurchaseId: id,
    offering,
    holdersOnly: true,
    sort: 'username',
    reverse: false,
  })
  const ineligible = [...holders].flatMap(({ userId, reason }) =>
    reason === null ? [] : [{ userId, reason }],
  )
  for (const { userId, reason } of ineligible)
    changes.note({ change: 'holder_not_eligible', addOnPurchaseId: id, userId, after: reason })
}
