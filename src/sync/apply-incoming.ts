import { setImmediate } from 'node:timers/promises'
import { type AddOnPurchase, addOns, type PurchaseInUse, phaseOf } from '../domain/add-on.ts'
import { countWords } from '../domain/count-words.ts'
import { type Day, dayOf, formatDay, type Instant } from '../domain/day.ts'
import type { HiddenAddresses } from '../domain/hidden-addresses.ts'
import type { Subscription } from '../domain/snapshot.ts'
import type { Offering } from '../domain/user.ts'
import type { StoreContext } from '../session.ts'
import type { Incoming } from '../store/incoming.ts'
import type { SeatsInTime } from '../store/seat-differences.ts'
import type { Store } from '../store/store.ts'
import type { SyncChanges } from '../store/sync-changes.ts'

interface NewState {
  takenAt: Instant
  seenAt: Instant
  /** For a snapshot; null if GitLab itself was read. See {@link Incoming.noteSeats}. */
  position?: number | null
  subscription: Subscription
  addOnPurchases: readonly AddOnPurchase[]
  /** Null if unknown. */
  hiddenAddresses: HiddenAddresses | null
  /** As in a snapshot: users without an incoming address have none. */
  hasAllAddresses?: boolean
}

interface ApplyContext extends StoreContext {
  incoming: Incoming
  changes: SyncChanges
  now: Instant
}

/**
 * Inside a transaction of the caller. Signals and timers get a turn between the long steps.
 *
 * @returns the number of users that differ in their activity days only
 */
export async function applyIncoming(
  { takenAt, seenAt, position = null, subscription, ...state }: NewState,
  { store, incoming, changes, now, signal, tell }: ApplyContext,
): Promise<number> {
  const { addOnPurchases, hiddenAddresses, hasAllAddresses = false } = state
  const { offering } = subscription
  const turn = async (done: number) => {
    tell({ kind: 'store_written', done })
    await setImmediate()
    signal.throwIfAborted()
  }
  await turn(0)
  const purchases = listPurchaseFacts(store, addOnPurchases, dayOf(takenAt))
  const time = readTime(store, takenAt, now)
  replacePurchases(store, changes, addOnPurchases, { now, at: time.at })
  incoming.noteSeats(position, { ...time, offering, purchases })
  await turn(0.25)
  const activityUpdated = incoming.replaceUsers(now)
  incoming.replaceEmails({ isWhole: hasAllAddresses })
  await turn(0.5)
  incoming.replaceSeats(seenAt)
  await turn(0.75)
  noteFindings(store, changes, offering)
  store.usage.recordActivity(dayOf(takenAt))
  if (hiddenAddresses !== null) store.links.recordHiddenAddresses(hiddenAddresses)
  store.subscriptions.record({ ...subscription, takenAt, seenAt })
  store.events.recordSync(takenAt, now)
  return activityUpdated
}

/** A snapshot that is older than the last one shows no change in GitLab, so its differences have the time of the sync. */
function readTime(
  { subscriptions }: Store,
  takenAt: Instant,
  now: Instant,
): Pick<SeatsInTime, 'at' | 'since' | 'isOlder'> {
  const last = subscriptions.find()?.takenAt ?? null
  const isOlder = last !== null && takenAt < last
  if (isOlder) return { at: now, since: null, isOlder }
  return { at: takenAt, since: last, isOlder }
}

/** Before the purchases are replaced. */
function listPurchaseFacts(
  { addOnPurchases }: Store,
  incoming: readonly AddOnPurchase[],
  today: Day,
): SeatsInTime['purchases'] {
  const known = addOnPurchases.listKnown()
  return new Map(
    incoming.map((purchase) => {
      const old = known.find(({ id }) => id === purchase.id)
      const held = old?.goneAt === null ? old.confirmed : 0
      const facts = {
        isOver: phaseOf(purchase, today) === 'expired',
        surplus: Math.max(0, held - purchase.quantity),
        isBack: old !== undefined && old.goneAt !== null,
      }
      return [purchase.id, facts]
    }),
  )
}

function replacePurchases(
  store: Store,
  changes: SyncChanges,
  incoming: readonly AddOnPurchase[],
  { now, at }: { now: Instant; at: Instant },
): void {
  const known = new Map(store.addOnPurchases.list().map((purchase) => [purchase.id, purchase]))
  for (const purchase of incoming) {
    notePurchase(changes, known.get(purchase.id) ?? null, purchase)
    store.addOnPurchases.record(purchase, at)
    known.delete(purchase.id)
  }
  for (const gone of known.values()) {
    changes.note({ change: 'add_on_purchase_gone', addOnPurchaseId: gone.id, before: describePurchase(gone) })
    store.addOnPurchases.markGone(gone.id, now, at)
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

/** Names the product: GitLab keeps the purchase on a change from Duo Pro to Duo Enterprise. */
function describePurchase({ addOn, quantity, startedOn, expiresOn, trial }: AddOnPurchase): string {
  const seats = `${countWords(quantity, 'seat')}${trial ? ' on trial' : ''}`
  const areDaysKnown = startedOn !== null || expiresOn !== null
  const days = areDaysKnown ? ` from ${formatDay(startedOn)} to ${formatDay(expiresOn)}` : ''
  return `${seats} of ${addOns[addOn].product}${days}`
}

/** Seats that GitLab will remove by itself. */
function noteFindings(store: Store, changes: SyncChanges, offering: Offering): void {
  for (const purchase of store.addOnPurchases.list()) {
    noteIneligibleHolders(store, changes, purchase, offering)
    if (purchase.confirmed <= purchase.quantity) continue
    changes.note({
      change: 'seats_exceeded',
      addOnPurchaseId: purchase.id,
      before: String(purchase.quantity),
      after: String(purchase.confirmed),
    })
  }
}

/** Collects them first: the store cannot be written while the users are read. */
function noteIneligibleHolders(
  store: Store,
  changes: SyncChanges,
  { id: addOnPurchaseId }: PurchaseInUse,
  offering: Offering,
): void {
  const options = { addOnPurchaseId, offering, holdersOnly: true, sort: 'username', reverse: false } as const
  const found: { userId: number; reason: string }[] = []
  for (const { userId, reason, isPending } of store.users.list(options))
    if (reason !== null && !isPending) found.push({ userId, reason })
  for (const { userId, reason } of found)
    changes.note({ change: 'holder_not_eligible', addOnPurchaseId, userId, after: reason })
}
