import type { Outcome } from '../domain/outcome.ts'
import {
  type IsAtWork,
  judgeRunState,
  type ListedRun,
  type PastUser,
  type RunList,
} from '../domain/recorded-run.ts'
import { UserError } from '../errors.ts'
import { requireSubscription } from '../seats/require-subscription.ts'
import type { RunFilter } from '../store/runs.ts'
import type { Store } from '../store/store.ts'
import { findPastUser } from './find-past-user.ts'

interface ListRunsOptions extends RunFilter {
  user: string | null
  /** Runs with such a result, and with `user` of that user. */
  outcome: Outcome | null
  limit: number | null
}

/** @throws UserError when the store is empty, or the name does not match one user */
export function listRuns(store: Store, options: ListRunsOptions, isAtWork: IsAtWork): RunList {
  requireSubscription(store)
  const user = options.user === null ? null : findPastUser(store, options.user)
  return { user, readRuns: () => readRuns(store, options, user, isAtWork) }
}

/** @throws UserError without a finished run */
export function findLastRun(store: Store, isAtWork: IsAtWork): number {
  for (const run of store.runs.list()) if (judgeRunState(run, isAtWork) === 'finished') return run.id
  throw new UserError('usage', 'The store has no finished run.', 'To list the runs: duo-seats runs')
}

/** Results are read run by run: a short list reads no more than it shows. */
function* readRuns(
  store: Store,
  { outcome, limit, ...filter }: ListRunsOptions,
  user: PastUser | null,
  isAtWork: IsAtWork,
): Iterable<ListedRun> {
  const hiddenAddresses = store.links.findHiddenAddresses()
  let left = limit ?? Number.POSITIVE_INFINITY
  for (const run of store.runs.list(filter)) {
    const result = user === null ? null : store.results.findOfUser(run.id, user.userId)
    if (user !== null && result === null) continue
    const { rows, outcomes } = store.results.summarize(run.id)
    const isWanted =
      result === null
        ? (code: Outcome) => (outcomes[code] ?? 0) > 0
        : (code: Outcome) => result.outcome === code
    if (outcome !== null && !isWanted(outcome)) continue
    yield { run, state: judgeRunState(run, isAtWork), rows, outcomes, result, hiddenAddresses }
    left -= 1
    if (left === 0) return
  }
}
