import type { AddOn } from '../../../domain/add-on.ts'
import type { Outcome } from '../../../domain/outcome.ts'
import type { RunAgreement } from '../documents.ts'

export type ListCommand = 'bulk-assign' | 'bulk-unassign' | 'apply'

/** How a list is read: as `--column`, `--no-header` and `--encoding`. */
export interface ListReading {
  columns: readonly string[]
  header: boolean
  encoding?: string
}

export interface ListChoices {
  settled: readonly { line: number; user_id: number }[]
  left_out: readonly number[]
}

export interface ListOrder {
  command: ListCommand
  add_on: AddOn | null
  on_shortage: 'fill' | 'fail'
}

export type ListRunRequest = ListReading & ListChoices & ListOrder & RunAgreement

/** The rejects of a recorded run, or else of a dry run. */
export type RejectsRequest = ListReading &
  ListChoices &
  ListOrder & {
    run_id: number | null
    /** As the plan had them before. */
    left_out_rows: readonly { line: number; outcome: Outcome; message: string }[]
  }
