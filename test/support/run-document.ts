/** One result of a run, as JSON. */
export interface ResultRow {
  line: number | null
  input: string
  username: string | null
  user_id: number | null
  outcome: string
  success: boolean
  reason: string | null
  message: string
  suggestions: string[]
  /** In a linked store only. */
  pushed?: string | null
}

/** The document that a run prints with `--format json`. */
export interface RunDocument {
  schema: number
  run: {
    id: number | null
    command: string
    add_on: string
    dry_run: boolean
    started_at: string
    finished_at: string
  }
  summary: {
    rows: number
    outcomes: Record<string, number>
    needed: number
    removals: number
    free_before: number
    free_after: number
    short: number
  }
  recorded_only: boolean
  /** In a linked store only. */
  synced_at?: string
  results: ResultRow[]
}

const known: Record<string, Pick<ResultRow, 'success' | 'message'>> = {
  assigned: { success: true, message: 'Seat assigned.' },
  already_assigned: { success: true, message: 'The user already has a seat.' },
  no_seats_available: { success: false, message: 'No seat is free.' },
  not_attempted: {
    success: false,
    message: 'Not assigned: 4 seats needed, 1 free.',
  },
}

/** The result of a row that matches a user. `facts` replaces the facts that follow from the outcome. */
export function makeRow(
  line: number | null,
  input: string,
  [user_id, username]: [number, string],
  outcome: string,
  facts: Partial<ResultRow> = {},
): ResultRow {
  const { success, message } = known[outcome] ?? { success: false, message: '' }
  return {
    line,
    input,
    username,
    user_id,
    outcome,
    success,
    reason: null,
    message,
    suggestions: [],
    ...facts,
  }
}

/** The result of a row that matches no user, or several. */
export function makeUnknownRow(
  line: number | null,
  input: string,
  outcome: string,
  message: string,
): ResultRow {
  return {
    line,
    input,
    username: null,
    user_id: null,
    outcome,
    success: false,
    reason: null,
    message,
    suggestions: [],
  }
}

/** Counts the rows of each outcome, as the summary of a run does. */
export function countOutcomes({ results }: RunDocument): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { outcome } of results) counts[outcome] = (counts[outcome] ?? 0) + 1
  return counts
}

/** `[input, outcome, pushed]` of each result of a linked run. */
export function condense({ results }: RunDocument): unknown[] {
  return results.map(({ input, outcome, pushed }) => [input, outcome, pushed])
}

/** The note on stderr about a run of a store that is not linked, in formats that scripts read. */
export const recordedOnlyNote = 'Recorded in the store only: GitLab itself was not changed.\n'
