import { type AddOn, countFreeSeats, type PurchaseInUse } from '../domain/add-on.ts'
import { dayOf, type Instant } from '../domain/day.ts'
import { AssignmentPlan, type Decision, type PlanTotals, type ShortagePolicy } from '../domain/plan.ts'
import type { Request, RequestSource } from '../domain/request.ts'
import { resolveUser } from '../domain/resolve.ts'
import type { RunActor, RunCommand, RunReport } from '../domain/run.ts'
import type { Store } from '../store/store.ts'
import { chooseActivePurchase } from './choose-purchase.ts'
import { requireSubscription } from './require-subscription.ts'

export interface RunOptions {
  command: RunCommand
  /** Null where the store has only one active purchase. */
  addOn: AddOn | null
  onShortage: ShortagePolicy
  dryRun: boolean
}

/** What a run needs from outside. */
export interface RunContext {
  store: Store
  source: RequestSource
  actor: RunActor
  readClock: () => Instant
  signal: AbortSignal
  /** Called after each batch with the number of requests decided so far. */
  onProgress: (requests: number) => void
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
 * all.
 *
 * @returns what was reported; of a dry run the results are gone
 * @throws UserError when no purchase takes changes or when the input is malformed; nothing is written then
 */
export async function runRequests(options: RunOptions, context: RunContext): Promise<RunReport> {
  const { store } = context
  if (options.dryRun) {
    return store.rehearse(async () => {
      const finished = await executeRun(openRun(options, context), options, context)
      await context.report(finished)
      return finished
    }, context)
  }
  // Committed on its own, so that a run that is killed leaves a trace.
  const run = await store.transact(async () => openRun(options, context), context)
  const finished = await commitRun(run, options, context)
  await context.report(finished)
  return finished
}

async function commitRun(run: OpenRun, options: RunOptions, context: RunContext): Promise<RunReport> {
  const { store } = context
  try {
    return await store.transact(() => executeRun(run, options, context), context)
  } catch (error) {
    store.runs.discardUnfinished(run.id)
    throw error
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
async function executeRun(run: OpenRun, options: RunOptions, context: RunContext): Promise<RunReport> {
  const { store, source, readClock } = context
  const purchase = choosePurchase(options, context)
  const { offering } = requireSubscription(store)
  const openPlan = (refused: boolean) =>
    new AssignmentPlan({ offering, free: countFreeSeats(purchase), refused })

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
  store.seats.give(run.id, finishedAt)

  return {
    run: {
      id: options.dryRun ? null : run.id,
      command: options.command,
      addOn: purchase.addOn,
      dryRun: options.dryRun,
      startedAt: run.startedAt,
      finishedAt,
    },
    summary: { ...plan.totals, refused },
    readResults: () => store.results.read(run.id),
    readRejects: () => store.results.readRejects(run.id),
  }
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
