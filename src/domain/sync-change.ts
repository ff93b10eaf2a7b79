import { type AddOn, addOns } from './add-on.ts'
import type { Instant } from './day.ts'
import type { Pushed } from './pushed.ts'
import type { Subscription } from './snapshot.ts'
import { describeIneligibility } from './user.ts'

/** One thing that a sync changed, or that it found to need attention. */
export interface SyncChange {
  change: SyncChangeCode
  addOn: AddOn | null
  userId: number | null
  username: string | null
  /** What was there before, as text, where there was anything. */
  before: string | null
  after: string | null
}

/** Every change a sync can report. The key is the code in JSON and in CSV. */
export const syncChanges = {
  user_added: { describe: () => 'Is new.' },
  user_changed: { describe: ({ before, after }) => `Was ${before}, is ${after}.` },
  user_gone: { describe: () => 'Is gone.' },
  add_on_purchase_added: { describe: ({ after }) => `Is new: ${after}.` },
  add_on_purchase_changed: { describe: ({ before, after }) => `Was ${before}, is ${after}.` },
  add_on_purchase_gone: { describe: ({ before }) => `Is gone; was ${before}.` },
  seat_refused: {
    /** `before` is the outcome that the pending seat came to, `after` what it means. */
    describe: ({ after }) => `Did not get the pending seat. ${after}`,
  },
  removal_refused: {
    /** As of `seat_refused`. */
    describe: ({ after }) => `Keeps the seat that was to be taken back. ${after}`,
  },
  seat_gained: { describe: ({ addOn }) => `Holds a ${nameOf(addOn)} seat now.` },
  seat_lost: { describe: ({ addOn }) => `Holds no ${nameOf(addOn)} seat any more.` },
  seat_kept: {
    describe: ({ addOn }) => `Keeps the ${nameOf(addOn)} seat: it was given after the snapshot was taken.`,
  },
  holder_not_eligible: {
    /** `after` is the reason. */
    describe: ({ after }) =>
      `Holds a seat and is not eligible. ${describeIneligibility(after ?? '')} GitLab takes the seat at its next refresh.`,
  },
  seats_exceeded: {
    /** `before` is the quantity, `after` the number of seats held. */
    describe: ({ before, after }) =>
      `Seats held: ${after}, seats bought: ${before}, so ${Number(after) - Number(before)} too many. ` +
      'At its next refresh GitLab takes the surplus without telling anybody: first from holders without recorded use, ' +
      'latest assigned first, then from holders with use, oldest use first.',
  },
} as const satisfies Record<string, { describe(change: SyncChange): string }>

export type SyncChangeCode = keyof typeof syncChanges

export const syncChangeCodes = Object.keys(syncChanges) as SyncChangeCode[]

function nameOf(addOn: AddOn | null): string {
  return addOn === null ? 'GitLab Duo' : addOns[addOn].product
}

/** The change as a sentence whose subject is the user or the purchase. */
export function describeSyncChange(change: SyncChange): string {
  return syncChanges[change.change].describe(change)
}

/** Changes of seats by how far they were pushed. */
export type PushedCounts = Record<Pushed, number>

/** A finished sync, read back from the store. */
export interface SyncReport {
  takenAt: Instant
  subscription: Subscription
  /** How many of each change; a code that did not occur is left out. */
  counts: Partial<Record<SyncChangeCode, number>>
  /** Users whose activity days alone are newer: no change worth a row. */
  activityUpdated: number
  /** What became of the changes that were pending when the sync began; null when there were none. */
  pushed: PushedCounts | null
  /** Sentences about the subscription: tier, version, age. */
  warnings: string[]
  /** All changes, or those of some codes, in the order of the table of changes. Every call starts again. */
  readChanges(codes?: readonly SyncChangeCode[]): Iterable<SyncChange>
}
