import { NumberByUser } from './number-by-user.ts'
import type { Outcome } from './outcome.ts'
import type { Resolution } from './resolve.ts'
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

export interface PlanTotals {
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
  /** Which decision named a user first. */
  readonly #firstDecisions = new NumberByUser()
  #decided = 0
  #needed = 0
  #given = 0

  constructor(options: PlanOptions) {
    this.#options = options
  }

  decide(resolution: Resolution): Decision {
    this.#decided += 1
    if ('outcome' in resolution) return { ...resolution, userId: null, reason: null, duplicateOf: null }

    const { user } = resolution
    const decision: Decision = {
      outcome: 'duplicate',
      userId: user.userId,
      reason: null,
      detail: null,
      duplicateOf: this.#firstDecisions.get(user.userId) || null,
    }
    if (decision.duplicateOf !== null) return decision

    this.#firstDecisions.set(user.userId, this.#decided)
    if (user.holdsSeat) return { ...decision, outcome: 'already_assigned' }
    const reason = findIneligibility(user, this.#options.offering)
    if (reason !== null) return { ...decision, outcome: 'invalid_user_membership', reason }
    return { ...decision, outcome: this.#takeSeat() }
  }

  #takeSeat(): 'assigned' | 'no_seats_available' | 'not_attempted' {
    this.#needed += 1
    if (this.#needed > this.#options.free) return 'no_seats_available'
    if (this.#options.refused) return 'not_attempted'
    this.#given += 1
    return 'assigned'
  }

  get totals(): PlanTotals {
    const { free } = this.#options
    return {
      needed: this.#needed,
      freeBefore: free,
      freeAfter: free - this.#given,
      short: Math.max(0, this.#needed - Math.max(0, free)),
    }
  }
}
