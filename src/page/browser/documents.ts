import type { AddOn } from '../../domain/add-on.ts'
import type { Day, Instant } from '../../domain/day.ts'
import type { Outcome } from '../../domain/outcome.ts'
import type { RunCommand } from '../../domain/run-command.ts'
import type { RunRefusal } from '../../domain/run-refusal.ts'
import type { Pushed } from '../../domain/seat-change.ts'
import type { AttentionCode } from '../../domain/store-status.ts'
import type { PushedCounts } from '../../domain/sync-change.ts'

/** The keys are those of the formats of the command line. */
export interface AddOnRow {
  add_on: AddOn
  bought: number
  held: number
  /** Below 0 after the quantity shrank; null unless the purchase is active. */
  free: number | null
  pending: number
  /** Null where GitLab reports no Duo activity. */
  idle: number | null
  without_recorded_use: number
  not_eligible: number
  started_on: Day | null
  /** Exclusive. */
  expires_on: Day | null
  state: 'scheduled' | 'active' | 'expired' | 'over'
}

export interface AttentionRow {
  code: AttentionCode
  /** Null: it is about the whole store. */
  add_on: AddOn | null
  message: string
  command: string
}

export interface StatusDocument {
  gitlab: {
    url: string | null
    group: string | null
    offering: string
    version: string | null
    plan: string | null
  }
  linked: boolean
  synced_at: Instant
  inactive_for_days: number
  attention: readonly AttentionRow[]
  add_ons: readonly AddOnRow[]
  read_only: boolean
  store: string
  actor: string
  /** By the server's clock, UTC. */
  today: Day
  /** Starts the same page again. */
  start_command: string
}

export interface UserRow {
  username: string
  user_id: number
  name: string
  email: string | null
  state: string
  holds_seat: boolean
  eligible: boolean
  reason: string | null
  assigned_at: Instant | null
  last_activity_on: Day | null
  last_duo_activity_on: Day | null
  /** Linked stores only; null without a seat. */
  pushed?: Pushed | null
}

export interface UsersDocument {
  total: number
  users: readonly UserRow[]
}

export interface UserIdsDocument {
  total: number
  user_ids: readonly number[]
}

export interface ResultRow {
  line: number | null
  input: string
  username: string | null
  user_id: number | null
  outcome: Outcome
  success: boolean
  reason: string | null
  message: string
  suggestions: readonly string[]
  /** Linked stores only. */
  pushed?: Pushed | null
}

export interface Refusal {
  code: RunRefusal
  message: string
  hint: string
}

export interface RunDocument {
  run: {
    /** Null in a dry run. */
    id: number | null
    command: RunCommand
    add_on: AddOn
    dry_run: boolean
    started_at: Instant
    finished_at: Instant
  }
  summary: {
    rows: number
    outcomes: Partial<Record<Outcome, number>>
    needed: number
    removals: number
    free_before: number
    free_after: number
    short: number
  }
  /** In a dry run only; null if the run would not be refused. */
  refusal?: Refusal | null
  /** A failure of GitLab while the changes were pushed; its rows stay pending. */
  failure?: { code: string; message: string; hint: string | null } | null
  /** In a long run: the number of results that were left out, by their outcome. */
  omitted?: Partial<Record<Outcome, number>>
  /** In a long run: the same for runs that decide the same about every row. */
  digest?: string
  /** For a list: sentences that a command line prints beside the report. */
  notes?: readonly string[]
  results: readonly ResultRow[]
}

export interface SyncDocument {
  /** Changes that were pending before the sync; null without any. */
  pushed: PushedCounts | null
  /** Sentences. */
  warnings: readonly string[]
}

export interface ErrorDocument {
  error: { code: string; message: string; hint: string | null }
}

/** Part of every request for a run. */
export interface RunAgreement {
  dry_run: boolean
  /** The removals of the plan that the user saw. */
  agreed_removals?: readonly number[]
  /** As typed by the user. */
  max_removals?: number
}

export interface RunRequest extends RunAgreement {
  command: 'assign' | 'unassign'
  add_on: AddOn
  user_ids: readonly number[]
}

export interface ReclaimRequest extends RunAgreement {
  command: 'reclaim'
  add_on: AddOn
  inactive_for_days: number
  /** Also old seats without recorded use. */
  include_never_active: boolean
}
