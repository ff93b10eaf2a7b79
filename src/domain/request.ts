import type { Day } from './day.ts'
import type { PersonRow } from './people/judge-person.ts'
import type { UnknownFact } from './reclaim.ts'

/**
 * `report` shows whether the user has a seat, `leave` keeps it since a fact is unknown, `skip_changed` skips a seat that changed
 * after the undone run.
 */
export type RequestAction = 'give' | 'take' | 'report' | 'leave' | 'skip_changed'

export interface Request extends PersonRow {
  /** Physical line, from 1; null for a typed name. */
  line: number | null
  /** The cell that decides, as typed and trimmed: the first readable one, unless one has several names; empty without any. */
  input: string
  idleSince?: Day | 'never'
  /** For `leave`. */
  unknownFact?: UnknownFact
  /** The source of an id that was not typed: one that matches no user is a user who is gone. Users of the store are no rows. */
  idSource?: 'store' | 'group' | 'choice'
}

export interface RequestBatch {
  action: RequestAction
  requests: readonly Request[]
}

/** The file of a list, as it is read. */
export interface ListFile {
  /** Path as typed, `-` for standard input. */
  readonly name: string
  /** In hexadecimal; null before the first complete reading. */
  readonly sha256: string | null
  /** Share of the current reading, from 0 to 1. */
  readonly progress: number
}

/** Each reading starts at the beginning and yields the same. */
export interface UserList {
  /** Null for typed names. */
  readonly file: ListFile | null
  /** @throws UserError with the line, for malformed input */
  readBatches(): AsyncIterable<Request[]>
}
