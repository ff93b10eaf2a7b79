import { countFreeSeats, type PurchaseInUse } from '../domain/add-on.ts'
import { dayOf, type Instant } from '../domain/day.ts'
import type { RunReport, RunSummary } from '../domain/run.ts'
import { RunPlan } from '../domain/run-plan.ts'
import { findRefusal } from '../domain/run-refusal.ts'
import { countUnclear, summarize } from '../domain/summarize.ts'
import type { PurchaseReading } from '../gitlab/readings.ts'
import type { Order } from '../orders/order.ts'
import type { StoreContext } from '../session.ts'
import type { RecordedSubscription } from '../store/subscriptions.ts'
import { recordDecisions } from './record-decisions.ts'
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
  const claims = { linked, syncedAt, now, unseenHolders, isChecked: gitlab?.isChecked ?? (() => false) }
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
