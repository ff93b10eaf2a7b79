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

export interface ListRunsOptions {
  /** Only runs that were started then or later. */
  since: Instant | null
  /** Only runs with a result about this user: a username, an email address or a user id. */
  user: string | null
  limit: number | null
}

/** @throws UserError when the store is empty, or when the name of the user does not mean one */
export function listRuns(store: Store, options: ListRunsOptions, isAtWork: IsAtWork): RunList {
  requireSubscription(store)
  const user = options.user === null ? null : findPastUser(store, options.user)
  return { user, readRuns: () => readRuns(store, options, user, isAtWork) }
}

/** Reads the results of a run when its turn comes, so that a list cut short reads no more than it shows. */
function* readRuns(
  store: Store,
  { since, limit }: ListRunsOptions,
  user: PastUser | null,
  isAtWork: IsAtWork,
): Iterable<ListedRun> {
  let left = limit ?? Number.POSITIVE_INFINITY
  for (const run of store.runs.list(since)) {
    const result = user === null ? null : store.results.findOfUser(run.id, user.userId)
    if (user !== null && result === null) continue
    const { rows, outcomes } = store.results.summarize(run.id)
    yield { run, state: judgeRunState(run, isAtWork), rows, outcomes, result }
    left -= 1
    if (left === 0) return
  }
}
