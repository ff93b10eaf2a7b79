import type { Outcome } from '../domain/outcome.ts'
import type { KnownUser, Resolution } from '../domain/people/judge-person.ts'
import type { Result } from '../domain/result.ts'
import type { RunRefusal } from '../domain/run-refusal.ts'
import type { Pushed, ResultChange } from '../domain/seat-change.ts'
import { type ResultSummary, summarize } from '../domain/summarize.ts'
import { type DecidedRequest, ResultInsertion } from './result-insertion.ts'
import { type ResultRow, rejectedCodes, toResult } from './result-row.ts'
import type { Statement, Statements } from './statements.ts'

type RepeatsRow = [userId: number, repeats: number]

interface TallyRow {
  outcome: Outcome
  first_outcome: Outcome | null
  change: ResultChange
  pushed: Pushed | null
  /** Null unless `not_attempted`. */
  detail: string | null
  results: number
}

/** The results of one run. */
export interface RunRows {
  /** In order. */
  read(): Iterable<Result>
  /** Failed results in order, without repeats and pending ones. */
  readRejects(): Iterable<Result>
  /** Rows about the same user behind the first one, by the user's id. */
  countRepeats(): ReadonlyMap<number, number>
}

export class Results {
  readonly #insertion: ResultInsertion
  readonly #recordFormerName: Statement<[string, number, number]>
  readonly #refuse: Statement<[{ runId: number; refusal: RunRefusal }]>
  readonly #read: Statement<[number], ResultRow>
  readonly #readRejects: Statement<[number], ResultRow>
  readonly #tally: Statement<[number], TallyRow>
  readonly #countRepeats: Statement<[number], RepeatsRow>
  readonly #findOfUser: Statement<[number, number], ResultRow>

  constructor(statements: Statements) {
    this.#insertion = new ResultInsertion(statements)
    this.#recordFormerName = statements.prepare(
      'UPDATE results SET former_name = ? WHERE run_id = ? AND number = ?',
    )
    this.#refuse = statements.prepare(`
      UPDATE results
      SET outcome = 'not_attempted', change = 'none', reason = NULL,
        detail = iif(change = 'give' AND :refusal = 'too_few_seats', NULL, :refusal)
      WHERE run_id = :runId AND change <> 'none'
    `)
    const select = `
      SELECT
        results.line, results.input, results.user_id, users.username, results.outcome, results.change, results.reason,
        results.detail, first.line AS first_line, first.outcome AS first_outcome, results.former_name,
        results.pushed
      FROM results
      LEFT JOIN users ON users.id = results.user_id
      LEFT JOIN results AS first ON first.run_id = results.run_id AND first.number = results.duplicate_of
      WHERE results.run_id = ?
    `
    this.#read = statements.prepare<[number], ResultRow>(`${select} ORDER BY results.number`).raw()
    this.#readRejects = statements
      .prepare<[number], ResultRow>(`
        ${select} AND results.outcome IN (${rejectedCodes}) ORDER BY results.number
      `)
      .raw()
    this.#tally = statements.prepare(`
      SELECT
        results.outcome, first.outcome AS first_outcome, results.change, results.pushed,
        iif(results.outcome = 'not_attempted', results.detail, NULL) AS detail, count(*) AS results
      FROM results
      LEFT JOIN results AS first ON first.run_id = results.run_id AND first.number = results.duplicate_of
      WHERE results.run_id = ?
      GROUP BY 1, 2, 3, 4, 5
    `)
    this.#countRepeats = statements
      .prepare<[number], RepeatsRow>(`
        SELECT user_id, count(*) FROM results WHERE run_id = ? AND outcome = 'duplicate' GROUP BY user_id
      `)
      .raw()
    this.#findOfUser = statements
      .prepare<[number, number], ResultRow>(`
        ${select} AND results.user_id = ? AND results.duplicate_of IS NULL ORDER BY results.number LIMIT 1
      `)
      .raw()
  }

  /** @param firstNumber from 1 */
  record(runId: number, firstNumber: number, decided: readonly DecidedRequest[]): void {
    this.#insertion.insert(runId, firstNumber, decided)
  }

  /** Few rows name a user by a former name: a column of the insertion would slow every row. */
  recordFormerNames(
    runId: number,
    firstNumber: number,
    resolved: readonly { resolution: Resolution<KnownUser> }[],
  ): void {
    let number = firstNumber
    for (const { resolution } of resolved) {
      if ('user' in resolution && resolution.formerName !== null)
        this.#recordFormerName.run(resolution.formerName, runId, number)
      number += 1
    }
  }

  refuse(runId: number, refusal: RunRefusal): void {
    this.#refuse.run({ runId, refusal })
  }

  *read(runId: number): Iterable<Result> {
    for (const row of this.#read.iterate(runId)) yield toResult(row)
  }

  /** In order, without repeats and pending results. */
  *readRejects(runId: number): Iterable<Result> {
    for (const row of this.#readRejects.iterate(runId)) yield toResult(row)
  }

  ofRun(runId: number): RunRows {
    return {
      read: () => this.read(runId),
      readRejects: () => this.readRejects(runId),
      countRepeats: () => new Map(this.#countRepeats.all(runId)),
    }
  }

  /** The first result about the user; null without one. */
  findOfUser(runId: number, userId: number): Result | null {
    const row = this.#findOfUser.get(runId, userId)
    return row === undefined ? null : toResult(row)
  }

  /** As they are now: a push changes results after the decision. */
  summarize(runId: number): ResultSummary {
    return summarize(
      this.#tally.all(runId).map(({ first_outcome: outcome, ...tally }) => ({
        ...tally,
        first: outcome === null ? null : { line: null, outcome },
      })),
    )
  }
}
