import { type AddOn, addOns } from './add-on.ts'
import type { Pushed } from './pushed.ts'
import { findInvisibleCharacter } from './request.ts'
import { describeIneligibility } from './user.ts'

/** What a sentence about an outcome is made of. */
export interface OutcomeFacts {
  input: string
  addOn: AddOn
  /** Why the user is not eligible. */
  reason: string | null
  /** What the outcome needs to say besides; see the outcome. */
  detail: string | null
  /** Line on which the same user stood first. */
  firstLine: number | null
  /** Null where nothing was to be pushed to a linked GitLab. */
  pushed: Pushed | null
}

interface OutcomeEntry {
  /** Whether the user is in the state that was asked for; null: as the row that named the user first. */
  success: boolean | null
  /** For people who look the code up. */
  meaning: string
  describe(facts: OutcomeFacts): string
}

const keyNames: Record<string, string> = { username: 'name', email: 'email address', user_id: 'id' }

/** Every outcome a request can have. The key is the code in the store, in JSON and in CSV. */
export const outcomes = {
  assigned: {
    success: true,
    meaning: 'The user got a seat.',
    describe: ({ addOn }) => `Gets a ${addOns[addOn].product} seat.`,
  },
  pending: {
    success: false,
    meaning: 'The user is to get a seat, and the linked GitLab has not confirmed it yet. `sync` finishes it.',
    describe: ({ addOn }) =>
      `Is to get a ${addOns[addOn].product} seat; GitLab has not confirmed it yet: run "duo-seats sync".`,
  },
  already_assigned: {
    success: true,
    meaning: 'The user held a seat before. Nothing to do.',
    describe: ({ addOn }) => `Holds a ${addOns[addOn].product} seat already.`,
  },
  duplicate: {
    success: null,
    meaning: 'The same user stood on an earlier line. Succeeds or fails as that line.',
    describe: ({ firstLine }) =>
      firstLine === null ? 'Was named before.' : `Is the same user as on line ${firstLine}.`,
  },
  user_not_found: {
    success: false,
    meaning: 'No such user.',
    /** `detail` is the key that named nobody: `username`, `email` or `user_id`. */
    describe: ({ input, detail }) => {
      if (detail === null) return 'Names nobody: the cell is empty.'
      const character = findInvisibleCharacter(input)
      const hint = character === null ? '' : ` It holds an invisible character (${character}): type it again.`
      return `No user has the ${keyNames[detail] ?? detail} "${input}".${hint}`
    },
  },
  ambiguous_user: {
    success: false,
    meaning: 'The row does not mean one user: its cells disagree, or several users share the email address.',
    /** `detail` tells whom each key means. */
    describe: ({ detail }) => `Does not mean one user: ${detail}.`,
  },
  invalid_user_membership: {
    success: false,
    meaning: 'The user is not eligible; `reason` says why.',
    describe: ({ reason }) => describeIneligibility(reason ?? 'gone'),
  },
  no_seats_available: {
    success: false,
    meaning: 'No seat is left.',
    describe: ({ addOn }) => `No ${addOns[addOn].product} seat is left.`,
  },
  not_attempted: {
    success: false,
    meaning:
      'The user could have had a seat, but the run was refused as a whole before anything was written, or its push was ended.',
    /** `detail` is `given_up` where somebody did not want to wait for GitLab any more. */
    describe: ({ pushed, detail }) => {
      if (pushed === null)
        return 'Could have had a seat, but there are too few for the whole list, so nothing was written.'
      return detail === 'given_up'
        ? 'Could have had a seat, but it was given up before GitLab confirmed it.'
        : 'Could have had a seat, but GitLab has too few left for the whole list: buy seats, or run again with a shorter list.'
    },
  },
  seat_assignment_not_supported: {
    success: false,
    meaning: 'GitLab gives no seats of this add-on to users.',
    describe: ({ addOn }) =>
      `GitLab gives no ${addOns[addOn].product} seats to users: choose another add-on with --add-on.`,
  },
  incompatible_add_on: {
    success: false,
    meaning: 'GitLab does not take the purchase for one of GitLab Duo.',
    describe: ({ addOn }) =>
      `GitLab does not take the purchase for one of ${addOns[addOn].product}: run "duo-seats sync" to see what was bought.`,
  },
  refused_by_gitlab: {
    success: false,
    meaning: 'GitLab refused the seat for a reason that this version of `duo-seats` does not know.',
    /** `detail` is GitLab's code as it told it. */
    describe: ({ detail }) =>
      `GitLab refused the seat with the code ${detail ?? '(none)'}: try it in GitLab, under Settings, GitLab Duo, or update duo-seats.`,
  },
} as const satisfies Record<string, OutcomeEntry>

export type Outcome = keyof typeof outcomes

export const outcomeCodes = Object.keys(outcomes) as Outcome[]
