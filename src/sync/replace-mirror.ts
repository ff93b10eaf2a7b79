import { type AddOnPurchase, addOns, type PurchaseInUse } from '../domain/add-on.ts'
import { formatDay, type Instant } from '../domain/day.ts'
import type { Subscription } from '../domain/snapshot.ts'
import type { Offering } from '../domain/user.ts'
import type { Mirror } from '../store/mirror.ts'
import type { Store } from '../store/store.ts'
import type { SyncChanges } from '../store/sync-changes.ts'

/** What becomes the state of the store; users and seats are staged in the mirror already. */
export interface Replacement {
  takenAt: Instant
  /** Until when it knows of the seats that runs gave. */
  seenAt: Instant
  subscription: Subscription
  addOnPurchases: readonly AddOnPurchase[]
}

export interface ReplaceContext {
  store: Store
  mirror: Mirror
  changes: SyncChanges
  now: Instant
  signal: AbortSignal
  /** Lets timers and signals through: the steps are long and do nothing else. */
  pause: () => Promise<void>
  /** Called after each step with how much is done, from 0 to 1. */
  onProgress: (done: number) => void
}

/**
 * Brings the store to the state that is staged in its mirror, and notes what changed. Runs inside a transaction of the caller.
 *
 * @returns how many users differ in nothing but the days of their activity
 */
export async function replaceMirror(
  { takenAt, seenAt, subscription, addOnPurchases }: Replacement,
  context: ReplaceContext,
): Promise<number> {
  const { store, mirror, changes, now } = context
  let activityUpdated = 0
  const steps = [
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
  return activityUpdated
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
  const areDaysKnown = startedOn !== null || expiresOn !== null
  const days = areDaysKnown ? ` from ${formatDay(startedOn)} to ${formatDay(expiresOn)}` : ''
  return `${seats} of ${addOns[addOn].product}${days}`
}

/** What is not a change but needs somebody's attention: GitLab will take these seats by itself. */
function noteFindings(store: Store, changes: SyncChanges, offering: Offering): void {
  for (const purchase of store.addOnPurchases.list()) {
    noteIneligibleHolders(store, changes, purchase, offering)
    const held = purchase.assigned - store.pendingSeats.countUnconfirmed(purchase.id)
    if (held <= purchase.quantity) continue
    changes.note({
      change: 'seats_exceeded',
      addOnPurchaseId: purchase.id,
      before: String(purchase.quantity),
      after: String(held),
    })
  }
}

function noteIneligibleHolders(
  store: Store,
  changes: SyncChanges,
  { id }: PurchaseInUse,
  offering: Offering,
): void {
  const ineligible = [...listIneligibleHolders(store, id, offering)]
  for (const { userId, reason } of ineligible)
    changes.note({ change: 'holder_not_eligible', addOnPurchaseId: id, userId, after: reason })
}

/** One by one: there may be as many holders as users, and few of them are meant. */
function* listIneligibleHolders(
  store: Store,
  addOnPurchaseId: number,
  offering: Offering,
): Iterable<{ userId: number; reason: string }> {
  const options = { addOnPurchaseId, offering, holdersOnly: true, sort: 'username', reverse: false } as const
  for (const { userId, reason, isPending } of store.users.list(options))
    if (reason !== null && !isPending) yield { userId, reason }
}
