import type { Decision } from '../domain/plan.ts'
import type { Request } from '../domain/request.ts'
import type { Statement, Statements } from './statements.ts'

export interface DecidedRequest {
  request: Request
  decision: Decision
}

const columns = [
  'run_id',
  'number',
  'line',
  'input',
  'user_id',
  'outcome',
  'change',
  'reason',
  'detail',
  'duplicate_of',
] as const

/** A call for each row would cost as much as the row itself. Most first. */
const rowsPerInsert = [50, 10, 1] as const

interface Insert {
  rows: number
  statement: Statement
}

/** Inserts results in bulk. */
export class ResultInsertion {
  readonly #inserts: readonly Insert[]

  constructor(statements: Statements) {
    this.#inserts = rowsPerInsert.map((rows) => ({ rows, statement: prepareInsert(statements, rows) }))
  }

  /** @param firstNumber from 1 */
  insert(runId: number, firstNumber: number, decided: readonly DecidedRequest[]): void {
    let start = 0
    for (const { rows, statement } of this.#inserts)
      for (; start + rows <= decided.length; start += rows)
        statement.run(listValues(runId, firstNumber + start, decided.slice(start, start + rows)))
  }
}

function prepareInsert(statements: Statements, rows: number): Statement {
  const row = `(${columns.map(() => '?').join(', ')})`
  return statements.prepare(
    `INSERT INTO results (${columns.join(', ')}) VALUES ${Array(rows).fill(row).join(', ')}`,
  )
}

function listValues(runId: number, firstNumber: number, decided: readonly DecidedRequest[]): unknown[] {
  const values: unknown[] = []
  let number = firstNumber
  for (const { request, decision } of decided) {
    const { line, input } = request
    const { userId, outcome, change, reason, detail, duplicateOf } = decision
    values.push(runId, number, line, input, userId, outcome, change, reason, detail, duplicateOf)
    number += 1
  }
  return values
}
