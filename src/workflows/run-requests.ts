import { type AddOn, countFreeSeats, type PurchaseInUse } from '../domain/add-on.ts'
import { dayOf, type Instant } from '../domain/day.ts'
import { AssignmentPlan, type Decision, type PlanTotals, type ShortagePolicy } from '../domain/plan.ts'
import type { Request, RequestSource } from '../domain/request.ts'
import { resolveUser } from '../domain/resolve.ts'
import type { RunActor, RunCommand, RunReport } from '../domain/run.ts'
import { UserError } from '../errors.ts'
import type { GitLab } from '../gitlab/gitlab.ts'
import type { Store } from '../store/store.ts'
import { chooseActivePurchase } from './choose-purchase.ts'
import { type FreshState, prepareLinkedRun } from './prepare-linked-run.ts'
import { describeUnfinishedPush, type LeftoverTotals, pushFresh, pushLeftovers } from './push-pending.ts'
import { requireSubscription } from './require-subscription.ts'

export interface RunOptions {
  command: RunCommand
  /** Null where the store has only one active purchase. */
  addOn: AddOn | null
  onShortage: ShortagePolicy
  dryRun: boolean
}

/** The GitLab that the store is linked to. */
export interface RunLink {
  /** Connects to it; null: changes are staged and not pushed. */
  connect: (() => Promise<GitLab>) | null
}

/** What a run needs from outside. */
export interface RunContext {
  store: Store
  source: RequestSource
  /** Null in a store that is not linked. */
  link: RunLink | null
  actor: RunActor
  readClock: () => Instant
  signal: AbortSignal
  /** Called after each batch with the number of requests decided so far. */
  onProgress: (requests: number) => void
  /** Called after each answer to a push of what this run gives, or of what earlier ones left. */
  onPush: (of: 'this_run' | 'earlier_runs', settled: number, total: number) => void
  /** Called when seats of earlier runs were pushed first. */
  onLeftovers: (totals: LeftoverTotals) => void
  /** Lets timers and signals through. */
  pause: () => Promise<void>
  /** Called once when another process is writing to the store. */
  onWait: () => void
  /** Called with the finished run: after the commit, or just before a dry run is rolled back. */
  report: (report: RunReport) => Promise<void>
}

interface OpenRun {
  id: number
  startedAt: Instant
}

/**
 * Decides all requests of a source in one transaction: each gets one result, and the seats are given as a whole or not at
 * all. In a linked store they are pending then, and are pushed to GitLab at once.
 *
 * @returns what was reported; of a dry run the results are gone
 * @throws UserError when no purchase takes changes or when the input is malformed, before anything is written; and, after the
 *   report, when GitLab did not take all changes
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
  /** Why GitLab has not answered for all of it. */
  failure: UserError | null
}

async function carryOut(options: RunOptions, context: RunContext): Promise<CarriedOut> {
  const connect = context.link?.connect ?? null
  if (connect === null) return { report: (await commitRun(options, context, null)).report, failure: null }
  // Connected once the lock is held: the wait for it must not use up the time for GitLab.
  return context.store.holdPushLock(async () => commitAndPush(await connect(), options, context), context)
}

async function rehearseRun(options: RunOptions, context: RunContext): Promise<RunReport> {
  const connect = context.link?.connect ?? null
  const fresh = connect && (await prepareLinkedRun({ ...context, gitlab: await connect() }))
  return context.store.rehearse(async () => {
    await fresh?.record()
    const { report } = await executeRun(openRun(options, context), options, context, fresh)
    await context.report(report)
    return report
  }, context)
}

interface CommittedRun {
  id: number
  purchaseId: number
  report: RunReport
}

/** The opening is committed on its own, so that a run that is killed leaves a trace. */
async function commitRun(
  options: RunOptions,
  context: RunContext,
  fresh: FreshState | null,
): Promise<CommittedRun> {
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

/** What earlier commands left pending goes first, so that the plan starts from what GitLab has confirmed. */
async function commitAndPush(gitlab: GitLab, options: RunOptions, context: RunContext): Promise<CarriedOut> {
  requireGiving(gitlab)
  const { onPush } = context
  const leftovers = await pushLeftovers({
    ...context,
    gitlab,
    onProgress: (...progress) => onPush('earlier_runs', ...progress),
  })
  if (leftovers !== null) context.onLeftovers(leftovers)
  const fresh = await prepareLinkedRun({ ...context, gitlab })
  const run = await commitRun(options, context, fresh)
  const push = { ...context, gitlab, onProgress: onPush.bind(null, 'this_run') }
  const failure = await collectFailure(context.store, () => pushFresh(run.purchaseId, push))
  return { report: concludePush(run, context), failure }
}

/** @throws UserError where GitLab is too old: what is staged for it could never be pushed */
function requireGiving({ version, capabilities }: GitLab): void {
  if (capabilities.givesSeats) return
  throw new UserError(
    'failed',
    `GitLab ${version} gives no seats over its API. Nothing was written.`,
    'It needs GitLab 16.8: update it, or give the seats in its Admin area and run "duo-seats sync".',
  )
}

/** A push that GitLab ends is reported row by row first. */
async function collectFailure(
  { pendingSeats }: Store,
  push: () => Promise<unknown>,
): Promise<UserError | null> {
  try {
    await push()
    return null
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return describeUnfinishedPush(error, pendingSeats.count())
  }
}

/** The run as GitLab's answers left it. */
function concludePush({ id, report }: CommittedRun, { store, readClock }: RunContext): RunReport {
  const { run, summary } = report
  const { outcomes, failed } = store.results.summarize(id)
  const {
    assigned = 0,
    pending = 0,
    no_seats_available: short = 0,
    not_attempted: notAttempted = 0,
  } = outcomes
  const freeAfter = summary.freeBefore - assigned - pending
  const finishedAt = readClock()
  store.runs.finishPush(id, { finishedAt, freeAfter })
  return {
    ...report,
    run: { ...run, finishedAt },
    summary: { ...summary, outcomes, failed, freeAfter, short: short + notAttempted },
  }
}

function openRun(options: RunOptions, context: RunContext): OpenRun {
  const startedAt = context.readClock()
  const id = context.store.runs.open({
    ...context.actor,
    command: options.command,
    addOnPurchaseId: choosePurchase(options, context).id,
    options: { add_on: options.addOn, on_shortage: options.onShortage },
    source: context.source.name,
    startedAt,
  })
  return { id, startedAt }
}

function choosePurchase({ addOn }: RunOptions, { store, readClock }: RunContext): PurchaseInUse {
  requireSubscription(store)
  return chooseActivePurchase(store.addOnPurchases.list(), addOn, dayOf(readClock()))
}

/** Chooses the purchase again: a sync may have come between the opening of the run and this. */
async function executeRun(
  run: OpenRun,
  options: RunOptions,
  context: RunContext,
  fresh: FreshState | null,
): Promise<CommittedRun> {
  const { store, source, readClock } = context
  const purchase = choosePurchase(options, context)
  const { offering } = requireSubscription(store)
  const isStaged = context.link !== null && !options.dryRun
  const pending = store.pendingSeats.findPending(purchase.id)
  const free = countFree(purchase, fresh, pending.size)
  const given = isStaged ? 'pending' : 'assigned'
  const openPlan = (refused: boolean) => new AssignmentPlan({ offering, free, refused, pending, given })

  const refused =
    options.onShortage === 'fail' && (await surveyTotals(openPlan(false), purchase, context)).short > 0
  const plan = openPlan(refused)
  await recordDecisions(run.id, plan, purchase, context)
  const finishedAt = readClock()
  store.runs.finish(run.id, {
    ...plan.totals,
    addOnPurchaseId: purchase.id,
    sourceSha256: source.sha256,
    finishedAt,
    refused,
  })
  if (isStaged) store.pendingSeats.stage(run.id, finishedAt)
  else store.seats.give(run.id, finishedAt)

  const report = {
    run: {
      id: options.dryRun ? null : run.id,
      command: options.command,
      addOn: purchase.addOn,
      dryRun: options.dryRun,
      linked: context.link !== null,
      startedAt: run.startedAt,
      finishedAt,
    },
    summary: { ...plan.totals, refused },
    readResults: () => store.results.read(run.id),
    readRejects: () => store.results.readRejects(run.id),
  }
  return { id: run.id, purchaseId: purchase.id, report }
}

/** By GitLab's own count where it was asked: an old GitLab hides holders who are not eligible. */
function countFree(purchase: PurchaseInUse, fresh: FreshState | null, pending: number): number {
  const reading = fresh?.purchases.find(({ id }) => id === purchase.id)
  return reading === undefined ? countFreeSeats(purchase) : reading.quantity - reading.assigned - pending
}

/** Decides everything and keeps nothing but the totals. */
async function surveyTotals(
  plan: AssignmentPlan,
  purchase: PurchaseInUse,
  context: RunContext,
): Promise<PlanTotals> {
  for await (const _ of decideBatches(plan, purchase, context)) context.onProgress(plan.totals.rows)
  return plan.totals
}

async function recordDecisions(
  runId: number,
  plan: AssignmentPlan,
  purchase: PurchaseInUse,
  context: RunContext,
): Promise<void> {
  let recorded = 0
  for await (const batch of decideBatches(plan, purchase, context)) {
    context.store.results.record(runId, recorded + 1, batch)
    recorded += batch.length
    context.onProgress(recorded)
  }
}

async function* decideBatches(
  plan: AssignmentPlan,
  purchase: PurchaseInUse,
  { store, source, signal }: RunContext,
): AsyncIterable<[Request, Decision][]> {
  for await (const requests of source.readBatches()) {
    signal.throwIfAborted()
    yield store.users
      .matchRequests(requests, purchase.id)
      .map(({ request, matches }) => [request, plan.decide(resolveUser(request.keys, matches))])
  }
}
