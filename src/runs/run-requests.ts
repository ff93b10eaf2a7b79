import { countChanges } from '../domain/plan.ts'
import type { RunReport } from '../domain/run.ts'
import { UserError } from '../errors.ts'
import type { GitLab } from '../gitlab/gitlab.ts'
import { pushFresh, pushLeftovers } from '../push/push-pending.ts'
import { type DecidedRun, executeRun, openRun } from './decide-run.ts'
import { type FreshState, prepareLinkedRun } from './prepare-linked-run.ts'
import type { RunContext, RunOptions } from './run-context.ts'

/**
 * Decides all requests of a source in one transaction: each gets one result, and the seats are changed as a whole or not
 * at all. In a linked store they are pending then, and are pushed to GitLab at once.
 *
 * @returns what was reported; of a dry run the results are gone
 * @throws UserError when no purchase takes changes or when the input is malformed, before anything is written; and, after the
 *   report, when GitLab did not take all changes or the push was interrupted
 */
export async function runRequests(options: RunOptions, context: RunContext): Promise<RunReport> {
  if (options.dryRun) return rehearseRun(options, context)
  const { report, failure } = await carryOut(options, context)
  await context.report(report)
  if (failure !== null) throw failure
  return report
}

interface CarriedOut {
  report: RunReport
  /** Why GitLab has not answered for all of it: thrown once the report is there, row by row. */
  failure: UserError | null
}

async function carryOut(options: RunOptions, context: RunContext): Promise<CarriedOut> {
  const connect = context.link?.connect ?? null
  if (connect === null) return { report: (await commitRun(options, context, null)).report, failure: null }
  // Connected once the lock is held: the wait for it must not use up the time for GitLab.
  return context.store.holdPushLock(() => commitAndPush(connect, options, context), context)
}

async function rehearseRun(options: RunOptions, context: RunContext): Promise<RunReport> {
  const connect = context.link?.connect ?? null
  const fresh = connect && (await prepareLinkedRun({ ...context, ...options, connect }))
  return context.store.rehearse(async () => {
    await fresh?.record()
    const { report } = await executeRun(openRun(options, context), options, context, fresh)
    await context.report(report)
    return report
  }, context)
}

/** The opening is committed on its own, so that a run that is killed leaves a trace. */
async function commitRun(
  options: RunOptions,
  context: RunContext,
  fresh: FreshState | null,
): Promise<DecidedRun> {
  const { store } = context
  const run = await store.transact(async () => {
    await fresh?.record()
    return openRun(options, context)
  }, context)
  try {
    return await store.transact(() => executeRun(run, options, context, fresh), context)
  } catch (error) {
    store.runs.discardUnfinished(run.id)
    throw error
  }
}

async function commitAndPush(
  connect: (signal: AbortSignal) => Promise<GitLab>,
  options: RunOptions,
  context: RunContext,
): Promise<CarriedOut> {
  const connectAndTidy = async (signal: AbortSignal) => {
    const gitlab = await connect(signal)
    signal.throwIfAborted()
    requireChanges(gitlab)
    await tidyUp(gitlab, context)
    return gitlab
  }
  const fresh = await prepareLinkedRun({ ...context, ...options, connect: connectAndTidy })
  const run = await commitRun(options, context, fresh)
  if (run.report.summary.refusal !== null) return { report: run.report, failure: null }
  const push = { ...context, gitlab: fresh.gitlab, onProgress: context.onPush.bind(null, 'this_run') }
  const { failure, free } = await pushFresh(run.purchaseId, push)
  return { report: concludePush(run, free, context), failure }
}

/** What earlier commands left pending goes first, so that the plan starts from what GitLab has confirmed. */
async function tidyUp(gitlab: GitLab, context: RunContext): Promise<void> {
  const onProgress = context.onPush.bind(null, 'earlier_runs')
  const leftovers = await pushLeftovers({ ...context, gitlab, onProgress })
  if (leftovers !== null) context.onLeftovers(leftovers)
}

/** @throws UserError where GitLab is too old: what is staged for it could never be pushed */
function requireChanges({ version, capabilities }: GitLab): void {
  if (capabilities.givesSeats && capabilities.takesSeats) return
  throw new UserError(
    'failed',
    `GitLab ${version} neither gives nor takes seats over its API. Nothing was written.`,
    'It needs GitLab 16.8: update it, or change the seats in its Admin area and run "duo-seats sync".',
  )
}

/**
 * The run as GitLab's answers left it.
 *
 * @param free how many seats are free by GitLab's own count; null where it was not asked again
 */
function concludePush(
  { id, report }: DecidedRun,
  free: number | null,
  { store, readClock }: RunContext,
): RunReport {
  const { run, summary } = report
  const { outcomes, failed, seatless } = store.results.summarize(id)
  const { given, taken } = countChanges({ ...summary, outcomes })
  // Others may have taken some since the plan.
  const freeBefore = free === null ? summary.freeBefore : free + given - taken
  const pushed = {
    finishedAt: readClock(),
    // Whom GitLab refused for a reason of their own needs no seat, or loses none.
    needed: Math.min(summary.needed, given + seatless),
    removals: taken,
    freeBefore,
    freeAfter: freeBefore - given + taken,
  }
  store.runs.finishPush(id, pushed)
  const { finishedAt, ...totals } = pushed
  return {
    ...report,
    run: { ...run, finishedAt },
    summary: { ...summary, ...totals, outcomes, failed, short: seatless },
  }
}
