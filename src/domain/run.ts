import type { AddOn } from './add-on.ts'
import type { Instant } from './day.ts'
import type { ReclaimFinding } from './reclaim.ts'
import type { Result } from './result.ts'
import type { RunCommand } from './run-command.ts'
import type { RunRefusal } from './run-refusal.ts'
import type { ResultSummary } from './summarize.ts'

export interface RunFacts {
  /** Null in a dry run, which is not recorded. */
  id: number | null
  command: RunCommand
  addOn: AddOn
  /** Full path of the top-level group; null on Self-Managed. */
  group: string | null
  dryRun: boolean
  /** The store is linked to a GitLab, so results have a push state. */
  linked: boolean
  startedAt: Instant
  finishedAt: Instant
}

/** The seats of a run in numbers. */
export interface SeatTotals {
  /** Users who need a seat they do not have and may have one. */
  needed: number
  /** Users who lose their seat, or would lose it if the run were not refused. */
  removals: number
  /** Free seats without the changes of the run, by the last count; below 0 after the quantity shrank. */
  freeBefore: number
  freeAfter: number
}

export interface RunSummary extends SeatTotals, Omit<ResultSummary, 'given' | 'taken' | 'pushed'> {
  /** Why the run was refused as a whole before anything was written; null for a run that was not. */
  refusal: RunRefusal | null
}

/** A finished run. Its results are read again on each call. */
export interface RunReport {
  run: RunFacts
  summary: RunSummary
  /** What `reclaim` found; null for other commands and for runs of the past. */
  finding: ReclaimFinding | null
  /** All results in order. */
  readResults(): Iterable<Result>
  /** The failed results that a user can correct, in order: no repeats and nothing pending. */
  readRejects(): Iterable<Result>
}

/** Who started a run, and where. */
export interface RunActor {
  /** Name of the system user. */
  actor: string
  host: string
  pid: number
  /** `CI_JOB_URL`, where it is set. */
  ciJobUrl: string | null
}

/** A run that was opened and never finished: its process has ended, and it changed nothing. */
export interface CutOffRun {
  id: number
  command: RunCommand
  source: string | null
  startedAt: Instant
  host: string
}

/** Whether GitLab has not answered yet for some result of the run. */
export function isPending({ summary: { outcomes } }: Pick<RunReport, 'summary'>): boolean {
  return (outcomes.pending ?? 0) + (outcomes.pending_removal ?? 0) > 0
}
