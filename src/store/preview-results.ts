import type Sqlite from 'better-sqlite3'
import type { Result } from '../domain/result.ts'
import { BulkInsertion } from './bulk-insertion.ts'
import { explainFullFolder, openPrivateDatabase } from './private-database.ts'
import { type ResultRow, rejectedCodes, toResult } from './result-row.ts'
import type { RunRows } from './results.ts'
import { Statements } from './statements.ts'

const content = 'plan'

const schema = `
  CREATE TABLE results (
    number INTEGER PRIMARY KEY, line INTEGER, input TEXT NOT NULL, user_id INTEGER, username TEXT,
    outcome TEXT NOT NULL, change TEXT NOT NULL, reason TEXT, detail TEXT, first_line INTEGER, first_outcome TEXT,
    former_name TEXT
  ) STRICT
`

/** A {@link ResultRow} without `pushed`. */
const columns = [
  'line',
  'input',
  'user_id',
  'username',
  'outcome',
  'change',
  'reason',
  'detail',
  'first_line',
  'first_outcome',
  'former_name',
] as const

/** In a private temporary file: the results outlive their transaction, so a reading user does not lock the store. */
export class PreviewResults implements RunRows {
  readonly #database: Sqlite.Database
  readonly #insertion: BulkInsertion

  private constructor(database: Sqlite.Database) {
    this.#database = database
    this.#insertion = new BulkInsertion(new Statements(database), 'results', columns)
  }

  /** @throws UserError for a folder of temporary files that cannot be written to */
  static async open(): Promise<PreviewResults> {
    return new PreviewResults(await openPrivateDatabase(content, schema))
  }

  /** @throws UserError for a full folder of temporary files */
  copy(results: Iterable<Result>): void {
    try {
      this.#database.transaction(() => this.#insertion.insert(results, addValues))()
    } catch (error) {
      throw explainFullFolder(error, content)
    }
  }

  *read(): Iterable<Result> {
    yield* this.#select('TRUE')
  }

  /** Without repeats. */
  *readRejects(): Iterable<Result> {
    yield* this.#select(`outcome IN (${rejectedCodes})`)
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
      .prepare<[], ResultRow>(
        `SELECT ${columns.join(', ')}, NULL FROM results WHERE ${condition} ORDER BY number`,
      )
      .raw()
      .iterate()
    for (const row of rows) yield toResult(row)
  }

  close(): void {
    this.#database.close()
  }
}

function addValues(values: unknown[], result: Result): void {
  const { line, input, userId, username, outcome, change, reason, detail, first, formerName } = result
  values.push(line, input, userId, username, outcome, change, reason, detail)
  values.push(first?.line ?? null, first?.outcome ?? null, formerName)
}
