import type Sqlite from 'better-sqlite3'
import { type Outcome, outcomeCodes, outcomes } from '../domain/outcome.ts'
import type { Decision } from '../domain/plan.ts'
import type { Request } from '../domain/request.ts'
import type { Result } from '../domain/result.ts'

interface ResultRow {
  line: number | null
  input: string
  user_id: number | null
  username: string | null
  outcome: Outcome
  reason: string | null
  detail: string | null
  first_line: number | null
  first_outcome: Outcome | null
  first_reason: string | null
  first_detail: string | null
}

interface CountRow {
  outcome: Outcome
  rows: number
  failed: number
}

/** How many results of each outcome a run has, in the order of the table of outcomes. */
export interface ResultCounts {
  rows: number
  outcomes: Partial<Record<Outcome, number>>
  failed: number
}

const failures = JSON.stringify(outcomeCodes.filter((code) => outcomes[code].success === false))

export class Results {
  readonly #record: Sqlite.Statement
  readonly #count: Sqlite.Statement<[{ runId: number; failures: string }], CountRow>
  readonly #read: Sqlite.Statement<[number], ResultRow>
  readonly #readRejects: Sqlite.Statement<[number, string], ResultRow>

  constructor(database: Sqlite.Database) {
    this.#record = database.prepare(`
      INSERT INTO results (run_id, number, line, input, user_id, outcome, reason, detail, duplicate_of)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    `)
    this.#count = database.prepare(`
      SELECT
        results.outcome,
        count(*) AS rows,
        sum(coalesce(first.outcome, results.outcome) IN (SELECT value FROM json_each(:failures))) AS failed
      FROM results
      LEFT JOIN results AS first ON first.run_id = results.run_id AND first.number = results.duplicate_of
      WHERE results.run_id = :runId
      GROUP BY results.outcome
    `)
    const select = `
      SELECT
        results.line, results.input, results.user_id, users.username, results.outcome, results.reason, results.detail,
        first.line AS first_line, first.outcome AS first_outcome, first.reason AS first_reason, first.detail AS first_detail
      FROM results
      LEFT JOIN users ON users.id = results.user_id
      LEFT JOIN results AS first ON first.run_id = results.run_id AND first.number = results.duplicate_of
      WHERE results.run_id = ?
    `
    this.#read = database.prepare(`${select} ORDER BY results.number`)
    this.#readRejects = database.prepare(`
      ${select} AND results.outcome IN (SELECT value FROM json_each(?)) ORDER BY results.number
    `)
  }

  /** @param number counts the results of a run from 1 */
  record(runId: number, number: number, request: Request, decision: Decision): void {
    this.#record.run(
      runId,
      number,
      request.line,
      request.input,
      decision.userId,
      decision.outcome,
      decision.reason,
      decision.detail,
      decision.duplicateOf,
    )
  }

  count(runId: number): ResultCounts {
    const counted = this.#count.all({ runId, failures })
    const byOutcome = new Map(counted.map(({ outcome, rows }) => [outcome, rows]))
    const present = outcomeCodes.flatMap((code) => {
      const rows = byOutcome.get(code)
      return rows === undefined ? [] : [[code, rows] as const]
    })
    return {
      rows: sum(counted.map(({ rows }) => rows)),
      outcomes: Object.fromEntries(present),
      failed: sum(counted.map(({ failed }) => failed)),
    }
  }

  /** All results of a run in order. */
  *read(runId: number): Iterable<Result> {
    for (const row of this.#read.iterate(runId)) yield toResult(row)
  }

  /** The results without success, in order; repeats are left out. */
  *readRejects(runId: number): Iterable<Result> {
    for (const row of this.#readRejects.iterate(runId, failures)) yield toResult(row)
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

function toResult(row: ResultRow): Result {
  const { line, input, user_id: userId, username, outcome, reason, detail } = row
  const first =
    row.first_outcome === null
      ? null
      : {
          line: row.first_line,
          outcome: row.first_outcome,
          reason: row.first_reason,
          detail: row.first_detail,
        }
  return { line, input, userId, username, outcome, reason, detail, first }
}
