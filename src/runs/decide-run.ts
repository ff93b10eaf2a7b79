import type { PurchaseInUse } from '../domain/add-on.ts'
import { dayOf, type Instant } from '../domain/day.ts'
import type { RunActor, RunReport, RunSummary, TokenUser } from '../domain/run.ts'
import { findShortage, type RunRefusal } from '../domain/run-refusal.ts'
import type { Order } from '../orders/order.ts'
import { chooseActivePurchase } from '../seats/choose-purchase.ts'
import { requireSubscription } from '../seats/require-subscription.ts'
import { PreviewResults } from '../store/preview-results.ts'
import type { Store } from '../store/store.ts'
import type { RecordedSubscription } from '../store/subscriptions.ts'
import { type PlanContext, planRun } from './plan-run.ts'
import { makeRunSummary } from './run-summary.ts'
import { suggestUsers } from './suggest-users.ts'

export interface OpenRun {
  id: number
  startedAt: Instant
}

/** Recorded in the audit trail. */
interface RunCaller extends RunActor {
  /** Null if GitLab was not asked. */
  tokenUser: TokenUser | null
}

export interface DecidedRun {
  id: number
  purchase: PurchaseInUse
  report: RunReport
  /** The results that a refusal discarded: the plan of the report reads them until they are closed. */
  discarded: PreviewResults | null
}

/** @throws UserError when no purchase can be changed */
export function openRun(
  { command, addOn, recorded, source }: Order,
  caller: RunCaller,
  { store, readClock }: Pick<PlanContext, 'store' | 'readClock'>,
): OpenRun {
  const startedAt = readClock()
  requireSubscription(store)
  const purchase = choosePurchase(addOn, store, startedAt)
  const id = store.runs.open({
    ...caller,
    command,
    addOnPurchaseId: purchase.id,
    options: { ...recorded, ...source.recorded },
    source: source.file?.name ?? null,
    startedAt,
  })
  return { id, startedAt }
}

function choosePurchase(addOn: Order['addOn'], store: Store, now: Instant): PurchaseInUse {
  return chooseActivePurchase(store.addOnPurchases.listKnown(), addOn, dayOf(now))
}

/** Inside a transaction of the caller. The purchase is chosen again: a sync may have come after the opening. */
export async function decideRun(run: OpenRun, order: Order, context: PlanContext): Promise<DecidedRun> {
  const { store, readClock, linked } = context
  const now = readClock()
  const subscription = requireSubscription(store)
  const purchase = choosePurchase(order.addOn, store, now)
  const { planned, finding } = await planRun(run.id, order, { purchase, subscription, now }, context)
  const { refusal } = planned
  const isRefused = refusal !== null && !order.dryRun
  const finishedAt = readClock()
  const discarded = isRefused ? await discardResults(run.id, refusal, store) : null
  const plan = discarded && { summary: planned, ...suggestUsers(discarded, store) }
  const totals = isRefused ? { ...planned, freeAfter: planned.freeBefore } : planned
  finishRun(run, purchase, order, { ...totals, finishedAt }, store)
  // Changes are written last: they are about the purchase that is recorded with the end of the run.
  if (!order.dryRun) writeChanges(run.id, planned, finishedAt, context)
  // Counting a million results in the store takes a second, and the plan has counted them unless they have changed since.
  const areChanged = isRefused || (linked && !order.dryRun)
  const summary = areChanged ? makeRunSummary(store.results.summarize(run.id), planned, refusal) : planned
  const removalLimit = order.maxRemovals && { cap: order.maxRemovals, held: purchase.assigned }
  const end = { summary, finding, removalLimit, plan, finishedAt }
  const report = reportRun(run, purchase, order, end, { ...context, subscription })
  return { id: run.id, purchase, report, discarded }
}

/** @returns a copy of the discarded results; null where no temporary file can be written */
async function discardResults(
  runId: number,
  refusal: RunRefusal,
  { results }: Store,
): Promise<PreviewResults | null> {
  const copy = await PreviewResults.open().catch(() => null)
  try {
    copy?.copy(results.read(runId))
    results.refuse(runId, refusal)
    return copy
  } catch (error) {
    copy?.close()
    throw error
  }
}

function writeChanges(
  runId: number,
  { removals }: RunSummary,
  finishedAt: Instant,
  { store, linked }: PlanContext,
): void {
  if (linked) {
    store.pendingChanges.record(runId, finishedAt)
    return
  }
  // Looking for removals reads all results.
  if (removals > 0) store.seats.take(runId)
  store.seats.give(runId, finishedAt)
  store.history.recordRun(runId, finishedAt)
}

function finishRun(
  { id }: OpenRun,
  { id: addOnPurchaseId }: PurchaseInUse,
  { source }: Order,
  { needed, removals, freeBefore, freeAfter, refusal, finishedAt }: RunSummary & { finishedAt: Instant },
  store: Store,
): void {
  const facts = { addOnPurchaseId, sourceSha256: source.file?.sha256 ?? null, finishedAt, refusal }
  store.runs.finish(id, { needed, removals, freeBefore, freeAfter, ...facts })
}

interface RunEnd extends Pick<RunReport, 'summary' | 'finding' | 'removalLimit' | 'plan'> {
  finishedAt: Instant
}

function reportRun(
  { id, startedAt }: OpenRun,
  purchase: PurchaseInUse,
  { command, dryRun }: Order,
  { finishedAt, ...end }: RunEnd,
  { store, linked, gitlab, subscription }: PlanContext & { subscription: RecordedSubscription },
): RunReport {
  const { group, takenAt } = subscription
  const origin = {
    linked,
    isGitLabAsked: gitlab !== null,
    syncedAt: linked ? takenAt : null,
    hiddenAddresses: store.links.findHiddenAddresses(),
  }
  const shortage = findShortage(end.summary.refusal, end.summary)
  return {
    run: {
      id: dryRun ? null : id,
      command,
      addOn: purchase.addOn,
      group,
      dryRun,
      ...origin,
      shortage,
      startedAt,
      finishedAt,
    },
    ...end,
    ...suggestUsers(store.results.ofRun(id), store),
  }
}
