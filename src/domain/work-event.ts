import type { Instant } from './day.ts'
import type { Outcome } from './outcome.ts'
import type { CutOffRun } from './run.ts'

/** A front end shows events as it likes; nothing depends on them. */
export type WorkEvent =
  /** For `--debug` only. */
  | { kind: 'debug'; text: string }
  | { kind: 'warning'; text: string }
  /** The text is the reason. */
  | { kind: 'retry'; text: string }
  | { kind: 'gitlab_warning'; text: string }
  | { kind: 'waiting_for_store' }
  /** The clock of this machine is behind the last event of the store. */
  | { kind: 'clock_behind'; now: Instant; lastAt: Instant }
  /** A user must type the content, such as `the list`, at a terminal. `isHidden`: the terminal does not show it. */
  | { kind: 'waiting_for_typing'; content: string; isHidden?: boolean }
  | { kind: 'cut_off_run'; run: CutOffRun; isOnThisHost: boolean }
  /** `done`: share of the input, from 0 to 1. */
  | { kind: 'rows_decided'; rows: number; done: number }
  /** `total` counts the pending changes as well. */
  | { kind: 'changes_pushed'; settled: number; total: number }
  /** For calls without an answer; `mostMs` in milliseconds. */
  | { kind: 'waiting_for_gitlab'; changes: number; mostMs: number }
  | { kind: 'earlier_changes_pushed'; confirmed: number; refused: readonly Outcome[]; pending: number }
  /** `total` is null if GitLab does not report it. */
  | { kind: 'users_read'; list: 'holders' | 'free'; read: number; total: number | null }
  /** In batches. */
  | { kind: 'users_looked_up'; asked: number; total: number }
  /** One by one. */
  | { kind: 'many_addresses_looked_up'; count: number }
  /** The reason is a sentence. */
  | { kind: 'addresses_not_looked_up'; count: number; reason: string }
  | { kind: 'store_written'; done: number }
