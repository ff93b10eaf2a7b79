import type { Instant } from '../domain/day.ts'
import {
  type IsAtWork,
  judgeRunState,
  type ListedRun,
  type PastUser,
  type RunList,
} from '../domain/recorded-run.ts'
import { requireSubscription } from '../seats/require-subscription.ts'
import type { Store } from '../store/store.ts'
import { findPastUser } from './find-past-user.ts'

interface ListRunsOptions {
  since: Instant | null
  user: string | null
  limit: number | null
}

/** @throws UserError when the store is empty, or the name does not match one user */
export function listRuns(store: Store, options: ListRunsOptions, isAtWork: IsAtWork): RunList {
  requireSubscription(store)
  const user = options.user === null ? null : findPastUser(store, options.user)
  return { user, readRuns: () => readRuns(store, options, user, isAtWork) }
}

/** Results are read run by run: a short list reads no more than it shows. */
function* readRuns(
  store: Store,
  { since, limit }: ListRunsOptions,
  user: PastUser | null,
  isAtWork: IsAtWork,
): Iterable<ListedRun> {
  const hiddenAddresses = store.links.findHiddenAddresses()
  let left = limit ?? Number.POSITIVE_INFINITY
  for (const run of store.runs.list(since)) {
    const result = user === null ? null : store.results.findOfUser(run.id, user.userId)
    if (user !== null && result === null) continue
    const { rows, outcomes } = store.results.summarize(run.id)
    yield { run, state: judgeRunState(run, isAtWork), rows, outcomes, result, hiddenAddresses }
    left -= 1
    if (left === 0) return
  }
}
