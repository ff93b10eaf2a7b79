import { countWords } from './count-words.ts'
import { countAllowedRemovals, type RemovalCap } from './removal-cap.ts'

interface RefusalFacts {
  needed: number
  removals: number
  /** Needed seats that are missing. */
  short: number
  freeBefore: number
  /** Before the run. */
  held: number
  unknownRows: number
  /** A removal is not in the confirmed plan. */
  takesUnagreed: boolean
}

interface RefusalRules {
  onShortage: 'fill' | 'fail' | null
  maxRemovals: RemovalCap | null
  /** A row that matches no user refuses every removal. */
  needsKnownUsers: boolean
}

interface RefusedRun {
  dryRun: boolean
  needed: number
  removals: number
  freeBefore: number
  unknownRows: number
  /** Such as `"typo" (line 3) and 2 more`. */
  unknownNames: string
}

interface RunRefusalEntry {
  applies: (facts: RefusalFacts, rules: RefusalRules) => boolean
  /** A dry run shows the plan anyway: users must see it before they allow it. */
  isShownInDryRun: boolean
  /** The message of each result without an attempt. */
  notAttempted: string
  sentence: (run: RefusedRun) => string
  hint: (run: RefusedRun) => string
}

/** The first one that applies counts. */
export const runRefusals = {
  unknown_users: {
    applies: ({ removals, unknownRows }, { needsKnownUsers }) =>
      needsKnownUsers && removals > 0 && unknownRows > 0,
    isShownInDryRun: true,
    notAttempted: 'Seat kept: a row of --except matches no user, so nothing was written.',
    sentence: ({ unknownRows }) =>
      `Refused: ${countWords(unknownRows, 'row')} of --except ${unknownRows === 1 ? 'matches' : 'match'} no user. A user with a misspelt name could lose the seat. Nothing was written.`,
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

export function findRefusal(facts: RefusalFacts, rules: RefusalRules): RunRefusal | null {
  return refusalNames.find((name) => runRefusals[name].applies(facts, rules)) ?? null
}

export function isRunRefusal(name: string): name is RunRefusal {
  return Object.hasOwn(runRefusals, name)
}
