import type { AddOn } from './add-on.ts'
import type { Instant } from './day.ts'
import type { PlanTotals, RunRefusal } from './plan.ts'
import type { Result } from './result.ts'

/** Commands that change seats. */
export type RunCommand =
  | 'assign'
  | 'bulk-assign'
  | 'unassign'
  | 'bulk-unassign'
  | 'apply'
  | 'reclaim'
  | 'undo'

/** Those that ask about holders whom nobody named: what they change depends on who holds a seat, and on who uses it. */
export const commandsAboutHolders: readonly RunCommand[] = ['apply', 'reclaim', 'undo']

export interface RunFacts {
  /** Null in a dry run, which leaves nothing behind. */
  id: number | null
  command: RunCommand
  addOn: AddOn
  dryRun: boolean
  /** The store is linked to a GitLab, so that results tell how far they were pushed. */
  linked: boolean
  startedAt: Instant
  finishedAt: Instant
}

export interface RunSummary extends PlanTotals {
  /** Why the run was refused as a whole before anything was written; null where it was not. */
  refusal: RunRefusal | null
}

/** A finished run, read back from the store. */
export interface RunReport {
  run: RunFacts
  summary: RunSummary
  /** All results in order. Every call starts again. */
  readResults(): Iterable<Result>
  /** Only the results without success that somebody can mend, in order: no duplicates, and nothing that is pending. */
  readRejects(): Iterable<Result>
}

/** Who started a run, and where: for the audit trail, and to tell whether it is still at work. */
export interface RunActor {
  /** Name of the system user. */
  actor: string
  host: string
  pid: number
  /** `CI_JOB_URL`, where the environment tells it. */
  ciJobUrl: string | null
}

/** A run that was opened and never finished: its process is gone, and it changed nothing. */
export interface CutOffRun {
  id: number
  command: RunCommand
  source: string | null
  startedAt: Instant
  host: string
}

/** Whether GitLab has still to answer for something that the run asks for. */
export function isPending({ summary: { outcomes } }: RunReport): boolean {
  return (outcomes.pending ?? 0) + (outcomes.pending_removal ?? 0) > 0
}
