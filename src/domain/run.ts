import type { AddOn } from './add-on.ts'
import type { RemovalLimit } from './cap.ts'
import type { Instant } from './day.ts'
import type { HiddenAddresses } from './hidden-addresses.ts'
import { outcomeCodes, outcomes } from './outcome.ts'
import type { ReclaimFinding } from './reclaim.ts'
import type { Result } from './result.ts'
import type { RunCommand } from './run-command.ts'
import type { RunRefusal } from './run-refusal.ts'
import type { Shortage } from './shortage.ts'
import type { ResultSummary } from './summarize.ts'

export interface RunFacts {
  /** Null in a dry run, which is not recorded. */
  id: number | null
  command: RunCommand
  addOn: AddOn
  group: string | null
  dryRun: boolean
  linked: boolean
  /** False also with `--no-push`, and for past runs. */
  isGitLabAsked: boolean
  /** The last complete reading of the linked GitLab; null without a link, and for past runs. */
  syncedAt: Instant | null
  /** Null in a store that is not linked. */
  hiddenAddresses: HiddenAddresses | null
  /** Null unless the run was refused for want of seats. */
  shortage: Shortage | null
  startedAt: Instant
  finishedAt: Instant
}

export interface SeatTotals {
  needed: number
  /** Includes those of a refused run. */
  removals: number
  /** By the last count, without the run's own changes; below 0 after the quantity shrank. */
  freeBefore: number
  freeAfter: number
}

export interface RunSummary extends SeatTotals, Omit<ResultSummary, 'pushed'> {
  refusal: RunRefusal | null
}

/** Read again on each call. */
export interface RunResults {
  summary: RunSummary
  readResults(): Iterable<Result>
  /** Failed results in order, without repeats and pending ones. */
  readRejects(): Iterable<Result>
  /** Rows about the same user behind the first one, by the user's id. */
  countRepeats(): ReadonlyMap<number, number>
}

export interface RunReport extends RunResults {
  run: RunFacts
  /** Null for other commands than `reclaim`, and for past runs. */
  finding: ReclaimFinding | null
  /** Null for past runs. */
  removalLimit: RemovalLimit | null
  /** The decisions of a refused run, which were discarded; null for a dry run, which has them as results, and for past runs. */
  plan: RunResults | null
}

export interface RunActor {
  actor: string
  host: string
  pid: number
  /** `CI_JOB_URL`. */
  ciJobUrl: string | null
  /** `GITLAB_USER_LOGIN`: the GitLab user who started the CI job. */
  ciUser: string | null
}

/** The user of the token. */
export interface TokenUser {
  userId: number
  username: string
}

/** The process ended before the run, which changed nothing. */
export interface CutOffRun {
  id: number
  command: RunCommand
  source: string | null
  startedAt: Instant
  host: string
}

/** Also if GitLab has not confirmed the changes yet. */
export function changesSeats({ run, summary }: Pick<RunReport, 'run' | 'summary'>): boolean {
  return !run.dryRun && summary.given + summary.taken > 0
}

/** GitLab has not answered for some result. */
export function isPending({ summary }: Pick<RunReport, 'summary'>): boolean {
  return outcomeCodes.some((code) => outcomes[code].status === 'pending' && summary.outcomes[code])
}
