import { addOns, countFreeSeats, describeExpiry, isActive, type PurchaseInUse } from './add-on.ts'
import { describeAge } from './as-of.ts'
import { countWords } from './count-words.ts'
import { type Day, dayOf, type Instant } from './day.ts'
import type { HolderUsage } from './seat-usage.ts'
import type { Subscription } from './snapshot.ts'

/** The seats of one purchase. */
export interface AddOnStatus {
  /** Pending changes count as done. */
  purchase: PurchaseInUse
  pending: number
  holders: HolderUsage
  /** Eligible holders without use for {@link StoreStatus.inactiveForDays}. */
  idle: number
}

export interface StoreStatus {
  subscription: Subscription
  linked: boolean
  syncedAt: Instant
  now: Instant
  inactiveForDays: number
  addOns: readonly AddOnStatus[]
}

/** Something to do, with the command for it. */
export interface Attention {
  message: string
  command: string
}

const oldSyncMs = 3 * 86_400_000

export function listAttention(status: StoreStatus): Attention[] {
  const { linked, syncedAt, now } = status
  const sync = linked ? 'duo-seats sync' : 'duo-seats sync --from snapshot.json'
  const found: Attention[] = []
  if (Date.parse(now) - Date.parse(syncedAt) > oldSyncMs)
    found.push({ message: `The last sync was ${describeAge(syncedAt, now)}.`, command: sync })
  return [...found, ...status.addOns.flatMap((addOn) => listAddOnAttention(addOn, dayOf(now)))]
}

function listAddOnAttention({ purchase, pending, holders, idle }: AddOnStatus, today: Day): Attention[] {
  const { product } = addOns[purchase.addOn]
  const found: Attention[] = []
  const add = (message: string, command: string) => found.push({ message: `${product}: ${message}`, command })
  const expiry = describeExpiry(purchase, today)
  if (expiry !== null) found.push({ message: expiry, command: 'duo-seats doctor' })
  if (pending > 0) add(`${countWords(pending, 'change')} not confirmed by GitLab.`, 'duo-seats sync')
  const free = countFreeSeats(purchase)
  if (free < 0)
    add(
      `${countWords(-free, 'seat')} more held than bought: GitLab will remove the surplus.`,
      'duo-seats reclaim',
    )
  if (isActive(purchase, today) && free === 0) add('no seat is free.', 'duo-seats reclaim')
  if (holders.notEligible > 0)
    add(
      `${countWords(holders.notEligible, 'holder')} not eligible: GitLab removes the seat at its next refresh.`,
      'duo-seats list',
    )
  if (idle > 0) add(`${countWords(idle, 'seat')} idle.`, 'duo-seats reclaim')
  return found
}
