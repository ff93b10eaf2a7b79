import type { AddOn } from '../domain/add-on.ts'
import type { ShortagePolicy } from '../domain/plan.ts'
import { formatRemovalCap, type RemovalCap } from '../domain/removal-cap.ts'
import type { RunSummary } from '../domain/run.ts'
import type { RunCommand } from '../domain/run-command.ts'
import type { RequestSource } from './request-source.ts'

/** The plan that a user must confirm before it is carried out. */
export type Confirmation = 'never' | 'any_change' | 'several_removals'

/** A state that the run has to reach besides its requests; else it is incomplete. */
export type Goal = { kind: 'no_difference' } | { kind: 'free_seats'; seats: number }

/** Options as they are recorded with a run, by name in snake_case. */
export type RecordedOptions = Readonly<Record<string, string | number | boolean | null>>

/** What a user wants, as plain data plus the origin of the requests. */
export interface Order {
  command: RunCommand
  /** Null where the store has only one active purchase. */
  addOn: AddOn | null
  source: RequestSource
  /** Null where nothing is given. */
  onShortage: ShortagePolicy | null
  /** Null without a cap. */
  maxRemovals: RemovalCap | null
  /** A name that matches no user refuses every removal. */
  needsKnownUsers: boolean
  confirmation: Confirmation
  goal: Goal | null
  dryRun: boolean
  /** In a linked store, changes are pushed at once; else they stay pending. */
  push: boolean
  /** All options that decided, for the audit trail. */
  recorded: RecordedOptions
}

/** The options that every order can have. */
export interface OrderOptions {
  addOn?: AddOn
  onShortage?: ShortagePolicy
  maxRemovals?: RemovalCap
  dryRun?: boolean
  /** Nothing has to be confirmed. */
  yes?: boolean
  push: boolean
}

/** What one command adds to the common options. */
export type OrderParts = Pick<Order, 'command' | 'source'> &
  Partial<Pick<Order, 'needsKnownUsers' | 'confirmation' | 'goal' | 'dryRun'>> & {
    /** Recorded besides, or in place of, the common options. */
    recorded?: RecordedOptions
  }

export function makeOrder(options: OrderOptions, parts: OrderParts): Order {
  const { addOn = null, onShortage = null, maxRemovals = null, dryRun = false, yes = false, push } = options
  const common = {
    add_on: addOn,
    on_shortage: onShortage,
    max_removals: maxRemovals && formatRemovalCap(maxRemovals),
  }
  const { confirmation = 'never', recorded = {}, ...rest } = parts
  return {
    addOn,
    onShortage,
    maxRemovals,
    needsKnownUsers: false,
    goal: null,
    dryRun,
    push,
    ...rest,
    confirmation: yes ? 'never' : confirmation,
    recorded: { ...common, ...recorded },
  }
}

/** Whether a user must confirm a plan. */
export function needsConfirmation({ confirmation }: Order, plan: RunSummary): boolean {
  if (confirmation === 'any_change') return plan.removals + plan.needed - plan.short > 0
  return confirmation === 'several_removals' && plan.removals > 1
}

/** Whether a run without failed requests has still not reached its goal. */
export function missesGoal({ goal }: Order, { removals, needed, freeAfter }: RunSummary): boolean {
  if (goal === null) return false
  return goal.kind === 'no_difference' ? removals + needed > 0 : freeAfter < goal.seats
}
