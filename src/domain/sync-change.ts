import { type AddOn, addOns } from './add-on.ts'
import type { Instant } from './day.ts'
import type { Pushed } from './seat-change.ts'
import type { Subscription } from './snapshot.ts'
import { describeIneligibility } from './user.ts'

/** One difference that a sync found, or one finding that needs attention. */
export interface SyncChange {
  change: SyncChangeCode
  addOn: AddOn | null
  userId: number | null
  username: string | null
  /** The old value as text; null where there was none. */
  before: string | null
  after: string | null
}

/** Every change a sync can report. The key is the code in JSON and in CSV. */
export const syncChanges = {
  user_added: { describe: () => 'The user is new.' },
  user_changed: { describe: ({ before, after }) => `The user changed from ${before} to ${after}.` },
  user_gone: { describe: () => 'The user no longer exists.' },
  add_on_purchase_added: { describe: ({ after }) => `The purchase is new: ${after}.` },
  add_on_purchase_changed: {
    describe: ({ before, after }) => `The purchase changed from ${before} to ${after}.`,
  },
  add_on_purchase_gone: { describe: ({ before }) => `The purchase no longer exists: ${before}.` },
  seat_refused: {
    /** `before` is the outcome of the pending change, `after` its message. */
    describe: ({ after }) => `The pending seat was refused. ${after}`,
  },
  removal_refused: {
    /** `before` and `after` as for `seat_refused`. */
    describe: ({ after }) => `The pending removal was refused. ${after}`,
  },
  seat_gained: { describe: ({ addOn }) => `The user has a ${nameOf(addOn)} seat now.` },
  seat_lost: { describe: ({ addOn }) => `The user no longer has a ${nameOf(addOn)} seat.` },
  seat_kept: {
    describe: ({ addOn }) =>
      `The ${nameOf(addOn)} seat was kept: it was assigned after the snapshot was taken.`,
  },
  holder_not_eligible: {
    /** `after` is the reason. */
    describe: ({ after }) =>
      `The holder is not eligible. ${describeIneligibility(after ?? '')} GitLab removes the seat at its next refresh.`,
  },
  seats_exceeded: {
    /** `before` is the quantity, `after` the number of seats held. */
    describe: ({ before, after }) =>
      `${after} seats are held, ${before} were bought: ${Number(after) - Number(before)} too many. ` +
      'At its next refresh GitLab removes the surplus without a notice: first from holders without recorded use, ' +
      'latest assigned first, then from holders with use, oldest use first.',
  },
} as const satisfies Record<string, { describe(change: SyncChange): string }>

export type SyncChangeCode = keyof typeof syncChanges

export const syncChangeCodes = Object.keys(syncChanges) as SyncChangeCode[]

function nameOf(addOn: AddOn | null): string {
  return addOn === null ? 'GitLab Duo' : addOns[addOn].product
}

/** The change as a sentence about the user or the purchase. */
export function describeSyncChange(change: SyncChange): string {
  return syncChanges[change.change].describe(change)
}

/** Pushed changes, counted by state. */
export type PushedCounts = Record<Pushed, number>

/** A finished sync, read back from the store. */
export interface SyncReport {
  takenAt: Instant
  subscription: Subscription
  /** The number of changes by code; a code without changes is left out. */
  counts: Partial<Record<SyncChangeCode, number>>
  /** Users with newer activity days and no other difference; they have no row. */
  activityUpdated: number
  /** The changes that were pending when the sync began; null where there were none. */
  pushed: PushedCounts | null
  /** Sentences about the subscription: tier, version, age. */
  warnings: string[]
  /** All changes, or those of some codes, in the order of the table of changes. Every call starts again. */
  readChanges(codes?: readonly SyncChangeCode[]): Iterable<SyncChange>
}
