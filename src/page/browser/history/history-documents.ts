import type { AddOn } from '../../../domain/add-on.ts'
import type { Instant } from '../../../domain/day.ts'
import type { HistoryCause, HistoryChange } from '../../../domain/history.ts'
import type { Outcome } from '../../../domain/outcome.ts'
import type { RecordedOptions, RunState } from '../../../domain/recorded-run.ts'
import type { RunCommand } from '../../../domain/run-command.ts'
import type { ResultRow, RunDocument } from '../documents.ts'

export interface EventRow {
  number: number
  at: Instant
  /** The sync before: the change came between the two. Null if the time is exact. */
  since: Instant | null
  add_on: AddOn
  user_id: number | null
  username: string | null
  change: HistoryChange
  cause: HistoryCause
  reason: string | null
  run_id: number | null
  actor: string | null
  gitlab_username: string | null
  before: string | null
  after: string | null
  message: string
}

export interface HistoryDocument {
  synced_at: Instant
  events: readonly EventRow[]
  /** `before` of the next page; null without another one. */
  next: number | null
}

export interface RunFacts {
  id: number
  command: RunCommand
  add_on: AddOn
  options: RecordedOptions
  source: string | null
  source_sha256: string | null
  actor: string
  host: string
  ci_job_url: string | null
  ci_user: string | null
  gitlab_user_id: number | null
  gitlab_username: string | null
  started_at: Instant
  finished_at: Instant | null
  state: RunState
}

export interface RunRow extends RunFacts {
  rows: number
  outcomes: Partial<Record<Outcome, number>>
  /** The result of the user that the list was filtered by; absent without one. */
  message?: string
}

export interface RunsDocument {
  runs: readonly RunRow[]
  /** `before` of the next page; null without another one. */
  next: number | null
}

export interface ShownRunDocument {
  run: RunFacts & { dry_run: boolean }
  /** Null for an unfinished run. */
  summary: RunDocument['summary'] | null
  results: readonly ResultRow[]
  /** Null if the run can be undone. */
  undo_refusal: { code: string; message: string; hint: string } | null
}
