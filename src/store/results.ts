import type Sqlite from 'better-sqlite3'
import { type Outcome, outcomeCodes, outcomes } from '../domain/outcome.ts'
import type { Decision } from '../domain/plan.ts'
import type { Pushed } from '../domain/pushed.ts'
import type { Request } from '../domain/request.ts'
import { isSeatless, type Result } from '../domain/result.ts'
import type { PushedCounts } from '../domain/sync-change.ts'

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
  pushed: Pushed | null
}

/** Results that are alike in what a summary needs, and how many they are. */
interface CountedRow {
  outcome: Outcome
  first_outcome: Outcome | null
  pushed: Pushed | null
  /** Of `not_attempted` only. */
  detail: string | null
  results: number
}

/** What the results of a run add up to. */
export interface ResultSummary extends PushedCounts {
  rows: number
  /** How many results of each outcome, in the order of the table of outcomes; one that did not occur is left out. */
  outcomes: Partial<Record<Outcome, number>>
  /** Results of users who are not in the state that was asked for, their duplicates included. */
  failed: number
  /** Results of users for whom no seat was left. */
  seatless: number
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

/** What somebody can mend. A pending seat needs no mending: the next sync finishes it. */
const rejected = JSON.stringify(
  outcomeCodes.filter((code) => outcomes[code].success === false && !code.startsWith('pending')),
)

export class Results {
  readonly #recordOne: Sqlite.Statement
  readonly #recordMany: Sqlite.Statement
  readonly #discard: Sqlite.Statement<[number]>
  readonly #read: Sqlite.Statement<[number], ResultRow>
  readonly #readRejects: Sqlite.Statement<[number, string], ResultRow>
  readonly #count: Sqlite.Statement<[number], CountedRow>
  readonly #findOfUser: Sqlite.Statement<[number, number], ResultRow>

  constructor(database: Sqlite.Database) {
    this.#recordOne = prepareInsert(database, 1)
    this.#recordMany = prepareInsert(database, rowsPerInsert)
    this.#discard = database.prepare('DELETE FROM results WHERE run_id = ?')
    const select = `
      SELECT
        results.line, results.input, results.user_id, users.username, results.outcome, results.reason, results.detail,
        first.line AS first_line, first.outcome AS first_outcome, results.pushed
      FROM results
      LEFT JOIN users ON users.id = results.user_id
      LEFT JOIN results AS first ON first.run_id = results.run_id AND first.number = results.duplicate_of
      WHERE results.run_id = ?
    `
    this.#read = database.prepare(`${select} ORDER BY results.number`)
    this.#readRejects = database.prepare(`
      ${select} AND results.outcome IN (SELECT value FROM json_each(?)) ORDER BY results.number
    `)
    this.#count = database.prepare(`
      SELECT
        results.outcome, first.outcome AS first_outcome, results.pushed,
        iif(results.outcome = 'not_attempted', results.detail, NULL) AS detail, count(*) AS results
      FROM results
      LEFT JOIN results AS first ON first.run_id = results.run_id AND first.number = results.duplicate_of
      WHERE results.run_id = ?
      GROUP BY 1, 2, 3, 4
    `)
    this.#findOfUser = database.prepare(`
      ${select} AND results.user_id = ? AND results.duplicate_of IS NULL ORDER BY results.number LIMIT 1
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

  /** Forgets the results of a run that is to be decided again. */
  discard(runId: number): void {
    this.#discard.run(runId)
  }

  /** All results of a run in order. */
  *read(runId: number): Iterable<Result> {
    for (const row of this.#read.iterate(runId)) yield toResult(row)
  }

  /** The results without success, in order; repeats and what is pending are left out. */
  *readRejects(runId: number): Iterable<Result> {
    for (const row of this.#readRejects.iterate(runId, rejected)) yield toResult(row)
  }

  /** What became of a user in a run, where the run names the user first; null where it does not. */
  findOfUser(runId: number, userId: number): Result | null {
    const row = this.#findOfUser.get(runId, userId)
    return row === undefined ? null : toResult(row)
  }

  /** What all results of a run add up to, as they stand now: a push changes them after the plan. */
  summarize(runId: number): ResultSummary {
    const groups = this.#count.all(runId)
    const countWhere = (isWanted: (row: CountedRow) => boolean) =>
      groups.filter(isWanted).reduce((sum, { results }) => sum + results, 0)
    const counts = outcomeCodes.map((code) => [code, countWhere(({ outcome }) => outcome === code)] as const)
    return {
      rows: countWhere(() => true),
      outcomes: Object.fromEntries(counts.filter(([, count]) => count > 0)),
      failed: countWhere(
        ({ outcome, first_outcome }) => outcomes[first_outcome ?? outcome].success === false,
      ),
      seatless: countWhere(isSeatless),
      confirmed: countWhere(({ pushed }) => pushed === 'confirmed'),
      pending: countWhere(({ pushed }) => pushed === 'pending'),
      refused: countWhere(({ pushed }) => pushed === 'refused'),
    }
  }
}

function prepareInsert(database: Sqlite.Database, rows: number): Sqlite.Statement {
  const row = `(${columns.map(() => '?').join(', ')})`
  return database.prepare(
    `INSERT INTO results (${columns.join(', ')}) VALUES ${Array(rows).fill(row).join(', ')}`,
  )
}

function toResult(row: ResultRow): Result {
  const { line, input, user_id: userId, username, outcome, reason, detail, pushed } = row
  const first = row.first_outcome === null ? null : { line: row.first_line, outcome: row.first_outcome }
  return { line, input, userId, username, outcome, reason, detail, first, pushed }
}
