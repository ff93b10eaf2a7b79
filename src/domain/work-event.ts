import type { Outcome } from './outcome.ts'
import type { CutOffRun } from './run.ts'

/** News about work in progress. A front end shows it as it likes; nothing depends on it. */
export type WorkEvent =
  /** For `--debug` only. */
  | { kind: 'debug'; text: string }
  /** GitLab is asked again; the text says why. */
  | { kind: 'retry'; text: string }
  /** Another process holds the lock of the store. */
  | { kind: 'waiting_for_store' }
  | { kind: 'cut_off_run'; run: CutOffRun; isOnThisHost: boolean }
  /** `done` is the share of the input, from 0 to 1. */
  | { kind: 'rows_decided'; rows: number; done: number }
  /** Answers of GitLab to a push so far; `total` counts the changes still pending as well. */
  | { kind: 'changes_pushed'; settled: number; total: number }
  /** Changes that earlier runs had left pending, and their results, were settled before this run. */
  | { kind: 'earlier_changes_pushed'; confirmed: number; refused: readonly Outcome[]; pending: number }
  /** Users read from GitLab so far; `total` is null where GitLab does not report it. */
  | { kind: 'users_read'; list: 'holders' | 'free'; read: number; total: number | null }
  /** A sync writes to the store; `done` is from 0 to 1. */
  | { kind: 'store_written'; done: number }
