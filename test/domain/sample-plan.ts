import fc from 'fast-check'
import { type Outcome, outcomes as outcomesByCode } from '../../src/domain/outcome.ts'
import { AssignmentPlan, type Decision, type PlanOptions } from '../../src/domain/plan.ts'
import type { Request, RequestAction } from '../../src/domain/request.ts'
import type { Candidate, Resolution } from '../../src/domain/resolve.ts'
import { userStates } from '../../src/domain/user.ts'

/** What a plan is asked about one user. */
export interface Wish {
  action: RequestAction
  resolution: Resolution
  idleSince?: Request['idleSince']
}

export const unknown: Resolution = { outcome: 'user_not_found', detail: 'username' }

export const nothingPending = { give: new Set<number>(), take: new Set<number>() }

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
      hidesEmail: false,
      holdsSeat: false,
      ...facts,
    },
  }
}

export function give(resolution: Resolution): Wish {
  return { action: 'give', resolution }
}

/** Two seats are free, but for what is given. */
export function decideAll(wishes: readonly Wish[], options: Partial<PlanOptions> = {}) {
  const plan = new AssignmentPlan({
    offering: 'self-managed',
    free: 2,
    refusal: null,
    pending: nothingPending,
    isStaged: false,
    ...options,
  })
  const decisions = wishes.map(({ action, resolution, idleSince }) =>
    plan.decide(action, resolution, idleSince),
  )
  return { decisions, outcomes: decisions.map(({ outcome }) => outcome), totals: plan.totals }
}

const anyCandidate = fc.record({
  userId: fc.integer({ min: 1, max: 12 }),
  state: fc.constantFrom(...userStates),
  type: fc.constantFrom('human', 'human', 'human', 'project_bot', 'ghost'),
  member: fc.boolean(),
  holdsSeat: fc.boolean(),
})

/** Any users with any facts, and any list over them: some names unknown, some repeated. */
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

export const anyOptions: fc.Arbitrary<PlanOptions> = fc.record({
  offering: fc.constantFrom('self-managed', 'gitlab.com'),
  free: fc.integer({ min: -3, max: 12 }),
  refusal: fc.constantFrom(null, 'too_few_seats'),
  pending: fc.constant(nothingPending),
  isStaged: fc.constant(false),
})

export const anyPending = fc.uniqueArray(fc.integer({ min: 1, max: 12 })).map((ids) => new Set(ids))

export function count(outcomes: readonly Outcome[], wanted: Outcome): number {
  return outcomes.filter((outcome) => outcome === wanted).length
}

export function countEach(outcomes: readonly Outcome[]): Partial<Record<Outcome, number>> {
  return Object.fromEntries(outcomes.map((outcome) => [outcome, count(outcomes, outcome)]))
}

/** A duplicate fails when the decision that it repeats did. */
export function countFailed(decisions: readonly Decision[]): number {
  const firsts = decisions.map(({ outcome, duplicateOf }) =>
    duplicateOf === null ? outcome : (decisions[duplicateOf - 1]?.outcome ?? outcome),
  )
  return firsts.filter((outcome) => outcomesByCode[outcome].success === false).length
}
