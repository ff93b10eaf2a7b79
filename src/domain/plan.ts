import { NumberByUser } from './number-by-user.ts'
import { type Outcome, outcomeCodes, outcomes } from './outcome.ts'
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
  /** Free seats before the plan; below zero after the quantity shrank. */
  freeBefore: number
  freeAfter: number
  /** How many of the needed seats are missing, 0 or more. */
  short: number
}

export interface PlanOptions {
  offering: Offering
  free: number
  /** The run is refused as a whole: whoever could have had a seat is `not_attempted`. */
  refused: boolean
  /** Users whose seat the linked GitLab has not confirmed yet. */
  pending: ReadonlySet<number>
  /** The outcome of whoever gets a seat; in a linked store it is `pending` until GitLab confirms it. */
  given: 'assigned' | 'pending'
}

/**
 * Decides requests in file order, one outcome each, without touching anything. It keeps no request, so that a plan of a
 * million rows is as small as one of ten.
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

  constructor(options: PlanOptions) {
    this.#options = options
  }

  decide(resolution: Resolution): Decision {
    this.#rows += 1
    const decision = 'user' in resolution ? this.#decideUser(resolution.user) : decideNobody(resolution)
    this.#counts.set(decision.outcome, this.#count(decision.outcome) + 1)
    if (outcomes[decision.outcome].success === false) this.#failed += 1
    return decision
  }

  #decideUser(user: Candidate): Decision {
    const { userId } = user
    const first = this.#firstDecisions.get(userId)
    if (first !== 0) return this.#repeat(userId, first)

    const reason = user.holdsSeat ? null : findIneligibility(user, this.#options.offering)
    const outcome = this.#judge(user, reason)
    this.#firstDecisions.set(userId, outcomes[outcome].success ? this.#rows : -this.#rows)
    return { outcome, userId, reason, detail: null, duplicateOf: null }
  }

  #repeat(userId: number, first: number): Decision {
    if (first < 0) this.#failed += 1
    return { outcome: 'duplicate', userId, reason: null, detail: null, duplicateOf: Math.abs(first) }
  }

  #judge(user: Candidate, reason: Ineligibility | null): Outcome {
    const { free, refused, pending, given } = this.#options
    if (user.holdsSeat) return pending.has(user.userId) ? 'pending' : 'already_assigned'
    if (reason !== null) return 'invalid_user_membership'
    if (this.#needed >= free) return 'no_seats_available'
    if (refused) return 'not_attempted'
    this.#given += 1
    return given
  }

  #count(outcome: Outcome): number {
    return this.#counts.get(outcome) ?? 0
  }

  get #needed(): number {
    return this.#given + this.#count('not_attempted') + this.#count('no_seats_available')
  }

  get totals(): PlanTotals {
    const { free } = this.#options
    return {
      rows: this.#rows,
      outcomes: Object.fromEntries([...this.#counts].filter(([, count]) => count > 0)),
      failed: this.#failed,
      needed: this.#needed,
      freeBefore: free,
      freeAfter: free - this.#given,
      short: this.#count('no_seats_available'),
    }
  }
}

/** Nobody, or nobody in particular, is meant. */
function decideNobody({ outcome, detail }: Exclude<Resolution, { user: Candidate }>): Decision {
  return { outcome, userId: null, reason: null, detail, duplicateOf: null }
}
