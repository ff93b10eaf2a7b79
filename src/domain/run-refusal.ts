import { countWords } from './count-words.ts'
import { countAllowedRemovals, type RemovalCap } from './removal-cap.ts'

/** What a decided run came to, as far as it can be refused for it. */
export interface RefusalFacts {
  needed: number
  removals: number
  /** Needed seats that are missing. */
  short: number
  freeBefore: number
  /** Seats held before the run. */
  held: number
  /** Rows that match no user. */
  unknownRows: number
  /** A seat is removed that was not in the confirmed plan. */
  takesUnagreed: boolean
}

/** The rules of an order that a run can break. */
export interface RefusalRules {
  onShortage: 'fill' | 'fail' | null
  maxRemovals: RemovalCap | null
  /** A name that matches no user refuses every removal. */
  needsKnownUsers: boolean
}

/** What the sentences about a refused run are made of. */
export interface RefusedRun {
  dryRun: boolean
  needed: number
  removals: number
  freeBefore: number
  unknownRows: number
  /** The first rows that match no user, such as `"typo" (line 3)`, and how many more. */
  unknownNames: string
}

interface RunRefusalEntry {
  applies: (facts: RefusalFacts, rules: RefusalRules) => boolean
  /** A dry run shows the plan although the run would be refused: only who sees it can allow it. */
  isShownInDryRun: boolean
  /** The message of a result that was not attempted because of this refusal. */
  notAttempted: string
  sentence: (run: RefusedRun) => string
  hint: (run: RefusedRun) => string
}

/** Every reason to refuse a run as a whole before anything is written. The first one that applies counts. */
export const runRefusals = {
  unknown_users: {
    applies: ({ removals, unknownRows }, { needsKnownUsers }) =>
      needsKnownUsers && removals > 0 && unknownRows > 0,
    isShownInDryRun: true,
    notAttempted: 'Seat kept: a row of --except matches no user, so nothing was written.',
    sentence: ({ unknownRows }) =>
      `Refused: ${countWords(unknownRows, 'row')} of --except ${unknownRows === 1 ? 'matches' : 'match'} no user, and that user could lose the seat. Nothing was written.`,
    hint: ({ unknownNames }) => `Correct or remove: ${unknownNames}.`,
  },
  too_many_removals: {
    applies: ({ removals, held }, { maxRemovals }) =>
      maxRemovals !== null && removals > countAllowedRemovals(maxRemovals, held),
    isShownInDryRun: true,
    notAttempted: 'Not changed: the run exceeds --max-removals, so nothing was written.',
    sentence: ({ removals }) =>
      `Refused: ${countWords(removals, 'seat')} would be removed, more than --max-removals allows. Nothing was written.`,
    hint: ({ dryRun, removals }) =>
      `${dryRun ? '' : 'Check the plan with --dry-run. '}To allow it, add --max-removals ${removals}.`,
  },
  more_than_agreed: {
    applies: ({ takesUnagreed }) => takesUnagreed,
    isShownInDryRun: false,
    notAttempted: 'Not changed: the run would remove a seat that was not in the confirmed plan.',
    sentence: () =>
      'Refused: a seat would be removed that was not in the plan you confirmed. Nothing was written.',
    hint: () => 'Seats have changed meanwhile. Run the same command again to see the new plan.',
  },
  too_few_seats: {
    applies: ({ short }, { onShortage }) => onShortage === 'fail' && short > 0,
    isShownInDryRun: false,
    notAttempted: 'Seat kept: the list needs more seats than are free, so nothing was written.',
    sentence: ({ needed, removals, freeBefore }) =>
      `Refused: ${countWords(needed, 'seat')} needed, ${Math.max(0, freeBefore + removals)} free. Nothing was written.`,
    hint: () => 'Shorten the list, buy seats, or assign the free seats with --on-shortage fill.',
  },
} as const satisfies Record<string, RunRefusalEntry>

export type RunRefusal = keyof typeof runRefusals

const refusalNames = Object.keys(runRefusals) as RunRefusal[]

/** The first reason to refuse a run as a whole; null where none applies. */
export function findRefusal(facts: RefusalFacts, rules: RefusalRules): RunRefusal | null {
  return refusalNames.find((name) => runRefusals[name].applies(facts, rules)) ?? null
}

/** Whether a text is the name of a refusal. */
export function isRunRefusal(name: string): name is RunRefusal {
  return Object.hasOwn(runRefusals, name)
}
