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
}

const columns = [
  'run_id',
  'number',
  'line',
  'input',
  'user_id',
  'outcome',
  'reason',
  'detail',
  'duplicate_of',
] as const

/** Rows of one INSERT: a call for each row would cost as much as the row itself. */
const rowsPerInsert = 50

const failures = JSON.stringify(outcomeCodes.filter((code) => outcomes[code].success === false))

export class Results {
  readonly #recordOne: Sqlite.Statement
  readonly #recordMany: Sqlite.Statement
  readonly #read: Sqlite.Statement<[number], ResultRow>
  readonly #readRejects: Sqlite.Statement<[number, string], ResultRow>

  constructor(database: Sqlite.Database) {
    this.#recordOne = prepareInsert(database, 1)
    this.#recordMany = prepareInsert(database, rowsPerInsert)
    const select = `
      SELECT
        results.line, results.input, results.user_id, users.username, results.outcome, results.reason, results.detail,
        first.line AS first_line, first.outcome AS first_outcome
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

  /** @param firstNumber number of the first one; the results of a run are counted from 1 */
  record(runId: number, firstNumber: number, results: readonly (readonly [Request, Decision])[]): void {
    let number = firstNumber
    let values: unknown[] = []
    for (const [{ line, input }, { userId, outcome, reason, detail, duplicateOf }] of results) {
      values.push(runId, number, line, input, userId, outcome, reason, detail, duplicateOf)
      number += 1
      if (values.length < rowsPerInsert * columns.length) continue
      this.#recordMany.run(values)
      values = []
    }
    for (let start = 0; start < values.length; start += columns.length)
      this.#recordOne.run(values.slice(start, start + columns.length))
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

function prepareInsert(database: Sqlite.Database, rows: number): Sqlite.Statement {
  const row = `(${columns.map(() => '?').join(', ')})`
  return database.prepare(
    `INSERT INTO results (${columns.join(', ')}) VALUES ${Array(rows).fill(row).join(', ')}`,
  )
}

function toResult(row: ResultRow): Result {
  const { line, input, user_id: userId, username, outcome, reason, detail } = row
  const first = row.first_outcome === null ? null : { line: row.first_line, outcome: row.first_outcome }
  return { line, input, userId, username, outcome, reason, detail, first }
}
