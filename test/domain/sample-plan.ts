import fc from 'fast-check'
import type { Candidate } from '../../src/domain/candidate.ts'
import { type Outcome, outcomes as outcomesByCode } from '../../src/domain/outcome.ts'
import type { Resolution as AnyResolution } from '../../src/domain/people/judge-person.ts'
import type { Request, RequestAction } from '../../src/domain/request.ts'
import { type Decision, type PlanOptions, RunPlan } from '../../src/domain/run-plan.ts'
import { summarize } from '../../src/domain/summarize.ts'
import { userStates } from '../../src/domain/user.ts'
import { makeRunSummary } from '../../src/runs/run-summary.ts'

export type Resolution = AnyResolution<Candidate>

/** One request of a plan. */
export interface Wish {
  action: RequestAction
  resolution: Resolution
  idleSince?: Request['idleSince']
}

export const unknown: Resolution = { outcome: 'user_not_found', detail: 'username' }

export function makeCandidate(
  userId: number,
  facts: Partial<Candidate> = {},
): Resolution & { user: Candidate } {
  const username = `user${userId}`
  return {
    user: {
      userId,
      username,
      state: 'active',
      type: 'human',
      member: true,
      isGone: false,
      holdsSeat: false,
      isPending: false,
      ...facts,
    },
    formerName: null,
  }
}

export function makeHolder(userId: number, facts: Partial<Candidate> = {}): Resolution & { user: Candidate } {
  return makeCandidate(userId, { holdsSeat: true, ...facts })
}

export function give(resolution: Resolution): Wish {
  return { action: 'give', resolution }
}

export function take(resolution: Resolution, idleSince?: Wish['idleSince']): Wish {
  return { action: 'take', resolution, idleSince }
}

/** Decides wishes in their order. By default, two seats are free. */
export function decideAll(wishes: readonly Wish[], options: Partial<PlanOptions> = {}) {
  const planOptions: PlanOptions = { offering: 'self-managed', free: 2, ...options }
  const plan = new RunPlan(planOptions)
  const decisions = wishes.map(({ action, resolution, idleSince }) =>
    plan.decide(action, resolution, idleSince === undefined ? {} : { idleSince }),
  )
  const outcomes = decisions.map(({ outcome }) => outcome)
  return { plan, decisions, outcomes, totals: addUp(plan, planOptions.free) }
}

/** The totals of a decided plan as a run reports them. */
function addUp({ tallies, needed, removals }: RunPlan, free: number) {
  const { refusal: _, ...totals } = makeRunSummary(
    summarize(tallies),
    { needed, removals, freeBefore: free },
    null,
  )
  return totals
}

const anyCandidate = fc.record({
  userId: fc.integer({ min: 1, max: 12 }),
  state: fc.constantFrom(...userStates),
  type: fc.constantFrom('human', 'human', 'human', 'project_bot', 'ghost'),
  member: fc.boolean(),
  holdsSeat: fc.boolean(),
})

/** Users with any facts, and any list of them: some names are unknown, some are repeated. */
export const anyList: fc.Arbitrary<Resolution[]> = fc
  .tuple(
    fc.uniqueArray(anyCandidate, { selector: ({ userId }) => userId, maxLength: 12 }),
    fc.array(fc.nat({ max: 14 }), { maxLength: 40 }),
  )
  .map(([users, picks]) =>
    picks.map((pick): Resolution => {
      const facts = users[pick]
      return facts === undefined ? unknown : makeCandidate(facts.userId, facts)
    }),
  )

const anyAction: fc.Arbitrary<RequestAction> = fc.constantFrom(
  'give',
  'give',
  'take',
  'take',
  'report',
  'skip_changed',
)

/** Any requests about any list. */
export const anyWishes: fc.Arbitrary<Wish[]> = fc
  .tuple(anyList, fc.array(anyAction, { minLength: 40, maxLength: 40 }))
  .map(([list, actions]) =>
    list.map((resolution, index): Wish => ({ action: actions[index] ?? 'give', resolution })),
  )

export const anyOptions: fc.Arbitrary<PlanOptions> = fc.record({
  offering: fc.constantFrom('self-managed', 'gitlab.com'),
  free: fc.integer({ min: -3, max: 12 }),
})

/** Ids of the users with a pending change. */
export const anyPending = fc.uniqueArray(fc.integer({ min: 1, max: 12 })).map((ids) => new Set(ids))

/** The same requests, with some facts of each user replaced. */
export function changeUsers(
  wishes: readonly Wish[],
  change: (user: Candidate) => Partial<Candidate>,
): Wish[] {
  return wishes.map(({ resolution, ...wish }) => {
    if (!('user' in resolution)) return { ...wish, resolution }
    return {
      ...wish,
      resolution: { ...resolution, user: { ...resolution.user, ...change(resolution.user) } },
    }
  })
}

export function count(outcomes: readonly Outcome[], wanted: Outcome): number {
  return outcomes.filter((outcome) => outcome === wanted).length
}

export function countEach(outcomes: readonly Outcome[]): Partial<Record<Outcome, number>> {
  return Object.fromEntries(outcomes.map((outcome) => [outcome, count(outcomes, outcome)]))
}

/** A duplicate fails where its first decision does. */
export function countFailed(decisions: readonly Pick<Decision, 'outcome' | 'duplicateOf'>[]): number {
  const firsts = decisions.map(({ outcome, duplicateOf }) =>
    duplicateOf === null ? outcome : (decisions[duplicateOf - 1]?.outcome ?? outcome),
  )
  return firsts.filter((outcome) => outcomesByCode[outcome].status !== 'done').length
}
