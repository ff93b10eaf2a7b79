import { type AddOn, addOns } from './add-on.ts'
import { formatCount } from './count-words.ts'
import { addDays, type Instant } from './day.ts'
import { describeLikelyLoss, type Ineligibility } from './ineligibility.ts'
import type { PastUser } from './recorded-run.ts'

/** The key is the code in JSON and CSV. */
const historyChanges = {
  given: () => 'Seat assigned.',
  taken: () => 'Seat removed.',
  found: () => 'GitLab shows a new seat.',
  lost: () => 'GitLab no longer shows the seat.',
  bought: ({ after }) => `Seats bought: ${formatCount(after ?? '')}.`,
  quantity_changed: ({ before, after }) =>
    `Seats bought: ${formatCount(before ?? '')} before, ${formatCount(after ?? '')} now.`,
  renewed: ({ after }) => `Renewed, valid until ${lastDayOf(after)}.`,
  term_changed: ({ before, after }) => `Valid until ${lastDayOf(after)}, before until ${lastDayOf(before)}.`,
  replaced: ({ before, after }) => `${nameOf(before)} was replaced by ${nameOf(after)}.`,
  over: () => 'GitLab no longer shows the purchase.',
} as const satisfies Record<string, (event: Pick<HistoryEvent, 'before' | 'after'>) => string>

export type HistoryChange = keyof typeof historyChanges

export const historyChangeCodes = Object.keys(historyChanges) as HistoryChange[]

/** Runs of this store, and syncs that found a change in GitLab. */
export const historySources = ['run', 'gitlab'] as const

export type HistorySource = (typeof historySources)[number]

/** Only those of runs and older snapshots are certain: a sync sees what changed, not why. */
const causes = {
  run: () => '',
  not_eligible: ({ reason }) => describeLikelyLoss(reason ?? 'not_eligible'),
  purchase_over: () => 'Likely because the purchase is over.',
  purchase_shrank: () => 'Likely because more seats were held than bought: GitLab removes the surplus.',
  refresh: () => 'Likely by a refresh of GitLab: the user was not eligible before.',
  changed_in_gitlab: ({ change }) => byAdministrator.get(change) ?? '',
  purchase_renewed: () => 'Likely back with the purchase.',
  older_snapshot: () => 'By a sync with an older snapshot.',
  pending_change: () => 'Likely by a change of this store that was pending.',
  first_sync: () => 'Found by the first sync.',
  before_history: () => 'From before the store kept a history.',
} as const satisfies Record<string, (event: Pick<HistoryEvent, 'change' | 'reason'>) => string>

export type HistoryCause = keyof typeof causes

const byAdministrator: ReadonlyMap<HistoryChange, string> = new Map([
  ['found', 'Likely assigned in GitLab.'],
  ['lost', 'Likely removed in GitLab.'],
])

export interface HistoryEvent {
  /** From 1, in the order in which the store saw the events. */
  number: number
  /** The commit of the run, GitLab's confirmation, or the sync that saw the change. */
  at: Instant
  /** The sync before: the change came between the two. Null if known exactly, and for a first sync. */
  since: Instant | null
  addOnPurchaseId: number
  /** As it was then. */
  addOn: AddOn
  userId: number | null
  username: string | null
  change: HistoryChange
  cause: HistoryCause
  reason: Ineligibility | null
  runId: number | null
  /** System user of the run. */
  actor: string | null
  /** GitLab user of the run's token. */
  gitlabUsername: string | null
  /** For a purchase: its quantity, `expires_on` (exclusive) or add-on. */
  before: string | null
  after: string | null
}

export interface HistoryList {
  user: PastUser | null
  linked: boolean
  /** The last sync: later changes in GitLab are not known yet. */
  syncedAt: Instant
  /** Newest first, read again on each call. */
  readEvents(): Iterable<HistoryEvent>
}

/** @returns a sentence for the change, and one for the likely cause */
export function describeHistoryEvent(event: HistoryEvent): string {
  // It may be older than the store.
  if (event.change === 'found' && event.cause === 'first_sync') return 'The first sync found the seat.'
  const sentences = [historyChanges[event.change](event), causes[event.cause](event)]
  return sentences.filter((sentence) => sentence !== '').join(' ')
}

/** @param time of the last sync, as the reader sees times */
export function describeKnownUntil(time: string): string {
  return `Changes in GitLab are known up to the sync of ${time}.`
}

function nameOf(addOn: string | null): string {
  return addOn !== null && addOn in addOns ? addOns[addOn as AddOn].product : String(addOn)
}

/** @param expiresOn exclusive; null if unknown */
function lastDayOf(expiresOn: string | null): string {
  return expiresOn === null ? 'an unknown day' : addDays(expiresOn, -1)
}
