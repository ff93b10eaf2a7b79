import { countFreeSeats, type PurchaseInUse } from '../domain/add-on.ts'
import { dayOf, type Instant } from '../domain/day.ts'
import { AssignmentPlan } from '../domain/plan.ts'
import type { Result } from '../domain/result.ts'
import type { RunActor, RunReport, RunResults, RunSummary, TokenUser } from '../domain/run.ts'
import { findRefusal, findShortage, type RunRefusal } from '../domain/run-refusal.ts'
import { countUnclear, summarize } from '../domain/summarize.ts'
import type { Order } from '../orders/order.ts'
import { chooseActivePurchase } from '../seats/choose-purchase.ts'
import { requireSubscription } from '../seats/require-subscription.ts'
import type { WorkContext } from '../session.ts'
import type { PreviewResults } from '../store/preview-results.ts'
import type { Store } from '../store/store.ts'
import type { RecordedSubscription } from '../store/subscriptions.ts'
import { recordDecisions } from './record-decisions.ts'
import type { GitLabState } from './refresh-from-gitlab.ts'
import { makeRunSummary } from './run-summary.ts'
import { suggestUsers } from './suggest-users.ts'

export interface OpenRun {
  id: number
  startedAt: Instant
}

/** Recorded in the audit trail. */
export interface RunCaller extends RunActor {
  /** Null if GitLab was not asked. */
  tokenUser: TokenUser | null
}

export interface DecidedRun {
  id: number
  purchaseId: number
  report: RunReport
}

interface DecisionContext extends WorkContext {
  store: Store
  /** Null if GitLab was not read. */
  gitlab: GitLabState | null
  /** Changes become pending. */
  linked: boolean
  /** Undefined if no confirmation was asked. */
  agreedRemovals: ReadonlySet<number> | undefined
  /** Copies the results of a run that is about to be refused; null where no temporary file can be written. */
  keepPlan: (results: Iterable<Result>) => Promise<PreviewResults | null>
}

/** @throws UserError when no purchase can be changed */
export function openRun(
  { command, addOn, recorded, source }: Order,
  caller: RunCaller,
  { store, readClock }: Pick<DecisionContext, 'store' | 'readClock'>,
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
export async function decideRun(run: OpenRun, order: Order, context: DecisionContext): Promise<DecidedRun> {
  const { store, readClock, linked } = context
  const now = readClock()
  const subscription = requireSubscription(store)
  const { offering, url: site, takenAt: syncedAt } = subscription
  const purchase = choosePurchase(order.addOn, store, now)
  const freeBefore = countFreeBefore(purchase, context)
  const plan = new AssignmentPlan({ offering, free: freeBefore, agreedRemovals: context.agreedRemovals })

  const source = { store, purchase, free: freeBefore, today: dayOf(now) }
  const { batches, finding } = await order.source.readRequests(source)
  const claims = { linked, syncedAt, now, isChecked: context.gitlab?.isChecked ?? (() => false) }
  const listRows = await recordDecisions(run.id, batches, { plan, site, purchase, claims }, order, context)
  const results = summarize(plan.tallies)
  const counted = { freeBefore, listRows, unclearRows: countUnclear(results) }
  const refusal = findRunRefusal(plan, purchase, order, counted)
  const isRefused = refusal !== null && !order.dryRun
  const finishedAt = readClock()
  const { needed, removals } = plan
  const totals = { needed, removals, freeBefore }
  const planned = makeRunSummary(results, totals, refusal)
  const recount = () => makeRunSummary(store.results.summarize(run.id), totals, refusal)
  const discarded = isRefused ? await discardPlan(run.id, refusal, planned, context) : null
  // Counting a million results in the store takes a second, and the plan has counted them unless they have changed since.
  const summary = isRefused ? recount() : planned
  const removalLimit = order.maxRemovals && { cap: order.maxRemovals, held: purchase.assigned }
  const decided = { summary, finding, removalLimit, plan: discarded, finishedAt }
  finishRun(run, purchase, order, decided, store)
  // Changes are written last: they are about the purchase that is recorded with the end of the run.
  if (!order.dryRun) writeChanges(run.id, plan, finishedAt, context)
  const isRecounted = linked && !order.dryRun && !isRefused
  const end = { ...decided, summary: isRecounted ? recount() : summary }
  return reportRun(run, purchase, order, end, { ...context, subscription })
}

async function discardPlan(
  runId: number,
  refusal: RunRefusal,
  summary: RunSummary,
  { store, keepPlan }: DecisionContext,
): Promise<RunResults | null> {
  const rows = await keepPlan(store.results.read(runId))
  store.results.refuse(runId, refusal)
  return rows && { summary, ...suggestUsers(rows, store) }
}

/** By GitLab's own count if it was read: an old GitLab hides ineligible holders. */
function countFreeBefore(purchase: PurchaseInUse, { gitlab }: DecisionContext): number {
  const reading = gitlab?.purchases.find(({ id }) => id === purchase.id)
  if (reading === undefined) return countFreeSeats(purchase)
  const unconfirmed = purchase.assigned - purchase.confirmed
  return reading.quantity - reading.assigned - unconfirmed
}

function findRunRefusal(
  { needed, removals, short, takesUnagreed }: AssignmentPlan,
  { assigned: held }: PurchaseInUse,
  order: Order,
  counted: { freeBefore: number; listRows: number; unclearRows: number },
): RunRefusal | null {
  return findRefusal({ needed, removals, short, held, takesUnagreed, ...counted }, order)
}

function writeChanges(
  runId: number,
  { removals }: AssignmentPlan,
  finishedAt: Instant,
  { store, linked }: DecisionContext,
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

interface RunEnd extends Pick<RunReport, 'summary' | 'finding' | 'removalLimit' | 'plan'> {
  finishedAt: Instant
}

function finishRun(
  { id }: OpenRun,
  { id: addOnPurchaseId }: PurchaseInUse,
  { source }: Order,
  { summary, finishedAt }: RunEnd,
  store: Store,
): void {
  const { needed, removals, freeBefore, freeAfter, refusal } = summary
  const facts = { addOnPurchaseId, sourceSha256: source.file?.sha256 ?? null, finishedAt, refusal }
  store.runs.finish(id, { needed, removals, freeBefore, freeAfter, ...facts })
}

function reportRun(
  { id, startedAt }: OpenRun,
  { id: purchaseId, addOn }: PurchaseInUse,
  { command, dryRun }: Order,
  { finishedAt, ...end }: RunEnd,
  { store, linked, gitlab, subscription }: DecisionContext & { subscription: RecordedSubscription },
): DecidedRun {
  const { group, takenAt } = subscription
  const origin = {
    linked,
    isGitLabAsked: gitlab !== null,
    syncedAt: linked ? takenAt : null,
    hiddenAddresses: store.links.findHiddenAddresses(),
  }
  const shortage = findShortage(end.summary.refusal, end.summary)
  const report: RunReport = {
    run: {
      id: dryRun ? null : id,
      command,
      addOn,
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
  return { id, purchaseId, report }
}
