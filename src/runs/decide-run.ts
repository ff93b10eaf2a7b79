import { type AddOn, countFreeSeats, type PurchaseInUse } from '../domain/add-on.ts'
import { dayOf, type Instant } from '../domain/day.ts'
import { AssignmentPlan, type Decision, type RunRefusal } from '../domain/plan.ts'
import { countAllowedRemovals, formatRemovalCap } from '../domain/removal-cap.ts'
import type { Request } from '../domain/request.ts'
import { type Matches, type Resolution, resolveUser } from '../domain/resolve.ts'
import type { RunReport, RunSummary } from '../domain/run.ts'
import { chooseActivePurchase } from '../seats/choose-purchase.ts'
import { requireSubscription } from '../seats/require-subscription.ts'
import type { Store } from '../store/store.ts'
import type { FreshState } from './prepare-linked-run.ts'
import type { RunContext, RunOptions } from './run-context.ts'

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
    options: {
      add_on: options.addOn,
      on_shortage: options.onShortage,
      max_removals: options.maxRemovals && formatRemovalCap(options.maxRemovals),
      ...options.noted,
    },
    source: context.source.name,
    startedAt,
  })
  return { id, startedAt }
}

function choosePurchase({ addOn }: RunOptions, { store, readClock }: RunContext): PurchaseInUse {
  requireSubscription(store)
  return chooseActivePurchase(store.addOnPurchases.listKnown(), addOn, dayOf(readClock()))
}

/**
 * Decides all requests, and writes results and seats, inside a transaction of the caller. The purchase is chosen again: a sync
 * may have come since the run was opened. A dry run that is refused for the seats it would take shows which: somebody has to
 * see them to allow it.
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
  const free = countFree(purchase, fresh, store)
  const openPlan = (refusal: RunRefusal | null) =>
    new AssignmentPlan({ offering, free, refusal, pending, agreedRemovals: options.agreedRemovals, isStaged })

  let plan = openPlan(null)
  await recordDecisions(run.id, plan, purchase, context)
  const refusal = findRefusal(plan, purchase, options)
  const isShown = options.dryRun && (refusal === 'too_many_removals' || refusal === 'unknown_users')
  if (refusal !== null && !isShown) {
    // Decided again, since few runs are refused and all would pay for a look ahead.
    store.results.discard(run.id)
    plan = openPlan(refusal)
    await recordDecisions(run.id, plan, purchase, context)
  }
  const finishedAt = readClock()
  store.runs.finish(run.id, {
    ...plan.totals,
    addOnPurchaseId: purchase.id,
    sourceSha256: source.sha256,
    finishedAt,
    refusal,
  })
  if (isStaged) store.pendingSeats.stage(run.id, finishedAt)
  else {
    // To look for nobody would take as long as to read all results.
    if (plan.totals.removals > 0) store.seats.take(run.id)
    store.seats.give(run.id, finishedAt)
  }

  const report = reportRun(run, purchase.addOn, { ...plan.totals, refusal }, finishedAt, options, context)
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
function countFree(purchase: PurchaseInUse, fresh: FreshState | null, { pendingSeats }: Store): number {
  const reading = fresh?.purchases.find(({ id }) => id === purchase.id)
  if (reading === undefined) return countFreeSeats(purchase)
  return reading.quantity - reading.assigned - pendingSeats.countUnconfirmed(purchase.id)
}

/** What stands against the run as a whole, by what a plan without refusal came to. */
function findRefusal(
  { totals: { outcomes, removals, short }, takesUnagreed }: AssignmentPlan,
  { assigned }: PurchaseInUse,
  { onShortage, maxRemovals, needsKnownUsers }: RunOptions,
): RunRefusal | null {
  if (needsKnownUsers && removals > 0 && outcomes.user_not_found) return 'unknown_users'
  if (maxRemovals !== null && removals > countAllowedRemovals(maxRemovals, assigned))
    return 'too_many_removals'
  if (takesUnagreed) return 'more_than_agreed'
  return onShortage === 'fail' && short > 0 ? 'too_few_seats' : null
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
  { store, readBatches, signal }: RunContext,
): AsyncIterable<[Request, Decision][]> {
  for await (const { action, requests } of readBatches(purchase)) {
    signal.throwIfAborted()
    yield store.users
      .matchRequests(requests, purchase.id)
      .map(({ request, matches }) => [
        request,
        plan.decide(action, resolve(request, matches), request.idleSince),
      ])
  }
}

function resolve({ keys, isFromStore }: Request, matches: Matches): Resolution {
  const resolution = resolveUser(keys, matches)
  return isFromStore && !('user' in resolution) ? { outcome: 'user_not_found', detail: 'gone' } : resolution
}
