import { type Cap, countAllowed, countShare, type RemovalLimit } from './cap.ts'
import { countWords, formatCount } from './count-words.ts'
import { type RunCommand, runCommands } from './run-command.ts'
import { describeShortage, type Shortage, type ShortagePolicy } from './shortage.ts'

interface RefusalFacts {
  needed: number
  removals: number
  short: number
  freeBefore: number
  /** Before the run. */
  held: number
  listRows: number
  /** Rows of the list that match no user, or no single one. */
  unclearRows: number
  /** A removal is not in the confirmed plan. */
  takesUnagreed: boolean
}

interface RefusalRules {
  onShortage: ShortagePolicy | null
  maxRemovals: Cap | null
  /** Most unclear rows of a run that removes seats; null: no cap. */
  maxUnknown: Cap | null
  /** A list that names no user is as dangerous as an empty one. */
  needsUsers: boolean
}

interface RefusedRun {
  command: RunCommand
  dryRun: boolean
  needed: number
  removals: number
  freeBefore: number
  unclearRows: number
  /** Such as `"typo" (line 3) and 2 more`. */
  unclearNames: string
  /** Null for a run without a cap, and for past runs. */
  removalLimit: RemovalLimit | null
}

interface RunRefusalEntry {
  applies: (facts: RefusalFacts, rules: RefusalRules) => boolean
  notAttempted: string
  sentence: (run: RefusedRun) => string
  hint: (run: RefusedRun) => string
}

/** The first one that applies counts. A dry run shows the plan anyway: users must see it before they allow it. */
export const runRefusals = {
  no_known_users: {
    applies: ({ listRows, unclearRows }, { needsUsers }) =>
      needsUsers && listRows > 0 && unclearRows === listRows,
    notAttempted: 'Not changed: no row of the list names a user, so nothing was written.',
    sentence: ({ unclearRows }) =>
      `Refused: ${unclearRows === 1 ? 'the row of the list does not name' : `none of the ${formatCount(unclearRows)} rows of the list names`} a user. Nothing was written.`,
    hint: () => 'Check that it is the right list. For a file, --column NAME chooses the column.',
  },
  unknown_users: {
    applies: ({ removals, listRows, unclearRows }, { maxUnknown }) =>
      maxUnknown !== null && removals > 0 && unclearRows > countShare(maxUnknown, listRows),
    notAttempted: 'Not changed: a row of the list does not match exactly one user, so nothing was written.',
    sentence: ({ command, unclearRows }) =>
      `Refused: ${countWords(unclearRows, 'row')} of ${runCommands[command].listName} ${unclearRows === 1 ? 'does' : 'do'} not match exactly one user. A user with a misspelt name could lose the seat. Nothing was written.`,
    hint: ({ command, unclearRows, unclearNames, removals, removalLimit }) => {
      const cap = exceeds(removals, removalLimit) ? ` --max-removals ${removals}` : ''
      const { hasMaxUnknown } = runCommands[command]
      const allow = hasMaxUnknown ? ` To allow it, add --max-unknown ${unclearRows}${cap}.` : ''
      return `Correct or remove: ${unclearNames}.${allow}`
    },
  },
  too_many_removals: {
    applies: ({ removals, held }, { maxRemovals }) =>
      maxRemovals !== null && removals > countAllowed(maxRemovals, held),
    notAttempted: 'Not changed: the run exceeds --max-removals, so nothing was written.',
    sentence: ({ removals, removalLimit }) =>
      `Refused: ${countWords(removals, 'seat')} would be removed, ${describeLimit(removalLimit)}. Nothing was written.`,
    hint: ({ dryRun, removals }) =>
      `${dryRun ? '' : 'Check the plan with --dry-run. '}To allow it, add --max-removals ${removals}.`,
  },
  more_than_agreed: {
    applies: ({ takesUnagreed }) => takesUnagreed,
    notAttempted: 'Not changed: the run would remove a seat that was not in the confirmed plan.',
    sentence: () =>
      'Refused: a seat would be removed that was not in the plan you confirmed. Nothing was written.',
    hint: () => 'Seats have changed meanwhile. Run the same command again to see the new plan.',
  },
  too_few_seats: {
    applies: ({ short }, { onShortage }) => onShortage === 'fail' && short > 0,
    notAttempted: 'Seat kept: the list needs more seats than are free, so nothing was written.',
    sentence: ({ needed, removals, freeBefore }) =>
      `Refused: ${describeShortage(countShortage({ needed, removals, freeBefore }))} Nothing was written.`,
    hint: () => 'Shorten the list, buy seats, or assign the free seats with --on-shortage fill.',
  },
} as const satisfies Record<string, RunRefusalEntry>

function exceeds(removals: number, limit: RemovalLimit | null): boolean {
  return limit !== null && removals > countAllowed(limit.cap, limit.held)
}

function describeLimit(limit: RemovalLimit | null): string {
  if (limit === null) return 'more than --max-removals allows'
  const { cap, held } = limit
  const share = 'percent' in cap ? ` (${cap.percent} % of ${formatCount(held)})` : ''
  return `the limit of --max-removals is ${formatCount(countAllowed(cap, held))}${share}`
}

export type RunRefusal = keyof typeof runRefusals

const refusalNames = Object.keys(runRefusals) as RunRefusal[]

export function findRefusal(facts: RefusalFacts, rules: RefusalRules): RunRefusal | null {
  return refusalNames.find((name) => runRefusals[name].applies(facts, rules)) ?? null
}

/** @returns null for a run that was not refused, or for another reason */
export function findShortage(refusal: RunRefusal | null, run: SeatNeeds): Shortage | null {
  return refusal === 'too_few_seats' ? countShortage(run) : null
}

type SeatNeeds = Pick<RefusedRun, 'needed' | 'removals' | 'freeBefore'>

function countShortage({ needed, removals, freeBefore }: SeatNeeds): Shortage {
  return { needed, free: Math.max(0, freeBefore + removals) }
}

export function isRunRefusal(name: string): name is RunRefusal {
  return Object.hasOwn(runRefusals, name)
}
