import { type AddOn, addOns, type PurchaseInUse } from './add-on.ts'
import { formatCount } from './count-words.ts'
import type { Instant } from './day.ts'
import type { HiddenAddresses } from './hidden-addresses.ts'
import { describeIneligibility } from './ineligibility.ts'
import type { Pushed } from './seat-change.ts'
import type { Subscription } from './snapshot.ts'
import type { Surplus } from './surplus.ts'

export interface SyncChange {
  change: SyncChangeCode
  addOn: AddOn | null
  userId: number | null
  username: string | null
  /** As text; null without an old value. */
  before: string | null
  after: string | null
}

/** The key is the code in JSON and CSV. */
const syncChanges = {
  user_added: { describe: () => 'The user is new.' },
  user_changed: { describe: ({ before, after }) => `The user changed from ${before} to ${after}.` },
  user_gone: { describe: () => 'The user is no longer listed.' },
  add_on_purchase_added: { describe: ({ after }) => `The purchase is new: ${after}.` },
  add_on_purchase_changed: {
    describe: ({ before, after }) => `The purchase changed from ${before} to ${after}.`,
  },
  add_on_purchase_gone: { describe: ({ before }) => `The purchase is no longer listed: ${before}.` },
  seat_refused: {
    /** `before` is the outcome of the pending change, `after` its message. */
    describe: ({ after }) => `The pending seat was refused. ${after}`,
  },
  removal_refused: {
    describe: ({ after }) => `The user keeps the seat. ${after}`,
  },
  seat_gained: { describe: ({ addOn }) => `The user has a ${nameOf(addOn)} seat now.` },
  seat_lost: { describe: ({ addOn }) => `The user no longer has a ${nameOf(addOn)} seat.` },
  seat_kept: {
    describe: ({ addOn }) =>
      `The ${nameOf(addOn)} seat was kept: it was assigned after the snapshot was taken.`,
  },
  removal_kept: {
    describe: ({ addOn }) =>
      `The ${nameOf(addOn)} seat stays removed: it was removed after the snapshot was taken.`,
  },
  holder_not_eligible: {
    /** `after` is the reason. */
    describe: ({ after }) =>
      `The holder is not eligible. ${describeIneligibility(after ?? '')} GitLab removes the seat at its next refresh.`,
  },
  seats_exceeded: {
    /** `before` is the quantity, `after` the number of seats held. */
    describe: ({ before, after }) =>
      `Seats held: ${formatCount(after ?? '')}, bought: ${formatCount(before ?? '')}, too many: ${formatCount(Number(after) - Number(before))}. ` +
      'At its next refresh GitLab removes the surplus without a notice: first from holders without recorded use, ' +
      'latest assigned first, then from holders with use, oldest use first.',
  },
} as const satisfies Record<string, { describe(change: SyncChange): string }>

export type SyncChangeCode = keyof typeof syncChanges

export const syncChangeCodes = Object.keys(syncChanges) as SyncChangeCode[]

function nameOf(addOn: AddOn | null): string {
  return addOn === null ? 'GitLab Duo' : addOns[addOn].product
}

export function describeSyncChange(change: SyncChange): string {
  return syncChanges[change.change].describe(change)
}

export type PushedCounts = Record<Pushed, number>

/** After the sync. */
export interface SyncTotals {
  /** Without those who are gone. */
  users: number
  /** Without those that are gone. */
  purchases: readonly PurchaseInUse[]
}

export interface SyncReport {
  takenAt: Instant
  subscription: Subscription
  /** Codes without changes are left out. */
  counts: Partial<Record<SyncChangeCode, number>>
  /** Users with other activity days and no other difference; they have no row. */
  activityUpdated: number
  /** Changes that were pending at the start; null without any. */
  pushed: PushedCounts | null
  /** Null if unknown, and for a snapshot. */
  hiddenAddresses: HiddenAddresses | null
  surpluses: readonly Surplus[]
  warnings: string[]
  totals: SyncTotals
  /** All, or those of some codes, in the order of the table; read again on each call. */
  readChanges(codes?: readonly SyncChangeCode[]): Iterable<SyncChange>
}
