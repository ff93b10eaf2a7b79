import { randomBytes } from 'node:crypto'
import { closeSync, openSync, unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type Sqlite from 'better-sqlite3'
import { type Outcome, outcomeCodes, outcomes } from '../domain/outcome.ts'
import type { Result } from '../domain/result.ts'
import type { ResultChange } from '../domain/seat-change.ts'
import { UserError } from '../errors.ts'
import { loadSqlite } from './load-sqlite.ts'
import { type Statement, Statements } from './statements.ts'

interface PreviewRow {
  line: number | null
  input: string
  user_id: number | null
  username: string | null
  outcome: Outcome
  change: ResultChange
  reason: string | null
  detail: string | null
  first_line: number | null
  first_outcome: Outcome | null
  former_name: string | null
}

const columns = 11

/** A call for each row would cost as much as the row itself. */
const rowsPerInsert = 50

const rejected = outcomeCodes.filter((code) => outcomes[code].status === 'failed')

/** In a private temporary file: the results outlive their transaction, so a reading user does not lock the store. */
export class PreviewResults {
  readonly #database: Sqlite.Database
  readonly #insertOne: Statement
  readonly #insertMany: Statement

  private constructor(database: Sqlite.Database) {
    this.#database = database
    database.exec(`
      CREATE TABLE results (
        number INTEGER PRIMARY KEY, line INTEGER, input TEXT NOT NULL, user_id INTEGER, username TEXT,
        outcome TEXT NOT NULL, change TEXT NOT NULL, reason TEXT, detail TEXT, first_line INTEGER, first_outcome TEXT,
        former_name TEXT
      ) STRICT
    `)
    const statements = new Statements(database)
    this.#insertOne = prepareInsert(statements, 1)
    this.#insertMany = prepareInsert(statements, rowsPerInsert)
  }

  /**
   * The file has no name and ends with the process.
   *
   * @throws UserError for a folder of temporary files that cannot be written to
   */
  static async open(): Promise<PreviewResults> {
    const path = join(tmpdir(), `duo-seats-${randomBytes(8).toString('hex')}.tmp`)
    makeFile(path)
    try {
      const Database = await loadSqlite()
      const database = new Database(path)
      // Only this process needs the rows.
      database.pragma('locking_mode = EXCLUSIVE')
      database.pragma('journal_mode = OFF')
      database.pragma('synchronous = OFF')
      return new PreviewResults(database)
    } finally {
      unlinkSync(path)
    }
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
      throw isFault(error) ? createFolderError(error) : error
    }
  }

  *read(): Iterable<Result> {
    yield* this.#select('TRUE')
  }

  /** Without repeats. */
  *readRejects(): Iterable<Result> {
    yield* this.#select(`outcome IN (${rejected.map((code) => `'${code}'`).join(', ')})`)
  }

  findRemovals(): ReadonlySet<number> {
    const find = this.#database.prepare<[], number>("SELECT user_id FROM results WHERE change = 'take'")
    return new Set(find.pluck().all())
  }

  *#select(condition: string): Iterable<Result> {
    const rows = this.#database
      .prepare<[], PreviewRow>(`SELECT * FROM results WHERE ${condition} ORDER BY number`)
      .iterate()
    for (const row of rows) yield toResult(row)
  }

  close(): void {
    this.#database.close()
  }
}

function makeFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    throw createFolderError(error)
  }
}

/** The rows come from the store, whose errors name the store: these are of writing. */
function isFault(error: unknown): boolean {
  return /^SQLITE_(FULL|IOERR_WRITE)/.test(String((error as { code?: unknown }).code))
}

function createFolderError(cause: unknown): UserError {
  return new UserError(
    'failed',
    `The plan cannot be kept in ${tmpdir()}, the folder of temporary files: ${(cause as Error).message}.`,
    'Set the environment variable TMPDIR to a folder of your own with free space.',
    cause,
  )
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

function toResult(row: PreviewRow): Result {
  const { line, input, user_id: userId, username, outcome, change, reason, detail } = row
  const first = row.first_outcome === null ? null : { line: row.first_line, outcome: row.first_outcome }
  const formerName = row.former_name
  return {
    line,
    input,
    userId,
    username,
    outcome,
    change,
    reason,
    detail,
    first,
    pushed: null,
    formerName,
    suggestions: [],
  }
}
