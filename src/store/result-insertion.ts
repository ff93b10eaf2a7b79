import type { Request } from '../domain/request.ts'
import type { Decision } from '../domain/run-plan.ts'
import { BulkInsertion } from './bulk-insertion.ts'
import type { Statements } from './statements.ts'

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

export class ResultInsertion {
  readonly #insertion: BulkInsertion

  constructor(statements: Statements) {
    this.#insertion = new BulkInsertion(statements, 'results', columns)
  }

  /** @param firstNumber from 1 */
  insert(runId: number, firstNumber: number, decided: readonly DecidedRequest[]): void {
    let number = firstNumber
    this.#insertion.insert(decided, (values, { request, decision }) => {
      const { line, input } = request
      const { userId, outcome, change, reason, detail, duplicateOf } = decision
      values.push(runId, number, line, input, userId, outcome, change, reason, detail, duplicateOf)
      number += 1
    })
  }
}
