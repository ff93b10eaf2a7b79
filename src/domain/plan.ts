import { NumberByUser } from './number-by-user.ts'
import { type Outcome, outcomeCodes, outcomes } from './outcome.ts'
import type { Request, RequestAction } from './request.ts'
import type { Candidate, Resolution } from './resolve.ts'
import { findIneligibility, type Ineligibility, type Offering } from './user.ts'

/** What to do when more users need a seat than are free. */
export const shortagePolicies = ['fill', 'fail'] as const

export type ShortagePolicy = (typeof shortagePolicies)[number]

/** What was decided about one request. */
export interface Decision {
  outcome: Outcome
  userId: number | null
  reason: Ineligibility | null
  detail: string | null
  /** Of a `duplicate`: which decision, counted from 1, named the user first. */
  duplicateOf: number | null
}

/** What the decisions of a plan add up to. */
export interface PlanTotals {
  /** Requests, and so decisions. */
  rows: number
  /** How many decisions of each outcome, in the order of the table of outcomes; one that did not occur is left out. */
  outcomes: Partial<Record<Outcome, number>>
  /** Requests that do not get what they ask for, their duplicates included. */
  failed: number
  /** Users who need a seat they do not have and may have one. */
  needed: number
  /** Users who lose their seat, or would lose it if the run were not refused. */
  removals: number
  /** Free seats without what the run changed, by the last count; below zero after the quantity shrank. */
  freeBefore: number
  freeAfter: number
  /** How many of the needed seats are missing, 0 or more. */
  short: number
}

/** Why a run is refused as a whole before anything is written. */
export type RunRefusal = 'too_few_seats' | 'too_many_removals' | 'more_than_agreed' | 'unknown_users'

export interface PlanOptions {
  offering: Offering
  free: number
  /** Whoever could have had or lost a seat is `not_attempted`; null where the run is not refused. */
  refusal: RunRefusal | null
  /** Users whose change the linked GitLab has not confirmed yet. */
  pending: { give: ReadonlySet<number>; take: ReadonlySet<number> }
  /** Users of whom somebody agreed that they lose their seat; undefined where nobody was asked. */
  agreedRemovals?: ReadonlySet<number> | undefined
  /** Changes are `pending` until the linked GitLab confirms them. */
  isStaged: boolean
}

/**
 * Decides requests in their order, one outcome each, without touching anything. It keeps no request, so that a plan of a
 * million rows is as small as one of ten. A seat that is taken is free for the requests after it.
 *
 * The order of the rules is ours: GitLab checks the seats before the membership; here somebody who can never have a seat is
 * told so even when all seats are taken.
 */
export class AssignmentPlan {
  readonly #options: PlanOptions
  /** Which decision named a user first, counted from 1; as a negative number where it failed. */
  readonly #firstDecisions = new NumberByUser()
  readonly #counts = new Map<Outcome, number>(outcomeCodes.map((code) => [code, 0]))
  #rows = 0
  #failed = 0
  /** Seats that this plan gives; unlike the outcome `pending`, which is also that of whoever waits already. */
  #given = 0
  /** Users who need a seat, whether they get one or not. */
  #needed = 0
  #removals = 0
  #takesUnagreed = false

  constructor(options: PlanOptions) {
    this.#options = options
  }

  decide(
    action: RequestAction,
    resolution: Resolution,
    idleSince: Request['idleSince'] = undefined,
  ): Decision {
    this.#rows += 1
    const decision =
      'user' in resolution
        ? this.#decideUser(action, resolution.user, idleSince ?? null)
        : decideNobody(resolution)
    this.#counts.set(decision.outcome, this.#count(decision.outcome) + 1)
    if (outcomes[decision.outcome].success === false) this.#failed += 1
    return decision
  }

  #decideUser(action: RequestAction, user: Candidate, idleSince: string | null): Decision {
    const { userId } = user
    const first = this.#firstDecisions.get(userId)
    if (first !== 0) return this.#repeat(userId, first)

    const decision = this.#judge(action, user, idleSince)
    this.#firstDecisions.set(userId, outcomes[decision.outcome].success ? this.#rows : -this.#rows)
    return decision
  }

  #repeat(userId: number, first: number): Decision {
    if (first < 0) this.#failed += 1
    return { outcome: 'duplicate', userId, reason: null, detail: null, duplicateOf: Math.abs(first) }
  }

  #judge(action: RequestAction, user: Candidate, idleSince: string | null): Decision {
    if (action === 'give') return this.#judgeGiving(user)
    if (action === 'take') return this.#judgeTaking(user, idleSince)
    return action === 'keep' ? this.#tellSeat(user) : decide(user, 'changed_since')
  }

  #judgeGiving(user: Candidate): Decision {
    if (user.holdsSeat) return this.#tellSeat(user)
    const reason = findIneligibility(user, this.#options.offering)
    if (reason !== null) return decide(user, 'invalid_user_membership', reason)
    const { free, refusal, isStaged } = this.#options
    this.#needed += 1
    if (this.#needed - this.#count('no_seats_available') > free + this.#removals)
      return decide(user, 'no_seats_available')
    if (refusal !== null)
      return decide(user, 'not_attempted', null, refusal === 'too_few_seats' ? null : refusal)
    this.#given += 1
    return decide(user, isStaged ? 'pending' : 'assigned')
  }

  #judgeTaking(user: Candidate, idleSince: string | null): Decision {
    if (!user.holdsSeat) return this.#tellSeat(user)
    const { offering, refusal, agreedRemovals, isStaged } = this.#options
    this.#removals += 1
    if (agreedRemovals?.has(user.userId) === false) this.#takesUnagreed = true
    if (refusal !== null) return decide(user, 'not_attempted', null, refusal)
    const outcome = isStaged ? 'pending_removal' : 'unassigned'
    return decide(user, outcome, findIneligibility(user, offering), idleSince)
  }

  #tellSeat(user: Candidate): Decision {
    const { give, take } = this.#options.pending
    if (user.holdsSeat) return decide(user, give.has(user.userId) ? 'pending' : 'already_assigned')
    return decide(user, take.has(user.userId) ? 'pending_removal' : 'not_assigned')
  }

  #count(outcome: Outcome): number {
    return this.#counts.get(outcome) ?? 0
  }

  /** Whether somebody would lose a seat of whom that was not agreed. */
  get takesUnagreed(): boolean {
    return this.#takesUnagreed
  }

  get totals(): PlanTotals {
    const { free, refusal } = this.#options
    return {
      rows: this.#rows,
      outcomes: Object.fromEntries([...this.#counts].filter(([, count]) => count > 0)),
      failed: this.#failed,
      needed: this.#needed,
      removals: this.#removals,
      freeBefore: free,
      freeAfter: free - this.#given + (refusal === null ? this.#removals : 0),
      short: this.#count('no_seats_available'),
    }
  }
}

/**
 * How many seats a run gives and takes by its results as they stand; what waits for GitLab counts as done. What an earlier run had
 * staged, and this one named again, has the outcome of a change, and is none of its own.
 */
export function countChanges({
  outcomes: counts,
  needed,
  removals,
}: Pick<PlanTotals, 'outcomes' | 'needed' | 'removals'>): { given: number; taken: number } {
  const { assigned = 0, pending = 0, unassigned = 0, pending_removal: pendingRemoval = 0 } = counts
  return {
    given: Math.min(needed, assigned + pending),
    taken: Math.min(removals, unassigned + pendingRemoval),
  }
}

function decide(
  { userId }: Candidate,
  outcome: Outcome,
  reason: Ineligibility | null = null,
  detail: string | null = null,
): Decision {
  return { outcome, userId, reason, detail, duplicateOf: null }
}

/** Nobody, or nobody in particular, is meant. */
function decideNobody({ outcome, detail }: Exclude<Resolution, { user: Candidate }>): Decision {
  return { outcome, userId: null, reason: null, detail, duplicateOf: null }
}
