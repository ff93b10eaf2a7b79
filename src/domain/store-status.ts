import { type AddOn, addOns, countFreeSeats, describeExpiry, isActive, type PurchaseInUse } from './add-on.ts'
import { describeAge } from './as-of.ts'
import { countWords } from './count-words.ts'
import { dayOf, type Instant, msPerDay } from './day.ts'
import { nameAddOn, nameReclaim } from './name-reclaim.ts'
import type { HolderUsage } from './seat-usage.ts'
import type { Subscription } from './snapshot.ts'
import type { Surplus } from './surplus.ts'

/** The seats of one purchase. */
export interface AddOnStatus {
  /** Pending changes count as done. */
  purchase: PurchaseInUse
  pending: number
  holders: HolderUsage
  surplus: Surplus | null
  /** Eligible holders without use for {@link StoreStatus.inactiveForDays}; null where GitLab reports no Duo activity. */
  idle: number | null
}

export interface StoreStatus {
  subscription: Subscription
  linked: boolean
  syncedAt: Instant
  now: Instant
  inactiveForDays: number
  addOns: readonly AddOnStatus[]
}

/** Null for a purchase that is over or has not begun: its seats cannot be assigned. */
export function countAssignable({ purchase }: AddOnStatus, now: Instant): number | null {
  return isActive(purchase, dayOf(now)) ? countFreeSeats(purchase) : null
}

export type AttentionCode =
  | 'clock_behind'
  | 'old_sync'
  | 'expiry'
  | 'pending'
  | 'surplus'
  | 'no_free_seat'
  | 'not_eligible'
  | 'idle'

/** Something to do, with the command for it. */
export interface Attention {
  code: AttentionCode
  /** Null: it is about the whole store. */
  addOn: AddOn | null
  message: string
  command: string
}

const oldSyncMs = 3 * msPerDay

export function listAttention(status: StoreStatus): Attention[] {
  const { linked, syncedAt, now, addOns: known } = status
  const sync = nameSync(linked)
  const found: Attention[] = []
  if (syncedAt > now) found.push({ code: 'clock_behind', addOn: null, ...describeLateSync(syncedAt) })
  if (Date.parse(now) - Date.parse(syncedAt) > oldSyncMs)
    found.push({
      ...{ code: 'old_sync', addOn: null, command: sync },
      message: `The last sync was ${describeAge(syncedAt, now)}.`,
    })
  return [...found, ...known.flatMap((addOn) => listAddOnAttention(addOn, status))]
}

/** For a sync that is later than the time of this machine. */
export function describeLateSync(syncedAt: Instant): Pick<Attention, 'message' | 'command'> {
  return { message: `The clock is behind the last sync, of ${syncedAt}.`, command: 'date' }
}

export function nameSync(linked: boolean): string {
  return linked ? 'duo-seats sync' : 'duo-seats sync --from snapshot.json'
}

/** Null if a command need not name it. */
export function findNamed({ purchase }: AddOnStatus, { addOns: known, now }: StoreStatus): AddOn | null {
  const needsAddOn = known.filter((addOn) => countAssignable(addOn, now) !== null).length > 1
  return needsAddOn ? purchase.addOn : null
}

export function nameList(addOn: AddOnStatus, status: StoreStatus): string {
  return `duo-seats list${nameAddOn(findNamed(addOn, status))}`
}

export function nameIdleReclaim(addOn: AddOnStatus, status: StoreStatus): string {
  return nameReclaim(findNamed(addOn, status), status.inactiveForDays)
}

function listAddOnAttention(addOn: AddOnStatus, status: StoreStatus): Attention[] {
  const { now, inactiveForDays } = status
  const { purchase, pending, holders, idle, surplus } = addOn
  const { product } = addOns[purchase.addOn]
  const [list, reclaim] = [nameList(addOn, status), nameIdleReclaim(addOn, status)]
  const found: Attention[] = []
  const add = (code: AttentionCode, command: string, message: string) =>
    found.push({ code, addOn: purchase.addOn, message, command })
  const expiry = describeExpiry(purchase, dayOf(now))
  if (expiry !== null) add('expiry', list, expiry)
  if (pending > 0)
    add('pending', 'duo-seats sync', `${product}: ${countWords(pending, 'change')} not confirmed by GitLab.`)
  const free = countAssignable(addOn, now)
  if (free === null) return found
  if (free < 0)
    add(
      'surplus',
      surplus?.reclaim ?? reclaim,
      `${product}: ${countWords(-free, 'seat')} more held than bought: GitLab will remove the surplus.`,
    )
  if (free === 0) add('no_free_seat', reclaim, `${product}: no seat is free.`)
  if (holders.notEligible > 0)
    add(
      'not_eligible',
      list,
      `${product}: ${countWords(holders.notEligible, 'holder')} not eligible: GitLab removes ${holders.notEligible === 1 ? 'the seat' : 'their seats'} at its next refresh.`,
    )
  if (idle !== null && idle > 0)
    add(
      'idle',
      reclaim,
      `${product}: ${countWords(idle, 'seat')} idle for ${countWords(inactiveForDays, 'day')}.`,
    )
  return found
}
