import { type AddOn, countFreeSeats, type PurchaseInUse } from '../domain/add-on.ts'
import { dayOf, type Instant } from '../domain/day.ts'
import { AssignmentPlan, type Decision, type PlanTotals, type ShortagePolicy } from '../domain/plan.ts'
import type { Request, RequestSource } from '../domain/request.ts'
import { resolveUser } from '../domain/resolve.ts'
import type { RunActor, RunCommand, RunReport, RunSummary } from '../domain/run.ts'
import type { GitLab } from '../gitlab/gitlab.ts'
import type { Store } from '../store/store.ts'
import { chooseActivePurchase } from './choose-purchase.ts'
import type { FreshState } from './prepare-linked-run.ts'
import type { LeftoverTotals } from './push-pending.ts'
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

export interface OpenRun {
  id: number
  startedAt: Instant
}

/** A run whose results and seats are written. */
export interface DecidedRun {
  id: number
  purchaseId: number
  report: RunReport
}

/** Notes in the store that a run has begun. */
export function openRun(options: RunOptions, context: RunContext): OpenRun {
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

/**
 * Decides all requests, and writes results and seats, inside a transaction of the caller. The purchase is chosen again: a sync
 * may have come since the run was opened.
 *
 * @param fresh what GitLab was asked just before, if it was
 */
export async function executeRun(
  run: OpenRun,
  options: RunOptions,
  context: RunContext,
  fresh: FreshState | null,
): Promise<DecidedRun> {
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

  const report = reportRun(run, purchase.addOn, { ...plan.totals, refused }, finishedAt, options, context)
  return { id: run.id, purchaseId: purchase.id, report }
}

/** A run as it was decided; its results are read when they are needed. */
function reportRun(
  { id, startedAt }: OpenRun,
  addOn: AddOn,
  summary: RunSummary,
  finishedAt: Instant,
  { command, dryRun }: RunOptions,
  { store, link }: RunContext,
): RunReport {
  const run = { id: dryRun ? null : id, command, addOn, dryRun, linked: link !== null, startedAt, finishedAt }
  return {
    run,
    summary,
    readResults: () => store.results.read(id),
    readRejects: () => store.results.readRejects(id),
  }
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
