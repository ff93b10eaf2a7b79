import type { AddOn } from './add-on.ts'
import type { Instant } from './day.ts'
import type { HiddenAddresses } from './hidden-addresses.ts'
import type { Outcome } from './outcome.ts'
import type { Result, ResultContext } from './result.ts'
import type { RunActor, SeatTotals } from './run.ts'
import type { RunCommand } from './run-command.ts'
import { findShortage, type RunRefusal } from './run-refusal.ts'

/** By name in snake_case; null for an option that was not given. */
export type RecordedOptions = Readonly<Record<string, string | number | boolean | null | readonly string[]>>

/** Facts that the end of a run decides are null for an unfinished run. */
export interface RecordedRun extends RunActor {
  id: number
  command: RunCommand
  /** At the time of the run. */
  addOn: AddOn
  /** Today's add-on of the same purchase. */
  purchaseAddOn: AddOn
  addOnPurchaseId: number
  /** The user of the token; null if GitLab was not asked, and for runs before 0.2.0. */
  gitlabUserId: number | null
  gitlabUsername: string | null
  options: RecordedOptions
  /** Path as typed, `-` for standard input, null for typed names. */
  source: string | null
  sourceSha256: string | null
  startedAt: Instant
  finishedAt: Instant | null
  refusal: RunRefusal | null
  needed: number | null
  removals: number | null
  freeBefore: number | null
  freeAfter: number | null
}

/** `cut_off`: the process ended before the run, which changed nothing. */
export type RunState = 'finished' | 'refused' | 'running' | 'cut_off'

export type IsAtWork = (run: Pick<RunActor, 'host' | 'pid'>) => boolean

export function judgeRunState(run: RecordedRun, isAtWork: IsAtWork): RunState {
  if (run.finishedAt === null) return isAtWork(run) ? 'running' : 'cut_off'
  return run.refusal !== null ? 'refused' : 'finished'
}

/** 0 for facts that an unfinished run lacks. */
export function totalsOf({ needed, removals, freeBefore }: RecordedRun): Omit<SeatTotals, 'freeAfter'> {
  return { needed: needed ?? 0, removals: removals ?? 0, freeBefore: freeBefore ?? 0 }
}

export interface ListedRun {
  run: RecordedRun
  state: RunState
  rows: number
  /** Outcomes without results are left out. */
  outcomes: Partial<Record<Outcome, number>>
  result: Result | null
  hiddenAddresses: HiddenAddresses | null
}

export function contextOf({ run, hiddenAddresses }: ListedRun): ResultContext {
  const { addOn, refusal } = run
  return { addOn, dryRun: false, hiddenAddresses, shortage: findShortage(refusal, totalsOf(run)) }
}

export interface PastUser {
  userId: number
  username: string
  isGone: boolean
  /** Known by the name that was asked for before, not today. */
  isFormer: boolean
}

export interface RunList {
  user: PastUser | null
  /** Newest first, read again on each call. */
  readRuns(): Iterable<ListedRun>
}
