import type Sqlite from 'better-sqlite3'
import { outcomeCodes, outcomes } from '../domain/outcome.ts'
import type { Result } from '../domain/result.ts'
import { explainFullFolder, openPrivateDatabase } from './private-database.ts'
import { type ResultRow, toResult } from './result-row.ts'
import type { RunRows } from './results.ts'
import { type Statement, Statements } from './statements.ts'

const content = 'plan'

const schema = `
  CREATE TABLE results (
    number INTEGER PRIMARY KEY, line INTEGER, input TEXT NOT NULL, user_id INTEGER, username TEXT,
    outcome TEXT NOT NULL, change TEXT NOT NULL, reason TEXT, detail TEXT, first_line INTEGER, first_outcome TEXT,
    former_name TEXT
  ) STRICT
`

const columns = 11

/** A call for each row would cost as much as the row itself. */
const rowsPerInsert = 50

const rejected = outcomeCodes.filter((code) => outcomes[code].status === 'failed')

/** In a private temporary file: the results outlive their transaction, so a reading user does not lock the store. */
export class PreviewResults implements RunRows {
  readonly #database: Sqlite.Database
  readonly #insertOne: Statement
  readonly #insertMany: Statement

  private constructor(database: Sqlite.Database) {
    this.#database = database
    const statements = new Statements(database)
    this.#insertOne = prepareInsert(statements, 1)
    this.#insertMany = prepareInsert(statements, rowsPerInsert)
  }

  /** @throws UserError for a folder of temporary files that cannot be written to */
  static async open(): Promise<PreviewResults> {
    return new PreviewResults(await openPrivateDatabase(content, schema))
  }

  /** @throws UserError for a full folder of temporary files */
  copy(results: Iterable<Result>): void {
    const insertAll = this.#database.transaction(() => {
      let values: unknown[] = []
      for (const result of results) {
        values.push(...toValues(result))
        if (values.length < rowsPerInsert * columns) continue
        this.#insertMany.run(values)
        values = []
      }
      for (let start = 0; start < values.length; start += columns)
        this.#insertOne.run(values.slice(start, start + columns))
    })
    try {
      insertAll()
    } catch (error) {
      throw explainFullFolder(error, content)
    }
  }

  *read(): Iterable<Result> {
    yield* this.#select('TRUE')
  }

  /** Without repeats. */
  *readRejects(): Iterable<Result> {
    yield* this.#select(`outcome IN (${rejected.map((code) => `'${code}'`).join(', ')})`)
  }

  countRepeats(): ReadonlyMap<number, number> {
    const sql = "SELECT user_id, count(*) FROM results WHERE outcome = 'duplicate' GROUP BY user_id"
    return new Map(this.#database.prepare<[], [number, number]>(sql).raw().all())
  }

  findRemovals(): ReadonlySet<number> {
    const find = this.#database.prepare<[], number>("SELECT user_id FROM results WHERE change = 'take'")
    return new Set(find.pluck().all())
  }

  *#select(condition: string): Iterable<Result> {
    const rows = this.#database
      .prepare<[], ResultRow>(`
        SELECT
          line, input, user_id, username, outcome, change, reason, detail, first_line, first_outcome, NULL AS pushed,
          former_name
        FROM results WHERE ${condition} ORDER BY number
      `)
      .raw()
      .iterate()
    for (const row of rows) yield toResult(row)
  }

  close(): void {
    this.#database.close()
  }
}

function prepareInsert(statements: Statements, rows: number): Statement {
  const row = `(${Array(columns).fill('?').join(', ')})`
  return statements.prepare(`
    INSERT INTO results
      (line, input, user_id, username, outcome, change, reason, detail, first_line, first_outcome, former_name)
    VALUES ${Array(rows).fill(row).join(', ')}
  `)
}

function toValues(result: Result): unknown[] {
  const { line, input, userId, username, outcome, change, reason, detail, first, formerName } = result
  return [
    line,
    input,
    userId,
    username,
    outcome,
    change,
    reason,
    detail,
    first?.line ?? null,
    first?.outcome ?? null,
    formerName,
  ]
}
