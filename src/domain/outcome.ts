import { type AddOn, addOns } from './add-on.ts'
import { formatDay } from './day.ts'
import type { Pushed } from './pushed.ts'
import { findInvisibleCharacter } from './request.ts'
import { describeIneligibility, describeRemedy } from './user.ts'

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
  /** What it does to the seats: gives, takes, lets be, cannot; null: as the row that named the user first. */
  sign: '+' | '-' | '=' | '!' | null
  /** For people who look the code up. */
  meaning: string
  describe(facts: OutcomeFacts): string
}

const keyNames: Record<string, string> = { username: 'name', email: 'email address', user_id: 'id' }

/** Why a seat was not given or taken, other than that a list needs more seats than are free. */
const obstacles: ReadonlyMap<string, string> = new Map([
  ['given_up', 'Could have had a seat, but it was given up before GitLab confirmed it.'],
  ['removal_given_up', 'Keeps the seat: taking it was given up before GitLab confirmed it.'],
  ['too_few_seats', 'Keeps the seat: there are too few for the whole list, so nothing was written.'],
  [
    'too_many_removals',
    'Is as before: more seats would be taken than --max-removals allows, so nothing was written.',
  ],
  [
    'more_than_agreed',
    'Is as before: somebody would lose a seat who was not in the plan that was agreed to, so nothing was written.',
  ],
  ['unknown_users', 'Keeps the seat: a row of --except names nobody, so nothing was written.'],
])

/** Why a seat is taken, as sentences that follow another. */
function describeCause(reason: string | null, lastUse: string | null): string {
  const ineligibility = reason === null ? '' : ` ${describeIneligibility(reason)}`
  if (lastUse === null) return ineligibility
  return `${ineligibility} ${lastUse === 'never' ? 'No use of GitLab Duo is known.' : `Last used GitLab Duo on ${formatDay(lastUse)}.`}`
}

/** Every outcome a request can have. The key is the code in the store, in JSON and in CSV. */
export const outcomes = {
  assigned: {
    success: true,
    sign: '+',
    meaning: 'The user got a seat.',
    describe: ({ addOn }) => `Gets a ${addOns[addOn].product} seat.`,
  },
  pending: {
    success: false,
    sign: '+',
    meaning: 'The user is to get a seat, and the linked GitLab has not confirmed it yet. `sync` finishes it.',
    describe: ({ addOn }) =>
      `Is to get a ${addOns[addOn].product} seat; GitLab has not confirmed it yet: run "duo-seats sync".`,
  },
  unassigned: {
    success: true,
    sign: '-',
    meaning: 'The seat was taken back.',
    /** `detail` is the day of the last use of GitLab Duo, or `never`, where that is why. */
    describe: ({ addOn, reason, detail }) =>
      `Loses the ${addOns[addOn].product} seat.${describeCause(reason, detail)}`,
  },
  pending_removal: {
    success: false,
    sign: '-',
    meaning:
      'The seat is to be taken back, and the linked GitLab has not confirmed it yet. `sync` finishes it.',
    describe: ({ addOn }) =>
      `Is to lose the ${addOns[addOn].product} seat; GitLab has not confirmed it yet: run "duo-seats sync".`,
  },
  already_assigned: {
    success: true,
    sign: '=',
    meaning: 'The user held a seat before. Nothing to do.',
    describe: ({ addOn }) => `Holds a ${addOns[addOn].product} seat already.`,
  },
  not_assigned: {
    success: true,
    sign: '=',
    meaning: 'The user holds no seat. Nothing to do.',
    describe: ({ addOn }) => `Holds no ${addOns[addOn].product} seat.`,
  },
  changed_since: {
    success: false,
    sign: '!',
    meaning: 'The seat was changed after the run that is to be undone, so it was left alone.',
    describe: () => 'Is left alone: somebody changed the seat after that run.',
  },
  duplicate: {
    success: null,
    sign: null,
    meaning: 'The same user stood on an earlier line. Succeeds or fails as that line.',
    describe: ({ firstLine }) =>
      firstLine === null ? 'Was named before.' : `Is the same user as on line ${firstLine}.`,
  },
  user_not_found: {
    success: false,
    sign: '!',
    meaning: 'No such user.',
    /** `detail` is the key that named nobody: `username`, `email` or `user_id`; `gone` of a user whom the store knew. */
    describe: ({ input, detail }) => {
      if (detail === 'gone') return describeIneligibility('gone')
      if (detail === null) return 'Names nobody: the cell is empty.'
      const character = findInvisibleCharacter(input)
      const hint = character === null ? '' : ` It holds an invisible character (${character}): type it again.`
      return `No user has the ${keyNames[detail] ?? detail} "${input}".${hint}`
    },
  },
  ambiguous_user: {
    success: false,
    sign: '!',
    meaning: 'The row does not mean one user: its cells disagree, or several users share the email address.',
    /** `detail` tells whom each key means. */
    describe: ({ detail }) => `Does not mean one user: ${detail}.`,
  },
  invalid_user_membership: {
    success: false,
    sign: '!',
    meaning: 'The user is not eligible; `reason` says why.',
    describe: ({ reason, pushed }) => {
      const sentence = describeIneligibility(reason ?? 'gone')
      return pushed === 'refused' ? `${sentence} ${describeRemedy(reason ?? 'gone')}`.trimEnd() : sentence
    },
  },
  no_seats_available: {
    success: false,
    sign: '!',
    meaning: 'No seat is left.',
    describe: ({ addOn, pushed }) => {
      const sentence = `No ${addOns[addOn].product} seat is left`
      if (pushed !== 'refused') return `${sentence}.`
      return `${sentence} in GitLab: buy seats, or take back idle ones with "duo-seats reclaim", then assign again.`
    },
  },
  not_attempted: {
    success: false,
    sign: '!',
    meaning:
      'Nothing changed for the user: the run was refused as a whole before anything was written, or its push was ended.',
    /** `detail` tells what stood in the way, where it was not a shortage that kept the user from getting a seat. */
    describe: ({ pushed, detail }) => {
      const obstacle = obstacles.get(detail ?? '')
      if (obstacle !== undefined) return obstacle
      if (pushed === null)
        return 'Could have had a seat, but there are too few for the whole list, so nothing was written.'
      return 'Could have had a seat, but GitLab has too few left for the whole list: buy seats, or run again with a shorter list.'
    },
  },
  seat_assignment_not_supported: {
    success: false,
    sign: '!',
    meaning: 'GitLab gives no seats of this add-on to users.',
    describe: ({ addOn }) =>
      `GitLab gives no ${addOns[addOn].product} seats to users: choose another add-on with --add-on.`,
  },
  incompatible_add_on: {
    success: false,
    sign: '!',
    meaning: 'GitLab does not take the purchase for one of GitLab Duo.',
    describe: ({ addOn }) =>
      `GitLab does not take the purchase for one of ${addOns[addOn].product}: run "duo-seats sync" to see what was bought.`,
  },
  refused_by_gitlab: {
    success: false,
    sign: '!',
    meaning: 'GitLab refused the change for a reason that this version of `duo-seats` does not know.',
    /** `detail` is GitLab's code as it told it. */
    describe: ({ detail }) =>
      `GitLab refused the change with the code ${detail ?? '(none)'}: try it in GitLab, under Settings, GitLab Duo, or update duo-seats.`,
  },
} as const satisfies Record<string, OutcomeEntry>

export type Outcome = keyof typeof outcomes

export const outcomeCodes = Object.keys(outcomes) as Outcome[]
