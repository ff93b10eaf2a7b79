import { countFreeAfter } from '../domain/plan.ts'
import { type IsAtWork, judgeRunState, type RecordedRun, type RunState } from '../domain/recorded-run.ts'
import type { RunReport, RunSummary } from '../domain/run.ts'
import { UserError } from '../errors.ts'
import type { ResultSummary } from '../store/results.ts'
import type { Store } from '../store/store.ts'
import { requireSubscription } from './require-subscription.ts'

/** A run of the past, and what it printed when it was finished; null of a run that has no end. */
export interface ShownRun {
  run: RecordedRun
  state: RunState
  report: RunReport | null
}

/** @throws UserError when the store is empty or when no run has the number */
export function showRun(store: Store, id: number, isAtWork: IsAtWork): ShownRun {
  requireSubscription(store)
  const run = store.runs.find(id)
  if (run === null)
    throw new UserError('usage', `There is no run ${id}.`, 'List the runs there are with "duo-seats runs".')
  return { run, state: judgeRunState(run, isAtWork), report: recallReport(store, run) }
}

function recallReport(store: Store, run: RecordedRun): RunReport | null {
  const { id, command, addOn, startedAt, finishedAt } = run
  if (finishedAt === null) return null
  const results = store.results.summarize(id)
  return {
    run: { id, command, addOn, dryRun: false, linked: isLinked(store, results), startedAt, finishedAt },
    summary: recallSummary(run, results),
    readResults: () => store.results.read(id),
    readRejects: () => store.results.readRejects(id),
  }
}

/** What was pushed once is told after an unlinking, too. */
function isLinked({ links }: Store, { confirmed, pending, refused }: ResultSummary): boolean {
  return links.find() !== null || confirmed + pending + refused > 0
}

/**
 * A run that was refused names nobody who goes without: what is missing follows from the numbers. What a push refused, or an
 * unlinking gave up, after the run was written down has left other seats free than the plan said.
 */
function recallSummary(run: RecordedRun, { rows, outcomes, failed, refused }: ResultSummary): RunSummary {
  const { refusal, needed, removals, freeBefore } = run
  const freeAfter = refused > 0 ? countFreeAfter(freeBefore ?? 0, outcomes) : run.freeAfter
  const missing = Math.max(0, (needed ?? 0) - Math.max(0, (freeBefore ?? 0) + (removals ?? 0)))
  return {
    rows,
    outcomes,
    failed,
    needed: needed ?? 0,
    removals: removals ?? 0,
    freeBefore: freeBefore ?? 0,
    freeAfter: freeAfter ?? 0,
    short: refusal !== null ? missing : (outcomes.no_seats_available ?? 0),
    refusal,
  }
}
