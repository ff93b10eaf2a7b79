import type { AddOn } from './add-on.ts'
import type { Instant } from './day.ts'
import type { Outcome } from './outcome.ts'
import type { Result } from './result.ts'
import type { RunActor } from './run.ts'
import type { RunCommand } from './run-command.ts'
import type { RunRefusal } from './run-refusal.ts'

/** A run as the store recorded it. Facts that are known at its end are null for an unfinished run. */
export interface RecordedRun extends RunActor {
  id: number
  command: RunCommand
  addOn: AddOn
  addOnPurchaseId: number
  /** The options of the run by name in snake_case; null for an option that was not given. */
  options: Readonly<Record<string, string | number | boolean | null>>
  /** The path of the file as typed, `-` for standard input, null for names typed as arguments. */
  source: string | null
  /** SHA-256 of the file in hexadecimal. */
  sourceSha256: string | null
  startedAt: Instant
  finishedAt: Instant | null
  /** Why the run was refused as a whole; null for a run that was not. */
  refusal: RunRefusal | null
  needed: number | null
  removals: number | null
  freeBefore: number | null
  freeAfter: number | null
}

/** `cut_off`: opened and never finished, its process has ended, and it changed nothing. */
export type RunState = 'finished' | 'refused' | 'running' | 'cut_off'

/** Whether the process of a run is alive. A process on another host counts as dead. */
export type IsAtWork = (run: RunActor) => boolean

export function judgeRunState(run: RecordedRun, isAtWork: IsAtWork): RunState {
  if (run.finishedAt === null) return isAtWork(run) ? 'running' : 'cut_off'
  return run.refusal !== null ? 'refused' : 'finished'
}

/** A run with its results, counted. */
export interface ListedRun {
  run: RecordedRun
  state: RunState
  /** The number of results. */
  rows: number
  /** The number of results by outcome; an outcome without results is left out. */
  outcomes: Partial<Record<Outcome, number>>
  /** The result about the user that was asked for; null without such a user. */
  result: Result | null
}

/** A user in past results, who may no longer exist in GitLab. */
export interface PastUser {
  userId: number
  username: string
  isGone: boolean
}

/** A list of runs. */
export interface RunList {
  /** The user whose results are listed; null for all runs. */
  user: PastUser | null
  /** The newest first, read again on each call. */
  readRuns(): Iterable<ListedRun>
}
