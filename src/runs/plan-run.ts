import { countFreeSeats, type PurchaseInUse } from '../domain/add-on.ts'
import type { Candidate } from '../domain/candidate.ts'
import { dayOf, type Instant } from '../domain/day.ts'
import { contradictsId, judgePerson, type ListFacts, type Resolution } from '../domain/people/judge-person.ts'
import type { Request, RequestBatch } from '../domain/request.ts'
import type { RunReport, RunSummary } from '../domain/run.ts'
import { RunPlan } from '../domain/run-plan.ts'
import { findRefusal } from '../domain/run-refusal.ts'
import { splitIntoBatches } from '../domain/split-into-batches.ts'
import { countUnclear, summarize } from '../domain/summarize.ts'
import type { PurchaseReading } from '../gitlab/readings.ts'
import type { Order } from '../orders/order.ts'
import type { StoreContext } from '../session.ts'
import type { DecidedRequest } from '../store/result-insertion.ts'
import type { RecordedSubscription } from '../store/subscriptions.ts'
import type { MatchedRequest } from '../store/user-matches.ts'
import { type ClaimContext, dateClaim } from './date-claim.ts'
import type { GitLabState } from './refresh-from-gitlab.ts'
import { makeRunSummary } from './run-summary.ts'

export interface PlanContext extends StoreContext {
  /** Null if GitLab was not read. */
  gitlab: GitLabState | null
  /** Changes become pending. */
  linked: boolean
  /** Undefined if no confirmation was asked. */
  agreedRemovals: ReadonlySet<number> | undefined
}

interface PlanFacts {
  purchase: PurchaseInUse
  subscription: RecordedSubscription
  now: Instant
}

interface PlannedRun extends Pick<RunReport, 'finding'> {
  /** Before a refusal is applied to the results. */
  planned: RunSummary
}

/** Records the results. */
export async function planRun(
  runId: number,
  order: Order,
  { purchase, subscription, now }: PlanFacts,
  context: PlanContext,
): Promise<PlannedRun> {
  const { store, gitlab, linked, agreedRemovals } = context
  const { offering, url: site, takenAt: syncedAt } = subscription
  const freeBefore = countFreeBefore(purchase, gitlab)
  const plan = new RunPlan({ offering, free: freeBefore, agreedRemovals })
  const source = { store, purchase, free: freeBefore, today: dayOf(now) }
  const { batches, finding } = await order.source.readRequests(source)
  const unseenHolders = countUnseen(purchase, gitlab)
  const claims = { linked, syncedAt, now, unseenHolders, checked: gitlab?.checked ?? 'none' }
  const listRows = await recordDecisions(runId, batches, { plan, site, purchase, claims }, order, context)
  const { needed, removals, short, takesUnagreed } = plan
  const results = summarize(plan.tallies)
  const counted = { freeBefore, listRows, unclearRows: countUnclear(results), held: purchase.assigned }
  const refusal = findRefusal({ needed, removals, short, takesUnagreed, ...counted }, order)
  return { planned: makeRunSummary(results, { needed, removals, freeBefore }, refusal), finding }
}

function countUnseen(purchase: PurchaseInUse, gitlab: GitLabState | null): number {
  const reading = findReading(purchase, gitlab)
  return reading === undefined ? 0 : Math.max(0, reading.assigned - purchase.confirmed)
}

function findReading({ id }: PurchaseInUse, gitlab: GitLabState | null): PurchaseReading | undefined {
  return gitlab?.purchases.find((purchase) => purchase.id === id)
}

/** By GitLab's own count if it was read: an old GitLab hides ineligible holders. */
function countFreeBefore(purchase: PurchaseInUse, gitlab: GitLabState | null): number {
  const reading = findReading(purchase, gitlab)
  if (reading === undefined) return countFreeSeats(purchase)
  const unconfirmed = purchase.assigned - purchase.confirmed
  return reading.quantity - reading.assigned - unconfirmed
}

interface DecisionRules {
  plan: RunPlan
  site: ListFacts['site']
  purchase: PurchaseInUse
  claims: ClaimContext
}

/**
 * Resolves, decides and records the requests, batch by batch.
 *
 * @returns the number of rows that are not from the store
 */
async function recordDecisions(
  runId: number,
  batches: AsyncIterable<RequestBatch>,
  rules: DecisionRules,
  { source }: Order,
  { store, signal, tell }: StoreContext,
): Promise<number> {
  let list: ListFacts = { site: rules.site, hasForeignIds: false }
  let [rows, listRows] = [0, 0]
  for await (const batch of batches) {
    signal.throwIfAborted()
    for (const requests of splitBatch(batch.requests)) {
      const matched = store.userMatches.find(requests, rules.purchase.id)
      list = { ...list, hasForeignIds: list.hasForeignIds || hasForeignIds(matched) }
      const resolved = matched.map((row) => ({ request: row.request, resolution: resolve(row, list) }))
      store.results.record(runId, rows + 1, decideBatch(batch.action, resolved, rules))
      store.results.recordFormerNames(runId, rows + 1, resolved)
      rows += resolved.length
    }
    listRows += batch.requests.filter(({ idSource }) => idSource !== 'store').length
    tell({ kind: 'rows_decided', rows, done: source.file?.progress ?? 1 })
  }
  return listRows
}

const rowsAtOnce = 2_000

interface ResolvedRequest {
  request: Request
  resolution: Resolution<Candidate>
}

/** Small parts need less memory. A row with several keys can decide about all rows of the batch, also those above it. */
function splitBatch(requests: readonly Request[]): readonly Request[][] {
  const isDecidedAtOnce = requests.some(({ keys }) => keys.length > 1)
  return splitIntoBatches(requests, isDecidedAtOnce ? requests.length : rowsAtOnce)
}

function hasForeignIds(matched: readonly MatchedRequest[]): boolean {
  return matched.some(({ request, matches }) => contradictsId(request, matches))
}

function resolve({ request, matches }: MatchedRequest, list: ListFacts): Resolution<Candidate> {
  const resolution = judgePerson(request, matches, list)
  const isGone = request.idSource !== undefined && !('user' in resolution)
  return isGone ? { outcome: 'user_not_found', detail: 'gone' } : resolution
}

function decideBatch(
  action: RequestBatch['action'],
  resolved: readonly ResolvedRequest[],
  { plan, claims }: DecisionRules,
): DecidedRequest[] {
  return resolved.map(({ request, resolution }) => ({
    request,
    decision: dateClaim(plan.decide(action, resolution, request), claims),
  }))
}
