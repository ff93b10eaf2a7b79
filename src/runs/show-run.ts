import { countChanges } from '../domain/plan.ts'
import { type IsAtWork, judgeRunState, type RecordedRun, type RunState } from '../domain/recorded-run.ts'
import type { RunReport, RunSummary } from '../domain/run.ts'
import { UserError } from '../errors.ts'
import { requireSubscription } from '../seats/require-subscription.ts'
import type { ResultSummary } from '../store/results.ts'
import type { Store } from '../store/store.ts'

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
 * A run that was refused names nobody who goes without: what is missing follows from the numbers. The seats free afterwards are
 * counted from the results as they stand: since the run was written down, a push may have refused some, or an unlinking given up.
 */
function recallSummary(run: RecordedRun, { rows, outcomes, failed, seatless }: ResultSummary): RunSummary {
  const { refusal } = run
  const [needed, removals, freeBefore] = [run.needed ?? 0, run.removals ?? 0, run.freeBefore ?? 0]
  const missing = Math.max(0, needed - Math.max(0, freeBefore + removals))
  const { given, taken } = countChanges({ outcomes, needed, removals })
  return {
    rows,
    outcomes,
    failed,
    needed,
    removals,
    freeBefore,
    freeAfter: freeBefore - given + taken,
    short: refusal !== null ? missing : seatless,
    refusal,
  }
}
