import type { AddOn } from './add-on.ts'
import type { Instant } from './day.ts'
import type { Outcome } from './outcome.ts'
import type { RunRefusal } from './plan.ts'
import type { Result } from './result.ts'
import type { RunActor, RunCommand } from './run.ts'

/** A run as the store remembers it. What is only known at its end is null in a run that has none. */
export interface RecordedRun extends RunActor {
  id: number
  command: RunCommand
  addOn: AddOn
  addOnPurchaseId: number
  /** The options that decided, by name in snake_case; null where one was not given. */
  options: Readonly<Record<string, string | number | boolean | null>>
  /** The file as it was named, `-` for standard input, null for names typed as arguments. */
  source: string | null
  /** SHA-256 of the file in hexadecimal. */
  sourceSha256: string | null
  startedAt: Instant
  finishedAt: Instant | null
  /** Why it was refused as a whole before anything was written; null where it was not. */
  refusal: RunRefusal | null
  needed: number | null
  removals: number | null
  freeBefore: number | null
  freeAfter: number | null
}

/** `cut_off`: opened and never finished, and its process is gone, so that it changed nothing. */
export type RunState = 'finished' | 'refused' | 'running' | 'cut_off'

/** Whether the process of a run that was opened is still there; of a process on another host nobody knows, and it is not. */
export type IsAtWork = (run: RunActor) => boolean

export function judgeRunState(run: RecordedRun, isAtWork: IsAtWork): RunState {
  if (run.finishedAt === null) return isAtWork(run) ? 'running' : 'cut_off'
  return run.refusal !== null ? 'refused' : 'finished'
}

/** A run with what became of its requests. */
export interface ListedRun {
  run: RecordedRun
  state: RunState
  /** How many results. */
  rows: number
  /** How many results of each outcome; one that did not occur is left out. */
  outcomes: Partial<Record<Outcome, number>>
  /** What became of the user who was asked for; null where nobody was. */
  result: Result | null
}

/** A user whom past results can name, gone from GitLab or not. */
export interface PastUser {
  userId: number
  username: string
  isGone: boolean
}

/** The runs that were asked for. */
export interface RunList {
  /** The one user whose results are wanted; null for all runs. */
  user: PastUser | null
  /** The newest first. Every call starts again. */
  readRuns(): Iterable<ListedRun>
}
