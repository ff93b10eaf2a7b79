import type { Candidate } from './candidate.ts'
import { changeOutcomes } from './change-outcomes.ts'
import { findIneligibility, type Ineligibility } from './ineligibility.ts'
import { NumberByUser } from './number-by-user.ts'
import { type Outcome, outcomeCodes } from './outcome.ts'
import type { Resolution, Unresolved } from './people/judge-person.ts'
import type { Request, RequestAction } from './request.ts'
import type { ResultChange } from './seat-change.ts'
import type { ResultTally } from './summarize.ts'
import type { Offering } from './user.ts'

export interface Decision {
  outcome: Outcome
  change: ResultChange
  userId: number | null
  reason: Ineligibility | null
  detail: string | null
  /** Number, from 1, of the first decision about the user; null unless a `duplicate`. */
  duplicateOf: number | null
}

export interface PlanOptions {
  offering: Offering
  free: number
  /** Undefined if no confirmation was asked. */
  agreedRemovals?: ReadonlySet<number> | undefined
}

/**
 * Decides requests in order. A removed seat is free for later requests. Requests are not kept, so memory stays small.
 *
 * GitLab checks the seats before the membership. This plan reports ineligibility even when all seats are taken.
 */
export class RunPlan {
  readonly #options: PlanOptions
  /** Packed by {@link packFirst}. */
  readonly #firstDecisions = new NumberByUser()
  readonly #tallies = new Map<number, ResultTally>()
  #rows = 0
  #given = 0
  #short = 0
  #removals = 0
  #takesUnagreed = false

  constructor(options: PlanOptions) {
    this.#options = options
  }

  decide(
    action: RequestAction,
    resolution: Resolution<Candidate>,
    { idleSince, unknownFact }: Pick<Request, 'idleSince' | 'unknownFact'> = {},
  ): Decision {
    this.#rows += 1
    if (!('user' in resolution)) return this.#count(decideUnmatched(resolution))
    const { user } = resolution
    const first = unpackFirst(this.#firstDecisions.get(user.userId))
    if (first !== null) return this.#count(repeat(user, first), first)
    const decision =
      action === 'leave' ? leaveSeat(user, unknownFact ?? null) : this.#judge(action, user, idleSince ?? null)
    this.#firstDecisions.set(user.userId, packFirst({ number: this.#rows, outcome: decision.outcome }))
    return this.#count(decision)
  }

  #judge(action: Exclude<RequestAction, 'leave'>, user: Candidate, idleSince: string | null): Decision {
    if (action === 'give') return this.#judgeGiving(user)
    if (action === 'take') return this.#judgeTaking(user, idleSince)
    return action === 'report' ? reportSeat(user) : makeDecision(user, 'changed_since')
  }

  #judgeGiving(user: Candidate): Decision {
    if (user.holdsSeat) return reportSeat(user)
    const reason = findIneligibility(user, this.#options.offering)
    if (reason !== null) return { ...makeDecision(user, 'invalid_user_membership'), reason }
    if (this.#given >= this.#options.free + this.#removals) {
      this.#short += 1
      return makeDecision(user, 'no_seats_available')
    }
    this.#given += 1
    return makeDecision(user, changeOutcomes.give.done, 'give')
  }

  #judgeTaking(user: Candidate, idleSince: string | null): Decision {
    if (!user.holdsSeat) return reportSeat(user)
    const { offering, agreedRemovals } = this.#options
    this.#removals += 1
    if (agreedRemovals?.has(user.userId) === false) this.#takesUnagreed = true
    const reason = findIneligibility(user, offering)
    return { ...makeDecision(user, changeOutcomes.take.done, 'take'), reason, detail: idleSince }
  }

  #count(decision: Decision, first: FirstDecision | null = null): Decision {
    const { outcome, change } = decision
    const key = outcomeNumbers[outcome] * outcomeRange + (first === null ? 0 : outcomeNumbers[first.outcome])
    const tally = this.#tallies.get(key)
    if (tally !== undefined) tally.results += 1
    else {
      const firstResult = first && { line: null, outcome: first.outcome }
      this.#tallies.set(key, { outcome, change, first: firstResult, pushed: null, detail: null, results: 1 })
    }
    return decision
  }

  /** Users who lack a seat and may have one, whether they get it or not. */
  get needed(): number {
    return this.#given + this.#short
  }

  get short(): number {
    return this.#short
  }

  get removals(): number {
    return this.#removals
  }

  get takesUnagreed(): boolean {
    return this.#takesUnagreed
  }

  get tallies(): readonly ResultTally[] {
    return [...this.#tallies.values()]
  }
}

function makeDecision({ userId }: Candidate, outcome: Outcome, change: ResultChange = 'none'): Decision {
  return { outcome, change, userId, reason: null, detail: null, duplicateOf: null }
}

function decideUnmatched({ outcome, detail }: Unresolved): Decision {
  return { outcome, change: 'none', userId: null, reason: null, detail, duplicateOf: null }
}

/** A change that is pending from an earlier run stays pending. */
function reportSeat(user: Candidate): Decision {
  const { pending, unneeded } = changeOutcomes[user.holdsSeat ? 'give' : 'take']
  return makeDecision(user, user.isPending ? pending : unneeded)
}

/** An earlier change may be pending. */
function leaveSeat(user: Candidate, reason: string | null): Decision {
  return user.isPending ? reportSeat(user) : { ...makeDecision(user, 'left_alone'), reason }
}

function repeat(user: Candidate, first: FirstDecision): Decision {
  return { ...makeDecision(user, 'duplicate'), duplicateOf: first.number }
}

interface FirstDecision {
  number: number
  outcome: Outcome
}

/** A power of 2 above the number of outcomes. 67 million rows still fit into 32 bits. */
const outcomeRange = 32

const outcomeNumbers = Object.fromEntries(outcomeCodes.map((code, index) => [code, index + 1])) as Record<
  Outcome,
  number
>

/** One number above 0 instead of an object: a plan may hold a million. */
function packFirst({ number, outcome }: FirstDecision): number {
  return number * outcomeRange + outcomeNumbers[outcome]
}

/** @returns null for 0, which stands for a user without a decision */
function unpackFirst(packed: number): FirstDecision | null {
  const outcome = outcomeCodes[(packed % outcomeRange) - 1]
  return outcome === undefined ? null : { number: Math.floor(packed / outcomeRange), outcome }
}
