import { setImmediate } from 'node:timers/promises'
import type { Instant } from '../domain/day.ts'
import {
  describeScope,
  isSameScope,
  listSubscriptionWarnings,
  type SnapshotHead,
  type SnapshotRows,
} from '../domain/snapshot.ts'
import type { SyncReport } from '../domain/sync-change.ts'
import { UserError } from '../errors.ts'
import { listSurpluses } from '../seats/find-surplus.ts'
import { lockWait, type StoreContext } from '../session.ts'
import type { Incoming } from '../store/incoming.ts'
import type { RecordedSubscription } from '../store/subscriptions.ts'
import { applyIncoming } from './apply-incoming.ts'
import { foldAddresses, listSpellings } from './fold-addresses.ts'
import { readTotals } from './read-totals.ts'

interface SyncOptions {
  /** For a snapshot that is older than the last one. */
  allowOlder: boolean
}

/** @throws UserError when the snapshot is of another scope, or older than the last one */
export async function syncSnapshot(
  snapshot: SnapshotHead & SnapshotRows,
  options: SyncOptions,
  context: StoreContext,
): Promise<SyncReport> {
  const { store, readClock } = context
  const { takenAt, subscription, addOnPurchases } = snapshot
  const { incoming, changes } = await store.openIncoming()
  requireSuccessor(snapshot, store.subscriptions.find(), options)
  await addSnapshot(snapshot, incoming, context)
  const activityUpdated = await store.transact(() => {
    const now = readClock()
    const last = store.subscriptions.find()
    // Another process may have recorded one meanwhile.
    requireSuccessor(snapshot, last, options)
    const seenAt = decideSeenAt(snapshot, last, now)
    store.servedGroups.replace(snapshot.groups ?? [])
    const addressFacts = { hiddenAddresses: null, hasAllAddresses: true } as const
    const position = store.events.findPosition(takenAt)
    const state = { takenAt, seenAt, position, subscription, addOnPurchases, ...addressFacts }
    return applyIncoming(state, { ...context, incoming, changes, now })
  }, lockWait(context))
  return {
    takenAt,
    subscription,
    counts: changes.count(),
    activityUpdated,
    pushed: null,
    hiddenAddresses: null,
    surpluses: listSurpluses(store, readClock()),
    warnings: listSubscriptionWarnings(subscription, takenAt),
    totals: readTotals(store),
    readChanges: (codes) => changes.read(codes),
  }
}

function requireSuccessor(
  snapshot: SnapshotHead,
  last: RecordedSubscription | null,
  { allowOlder }: SyncOptions,
): void {
  if (last === null) return
  if (!isSameScope(last, snapshot.subscription)) {
    throw new UserError(
      'usage',
      `The store has the data of ${describeScope(last)}, the snapshot is of ${describeScope(snapshot.subscription)}.`,
      'Use a store for each: name another file with --store.',
    )
  }
  if (snapshot.takenAt < last.takenAt && !allowOlder) {
    throw new UserError(
      'usage',
      `The snapshot was taken at ${snapshot.takenAt}, before the last one (${last.takenAt}).`,
      'Take a newer snapshot, or add --allow-older to go back to this one.',
    )
  }
}

/** Not after `now`: the clock behind the snapshot may be ahead. */
function decideSeenAt({ takenAt }: SnapshotHead, last: RecordedSubscription | null, now: Instant): Instant {
  if (last?.takenAt === takenAt) return last.seenAt
  return takenAt < now ? takenAt : now
}

/** So few that they are gone before the garbage collector takes them for long-lived objects. */
const rowsPerGroup = 250

/** Outside of a transaction: other processes can write meanwhile. */
async function addSnapshot(
  { users, addresses = [], seats }: SnapshotRows,
  incoming: Incoming,
  { signal }: StoreContext,
): Promise<void> {
  await addInGroups(users, signal, (group) => incoming.add({ users: group, spellings: listSpellings(group) }))
  await addInGroups(seats, signal, (group) => incoming.add({ seats: group }))
  await addInGroups(addresses, signal, (group) => incoming.add({ emails: foldAddresses(group) }))
}

async function addInGroups<Row>(
  rows: Iterable<Row>,
  signal: AbortSignal,
  add: (group: readonly Row[]) => void,
): Promise<void> {
  let group: Row[] = []
  for (const row of rows) {
    group.push(row)
    if (group.length < rowsPerGroup) continue
    add(group)
    group = []
    await setImmediate()
    signal.throwIfAborted()
  }
  add(group)
}
