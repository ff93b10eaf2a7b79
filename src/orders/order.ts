import type { AddOn } from '../domain/add-on.ts'
import { type Cap, formatCap } from '../domain/cap.ts'
import type { RecordedOptions } from '../domain/recorded-run.ts'
import type { RunSummary } from '../domain/run.ts'
import type { RunCommand } from '../domain/run-command.ts'
import type { ShortagePolicy } from '../domain/shortage.ts'
import type { RequestSource } from './request-source.ts'

/** A run that misses it is incomplete. */
type Goal = { kind: 'no_difference' } | { kind: 'free_seats'; seats: number }

/** A user must agree to several removals. On a terminal, also to a list that leaves users without a seat. */
export type Question = 'removals' | 'shortage'

export interface Order {
  command: RunCommand
  /** Null: the only active purchase. */
  addOn: AddOn | null
  source: RequestSource
  /** Null if nothing is given. */
  onShortage: ShortagePolicy | null
  /** Null: no cap. */
  maxRemovals: Cap | null
  /** Most rows without a single user of a run that removes seats; null: no cap. */
  maxUnknown: Cap | null
  /** Whether a list that names no user refuses the run: `apply` would remove every seat. */
  needsUsers: boolean
  /** The plan may raise it; null if no plan does. */
  question: Question | null
  goal: Goal | null
  dryRun: boolean
  /** False: in a linked store, changes stay pending. */
  push: boolean
  /** In a linked store, addresses that it does not contain are looked up in GitLab one by one. */
  lookUp: boolean
  /** For the audit trail. */
  recorded: RecordedOptions
}

export interface OrderOptions {
  addOn?: AddOn
  onShortage?: ShortagePolicy
  /** The policy is the user's choice, not the default. */
  isPolicyChosen?: boolean
  /** Default: that of the command. */
  maxRemovals?: Cap
  dryRun?: boolean
  yes?: boolean
  push: boolean
  /** Default: true. */
  lookup?: boolean
}

type OrderParts = Pick<Order, 'command' | 'source' | 'question'> &
  Partial<Pick<Order, 'maxUnknown' | 'needsUsers' | 'goal' | 'dryRun'>> & {
    /** For removals without another cap; default: null. */
    usualCap?: Cap | null
    /** Added to the common options, or replacing them. */
    recorded?: RecordedOptions
  }

export function makeOrder(options: OrderOptions, parts: OrderParts): Order {
  const { addOn = null, onShortage = null, dryRun = false, yes = false, push } = options
  const { lookup: lookUp = true, isPolicyChosen = false } = options
  const { recorded = {}, question, usualCap = null, ...rest } = parts
  const maxRemovals = options.maxRemovals ?? usualCap
  const common = {
    add_on: addOn,
    on_shortage: onShortage,
    max_removals: maxRemovals && formatCap(maxRemovals),
  }
  const isAnswered = yes || (question === 'shortage' && isPolicyChosen)
  return {
    addOn,
    onShortage,
    maxRemovals,
    maxUnknown: null,
    needsUsers: false,
    goal: null,
    dryRun,
    push,
    lookUp,
    ...rest,
    question: isAnswered ? null : question,
    recorded: { ...common, ...recorded },
  }
}

/** One rule for all commands: to take a single seat, or to give every seat or none, needs no confirmation. */
export function needsConfirmation({ question }: Order, { removals, needed, short }: RunSummary): boolean {
  if (question === 'removals') return removals > 1
  return question === 'shortage' && short > 0 && needed > short
}

/** For a run without failed requests. */
export function missesGoal({ goal }: Order, { removals, needed, freeAfter }: RunSummary): boolean {
  if (goal === null) return false
  return goal.kind === 'no_difference' ? removals + needed > 0 : freeAfter < goal.seats
}
