import type { RunReport } from '../domain/run.ts'
import { patientLockWait, type StoreContext } from '../session.ts'
import type { DecidedRun } from './decide-run.ts'
import { makeRunSummary } from './run-summary.ts'

/**
 * Records the totals after GitLab's answers.
 *
 * @param free by GitLab's own count; null if it was not asked again
 */
export async function concludePush(
  { id, report }: DecidedRun,
  free: number | null,
  context: StoreContext,
): Promise<RunReport> {
  const { store, readClock } = context
  const results = store.results.summarize(id)
  const { given, taken, short } = results
  // Other users may have got seats since the plan.
  const freeBefore = free === null ? report.summary.freeBefore : free + given - taken
  // A user refused for a reason of their own needs no seat, or loses none.
  const totals = { needed: given + short, removals: taken, freeBefore }
  const summary = makeRunSummary(results, totals, null)
  const finishedAt = readClock()
  const { freeAfter } = summary
  await store.transact(
    () => store.runs.finishPush(id, { ...totals, freeAfter, finishedAt }),
    patientLockWait(context),
  )
  return { ...report, run: { ...report.run, finishedAt }, summary }
}
