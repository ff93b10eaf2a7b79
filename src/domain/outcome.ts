import { type AddOn, addOns } from './add-on.ts'
import { describeHiddenAddresses, type HiddenAddresses } from './hidden-addresses.ts'
import { describeIneligibility, describeRemedy } from './ineligibility.ts'
import { lookUp } from './look-up.ts'
import { nameReclaim } from './name-reclaim.ts'
import { describeCellProblem, isCellProblem } from './people/cell-problem.ts'
import { describeOddCharacter } from './people/odd-character.ts'
import type { KeyKind } from './people/person-key.ts'
import { isRunRefusal, runRefusals } from './run-refusal.ts'
import type { Pushed } from './seat-change.ts'

interface OutcomeFacts {
  input: string
  /** An argument, not a cell of a list. */
  isArgument?: boolean
  addOn: AddOn
  isDryRun: boolean
  reason: string | null
  detail: string | null
  firstLine: number | null
  pushed: Pushed | null
  hiddenAddresses: HiddenAddresses | null
}

/** `as_first`: the status of the first result about the user. */
export type OutcomeStatus = 'done' | 'pending' | 'failed' | 'as_first'

interface OutcomeEntry {
  status: OutcomeStatus
  /** The mark in a plan; null for a repeat. */
  sign: '+' | '-' | '=' | '?' | '!' | null
  meaning: string
  describe(facts: OutcomeFacts): string
}

const keyNames: Record<KeyKind, string> = { username: 'username', email: 'email address', user_id: 'id' }

/** A store may have a kind of another version. */
function nameKey(kind: string): string {
  return lookUp(keyNames, kind) ?? kind
}

/** By `detail`: a pending change was discarded. */
const discards = {
  given_up: 'Not assigned: the request was discarded before GitLab confirmed it.',
  removal_given_up: 'Seat kept: the removal was discarded before GitLab confirmed it.',
}

export type Discard = keyof typeof discards

/** The key is the code in the store, JSON and CSV. */
export const outcomes = {
  assigned: {
    status: 'done',
    sign: '+',
    meaning: 'The user got a seat.',
    describe: ({ isDryRun }) => (isDryRun ? 'Seat would be assigned.' : 'Seat assigned.'),
  },
  pending: {
    status: 'pending',
    sign: '+',
    meaning: 'A seat was requested, and the linked GitLab has not confirmed it yet. `sync` completes it.',
    describe: () => 'Seat requested, not yet confirmed by GitLab. Run "duo-seats sync".',
  },
  unassigned: {
    status: 'done',
    sign: '-',
    meaning: 'The seat was removed.',
    /** `detail` is the day of the last GitLab Duo activity, or `never`, for an idle seat. */
    describe: ({ isDryRun, reason, detail }) =>
      [isDryRun ? 'Seat would be removed.' : 'Seat removed.', ...listCauses(reason, detail)].join(' '),
  },
  pending_removal: {
    status: 'pending',
    sign: '-',
    meaning:
      'The removal was requested, and the linked GitLab has not confirmed it yet. `sync` completes it.',
    describe: () => 'Seat removal requested, not yet confirmed by GitLab. Run "duo-seats sync".',
  },
  already_assigned: {
    status: 'done',
    sign: '=',
    meaning: 'The user had a seat before. Nothing to do.',
    /** `detail` is the age of the store: GitLab was not asked about the seat. */
    describe: ({ detail }) => `The user already has a seat${describeState(detail)}.`,
  },
  not_assigned: {
    status: 'done',
    sign: '=',
    meaning: 'The user has no seat. Nothing to do.',
    /** `detail` as for `already_assigned`. */
    describe: ({ detail }) => `The user has no seat${describeState(detail)}.`,
  },
  left_alone: {
    status: 'done',
    sign: '?',
    meaning: 'The user keeps the seat, since a fact about it is unknown; `reason` contains the fact.',
    describe: ({ isDryRun, reason }) => {
      const age = reason === 'unknown_age' ? ', and the age of the seat is unknown' : ''
      return `${isDryRun ? 'Seat would be kept' : 'Seat kept'}: no GitLab Duo activity is recorded${age}.`
    },
  },
  changed_since: {
    status: 'failed',
    sign: '!',
    meaning: 'The seat was changed after the run that `undo` is about, so it was not touched.',
    describe: () => 'Not changed: the seat was changed after that run.',
  },
  duplicate: {
    status: 'as_first',
    sign: null,
    meaning: 'The same user came on an earlier line. Succeeds or fails as that line.',
    describe: ({ firstLine }) =>
      firstLine === null ? 'Same user as an earlier name.' : `Same user as on line ${firstLine}.`,
  },
  user_not_found: {
    status: 'failed',
    sign: '!',
    meaning: 'No such user.',
    /** `detail` is the key that matches no user, or the problem of the cell; `gone` for a user of the store. */
    describe: ({ input, isArgument, detail, hiddenAddresses }) => {
      if (detail === 'gone') return describeIneligibility('gone')
      if (detail === null) return isArgument ? 'The name is empty.' : 'The cell is empty.'
      if (isCellProblem(detail)) return describeCellProblem(detail, input)
      const hidden = detail === 'email' ? describeHiddenAddresses(hiddenAddresses) : null
      if (hidden !== null) return `No known user has the email address "${input}". ${hidden}`
      const hint = detail === 'username' ? describeOddCharacter(input) : null
      return [`No user has the ${nameKey(detail)} "${input}".`, hint ?? []].flat().join(' ')
    },
  },
  ambiguous_user: {
    status: 'failed',
    sign: '!',
    meaning:
      'The row does not match exactly one user: its cells disagree, or several users share the email address.',
    /** `detail` lists the users that each key matches. */
    describe: ({ input, detail }) =>
      detail !== null && isCellProblem(detail)
        ? describeCellProblem(detail, input)
        : `The row does not match exactly one user: ${detail}.`,
  },
  invalid_user_membership: {
    status: 'failed',
    sign: '!',
    meaning: 'The user is not eligible; `reason` contains the cause.',
    describe: ({ reason, pushed }) => {
      const sentence = describeIneligibility(reason ?? 'gone')
      return pushed === 'refused' ? `${sentence} ${describeRemedy(reason ?? 'gone')}`.trimEnd() : sentence
    },
  },
  no_seats_available: {
    status: 'failed',
    sign: '!',
    meaning: 'No seat is free.',
    describe: ({ pushed, addOn }) =>
      pushed === 'refused'
        ? `No seat is free in GitLab. Buy seats, or look for unused ones with "${nameReclaim(addOn)}".`
        : 'No seat is free.',
  },
  not_attempted: {
    status: 'failed',
    sign: '!',
    meaning:
      'Nothing changed for the user: the run was refused as a whole before anything was written, or its push was ended.',
    /** `detail` is the refusal of the run, `given_up` or `removal_given_up`; null for a seat that a shortage held back. */
    describe: ({ pushed, detail }) => {
      if (detail !== null && isRunRefusal(detail)) return runRefusals[detail].notAttempted
      const discard = lookUp(discards, detail ?? '')
      if (discard !== undefined) return discard
      return pushed === null
        ? 'Not assigned: the list needs more seats than are free, so nothing was written.'
        : 'Not assigned: GitLab has too few free seats for the whole list. Buy seats, or shorten the list.'
    },
  },
  seat_assignment_not_supported: {
    status: 'failed',
    sign: '!',
    meaning: 'GitLab does not assign seats of this add-on to users.',
    describe: ({ addOn }) =>
      `GitLab does not assign ${addOns[addOn].product} seats to users. Choose another add-on with --add-on.`,
  },
  incompatible_add_on: {
    status: 'failed',
    sign: '!',
    meaning: 'GitLab does not accept the purchase as one of GitLab Duo.',
    describe: ({ addOn }) =>
      `GitLab does not accept the purchase as ${addOns[addOn].product}. Run "duo-seats sync" to see what was bought.`,
  },
  refused_by_gitlab: {
    status: 'failed',
    sign: '!',
    meaning: 'GitLab refused the change with a code that this version of `duo-seats` does not support.',
    /** `detail` is GitLab's code. */
    describe: ({ detail }) =>
      `GitLab refused the change with the code ${detail ?? '(none)'}. Try it in GitLab under Settings, GitLab Duo, or update duo-seats.`,
  },
} as const satisfies Record<string, OutcomeEntry>

export type Outcome = keyof typeof outcomes

export const outcomeCodes = Object.keys(outcomes) as Outcome[]

/** A pending change needs no correction: the next sync completes it. */
export const rejectedOutcomes = outcomeCodes.filter((code) => outcomes[code].status === 'failed')

function describeState(age: string | null): string {
  return age === null ? '' : `, as of the sync ${age}`
}

function listCauses(reason: string | null, lastUse: string | null): string[] {
  const ineligibility = reason === null ? [] : [describeIneligibility(reason)]
  if (lastUse === null) return ineligibility
  const activity =
    lastUse === 'never'
      ? 'No GitLab Duo activity is recorded.'
      : `The last GitLab Duo activity was on ${lastUse}.`
  return [...ineligibility, activity]
}
