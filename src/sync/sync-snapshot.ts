import type { Instant } from '../domain/day.ts'
import { describeScope, listSubscriptionWarnings, type Snapshot } from '../domain/snapshot.ts'
import type { SyncReport } from '../domain/sync-change.ts'
import { UserError } from '../errors.ts'
import type { Mirror } from '../store/mirror.ts'
import type { Store } from '../store/store.ts'
import type { RecordedSubscription } from '../store/subscriptions.ts'
import { replaceMirror } from './replace-mirror.ts'

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
  const { store, now } = context
  const { takenAt, subscription, addOnPurchases } = snapshot
  const { mirror, changes } = store.openMirror()
  const activityUpdated = await store.transact(async () => {
    const last = store.subscriptions.find()
    if (last !== null) requireSuccessor(snapshot, last, options)
    await stageSnapshot(snapshot, mirror, context)
    const seenAt = decideSeenAt(snapshot, last, now)
    return replaceMirror({ takenAt, seenAt, subscription, addOnPurchases }, { ...context, mirror, changes })
  }, context)
  return {
    takenAt,
    subscription,
    counts: changes.count(),
    activityUpdated,
    pushed: null,
    warnings: listSubscriptionWarnings(subscription, takenAt),
    readChanges: (codes) => changes.read(codes),
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
function decideSeenAt({ takenAt }: Snapshot, last: RecordedSubscription | null, now: Instant): Instant {
  if (last?.takenAt === takenAt) return last.seenAt
  return takenAt < now ? takenAt : now
}

async function stageSnapshot(
  { users, seats }: Snapshot,
  mirror: Mirror,
  { pause, signal }: SyncContext,
): Promise<void> {
  for (const stage of [() => mirror.stageUsers(users), () => mirror.stageSeats(seats)]) {
    await pause()
    signal.throwIfAborted()
    stage()
  }
}
