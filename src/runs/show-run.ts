import {
  type IsAtWork,
  judgeRunState,
  type RecordedRun,
  type RunState,
  totalsOf,
} from '../domain/recorded-run.ts'
import type { RunReport } from '../domain/run.ts'
import { findShortage } from '../domain/run-refusal.ts'
import type { ResultSummary } from '../domain/summarize.ts'
import { requireRun } from '../orders/require-run.ts'
import { requireSubscription } from '../seats/require-subscription.ts'
import type { Store } from '../store/store.ts'
import { makeRunSummary } from './run-summary.ts'
import { suggestUsers } from './suggest-users.ts'

/** The report is null for an unfinished run. */
interface ShownRun {
  run: RecordedRun
  state: RunState
  report: RunReport | null
}

/** @throws UserError when the store is empty or no run has the number */
export function showRun(store: Store, id: number, isAtWork: IsAtWork): ShownRun {
  const { group } = requireSubscription(store)
  const run = requireRun(store, id)
  return { run, state: judgeRunState(run, isAtWork), report: recallReport(store, run, group) }
}

/** Counted as they are now: later, a push may refuse results, or an unlink discard some. */
function recallReport(store: Store, run: RecordedRun, group: string | null): RunReport | null {
  const { id, command, addOn, startedAt, finishedAt, refusal } = run
  if (finishedAt === null) return null
  const results = store.results.summarize(id)
  const linked = isLinked(store, results)
  const hiddenAddresses = store.links.findHiddenAddresses()
  const totals = totalsOf(run)
  return {
    run: {
      id,
      command,
      addOn,
      group,
      dryRun: false,
      linked,
      isGitLabAsked: false,
      syncedAt: null,
      hiddenAddresses,
      shortage: findShortage(refusal, totals),
      startedAt,
      finishedAt,
    },
    summary: makeRunSummary(results, totals, refusal),
    finding: null,
    removalLimit: null,
    plan: null,
    ...suggestUsers(store.results.ofRun(id), store),
  }
}

/** Results that were pushed keep their push state after an unlink. */
function isLinked({ links }: Store, { pushed }: ResultSummary): boolean {
  return links.isLinked() || pushed.confirmed + pushed.pending + pushed.refused > 0
}
