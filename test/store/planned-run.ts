import type { Candidate } from '../../src/domain/candidate.ts'
import { judgePerson } from '../../src/domain/people/judge-person.ts'
import type { RequestAction } from '../../src/domain/request.ts'
import { type Decision, type PlanOptions, RunPlan } from '../../src/domain/run-plan.ts'
import { makeRunSummary } from '../../src/runs/run-summary.ts'
import type { Store } from '../../src/store/store.ts'
import { makeCandidate, type Wish } from '../domain/sample-plan.ts'
import { takeEmptiedStore } from '../support/emptied-store.ts'
import { rowOfUser } from '../support/person-rows.ts'
import {
  makePurchase,
  makeSeat,
  makeSnapshot,
  makeUser,
  recordRun,
  requestRemovals,
  requestSeats,
  sync,
} from './sample-store.ts'

/** A request about a user by id; an id without a user matches no user. */
export interface UserWish {
  action: RequestAction
  userId: number
}

/** A run whose decisions are recorded and not carried out. */
export interface PlannedRun {
  runId: number
  plan: RunPlan
  decisions: Decision[]
  freeBefore: number
}

/** Decides requests about the users of a store by a real plan and records the results. */
export function recordPlan(
  store: Store,
  wishes: readonly UserWish[],
  options: PlanOptions,
  addOnPurchaseId = 1,
): PlannedRun {
  const plan = new RunPlan(options)
  const requests = wishes.map(({ userId }) => ({
    line: null,
    input: String(userId),
    ...rowOfUser(userId),
  }))
  const decisions = store.userMatches
    .find(requests, addOnPurchaseId)
    .map(({ request, matches }, index) =>
      plan.decide(
        wishes[index]?.action ?? 'give',
        judgePerson(request, matches, { site: 'https://gitlab.example.com', hasForeignIds: false }),
      ),
    )
  return { runId: recordRun(store, decisions, addOnPurchaseId), plan, decisions, freeBefore: options.free }
}

/** The totals of a run by its results as they are now. */
export function readTotals(store: Store, { runId, plan, freeBefore }: PlannedRun) {
  const { needed, removals } = plan
  const { refusal: _, ...totals } = makeRunSummary(
    store.results.summarize(runId),
    { needed, removals, freeBefore },
    null,
  )
  return totals
}

/** Opens a store in memory that knows given users, their seats of Duo Pro and their pending changes. */
export async function useCandidates<T>(
  candidates: readonly Candidate[],
  work: (store: Store) => Promise<T>,
): Promise<T> {
  const { store } = takeEmptiedStore()
  await populate(store, candidates)
  return work(store)
}

/** A pending seat is not in GitLab yet; a seat with a pending removal still is. */
async function populate(store: Store, candidates: readonly Candidate[]): Promise<void> {
  const users = candidates.map(({ userId, username, state, type, member }) =>
    makeUser(userId, username, { state, type, member }),
  )
  const held = candidates.filter(({ holdsSeat, isPending }) => holdsSeat !== isPending)
  const seats = held.map(({ userId }) => makeSeat(userId))
  await sync(store, makeSnapshot({ users, seats, addOnPurchases: [makePurchase({ quantity: 100 })] }))
  const listPending = (isGiven: boolean) =>
    candidates.flatMap(({ userId, holdsSeat, isPending }) =>
      isPending && holdsSeat === isGiven ? [userId] : [],
    )
  const [given, taken] = [listPending(true), listPending(false)]
  if (given.length > 0) requestSeats(store, given)
  if (taken.length > 0) requestRemovals(store, taken)
}

/** Candidates with the ids from 1, with the given facts. */
export function makeCandidates(...facts: Partial<Candidate>[]): Candidate[] {
  return facts.map((given, index) => makeCandidate(index + 1, given).user)
}

/** The users of some requests, each once. */
export function listCandidates(wishes: readonly Wish[]): Candidate[] {
  const users = wishes.flatMap(({ resolution }) => ('user' in resolution ? [resolution.user] : []))
  return [...new Map(users.map((user) => [user.userId, user])).values()]
}

/** The same requests by id; a request without a user gets an id that no user has. */
export function toUserWishes(wishes: readonly Wish[]): UserWish[] {
  return wishes.map(({ action, resolution }) => ({
    action,
    userId: 'user' in resolution ? resolution.user.userId : 99,
  }))
}

export function giveTo(...userIds: number[]): UserWish[] {
  return userIds.map((userId) => ({ action: 'give', userId }))
}

export function takeFrom(...userIds: number[]): UserWish[] {
  return userIds.map((userId) => ({ action: 'take', userId }))
}
