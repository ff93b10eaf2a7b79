import type { PurchaseInUse } from '../domain/add-on.ts'
import type { Candidate } from '../domain/candidate.ts'
import { contradictsId, judgePerson, type ListFacts, type Resolution } from '../domain/people/judge-person.ts'
import type { Request, RequestBatch } from '../domain/request.ts'
import type { RunPlan } from '../domain/run-plan.ts'
import type { Order } from '../orders/order.ts'
import type { StoreContext } from '../session.ts'
import type { DecidedRequest } from '../store/result-insertion.ts'
import type { MatchedRequest } from '../store/user-matches.ts'
import { type ClaimContext, dateClaim } from './date-claim.ts'

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
export async function recordDecisions(
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
    const matched = store.userMatches.find(batch.requests, rules.purchase.id)
    list = { ...list, hasForeignIds: list.hasForeignIds || hasForeignIds(matched) }
    const resolved = matched.map((row) => ({ request: row.request, resolution: resolve(row, list) }))
    store.results.record(runId, rows + 1, decideBatch(batch.action, resolved, rules))
    store.results.recordFormerNames(runId, rows + 1, resolved)
    rows += resolved.length
    listRows += batch.requests.filter(({ idSource }) => idSource !== 'store').length
    tell({ kind: 'rows_decided', rows, done: source.file?.progress ?? 1 })
  }
  return listRows
}

interface ResolvedRequest {
  request: Request
  resolution: Resolution<Candidate>
}

/** A row decides about rows above it only within a batch, which is a whole file of usual size. */
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
