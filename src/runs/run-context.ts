import type { AddOn, PurchaseInUse } from '../domain/add-on.ts'
import type { Instant } from '../domain/day.ts'
import type { ShortagePolicy } from '../domain/plan.ts'
import type { RemovalCap } from '../domain/removal-cap.ts'
import type { RequestBatch, RequestSource } from '../domain/request.ts'
import type { RunActor, RunCommand, RunReport } from '../domain/run.ts'
import type { GitLab } from '../gitlab/gitlab.ts'
import type { LeftoverTotals } from '../push/push-pending.ts'
import type { Store } from '../store/store.ts'

export interface RunOptions {
  command: RunCommand
  /** Null where the store has only one active purchase. */
  addOn: AddOn | null
  /** Null where nothing is given. */
  onShortage: ShortagePolicy | null
  /** How many seats it may take; null: no cap. */
  maxRemovals: RemovalCap | null
  /** Users of whom somebody agreed that they lose their seat; undefined where nobody was asked. */
  agreedRemovals?: ReadonlySet<number> | undefined
  /** Whether a name that nobody has stands against the run as a whole where it would take seats. */
  needsKnownUsers?: boolean | undefined
  dryRun: boolean
  /** What else decided, for the audit trail, by option in snake_case. */
  noted: Record<string, string | number | boolean | null>
}

/** The GitLab that the store is linked to. */
export interface RunLink {
  /** Connects to it, unless the signal is aborted first; null: changes are staged and not pushed. */
  connect: ((signal: AbortSignal) => Promise<GitLab>) | null
}

/** What a run needs from outside. */
export interface RunContext {
  store: Store
  /** Whom somebody named; of an undo those whose seats its run changed. */
  source: RequestSource
  /** What is asked for, inside the transaction that decides it. Every reading gives the same. */
  readBatches: (purchase: PurchaseInUse) => AsyncIterable<RequestBatch>
  /** Null in a store that is not linked. */
  link: RunLink | null
  actor: RunActor
  readClock: () => Instant
  signal: AbortSignal
  /** Called after each batch with the number of requests decided so far. */
  onProgress: (requests: number) => void
  /** Called after each answer to a push of what this run changes, or of what earlier ones left. */
  onPush: (of: 'this_run' | 'earlier_runs', settled: number, total: number) => void
  /** Called when seats of earlier runs were pushed first. */
  onLeftovers: (totals: LeftoverTotals) => void
  /** Lets timers and signals through. */
  pause: () => Promise<void>
  /** Called once when another process is writing to the store. */
  onWait: () => void
  /** Called with the finished run: after the commit, or just before a dry run is rolled back. */
  report: (report: RunReport) => Promise<void>
}
