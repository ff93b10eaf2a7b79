import { describeResult, isSuccess, type Result, type ResultContext } from '../../domain/result.ts'
import type { Cell } from '../report-document.ts'

/** The keys of a result in JSON and in CSV, in order. */
export const resultColumns = [
  'line',
  'input',
  'username',
  'user_id',
  'outcome',
  'success',
  'reason',
  'message',
] as const

/** The keys of a result of a linked store: those of every result, and how far it was pushed. */
export const linkedResultColumns = [...resultColumns, 'pushed'] as const

export type ResultRow = Record<(typeof resultColumns)[number], Cell>

export type LinkedResultRow = Record<(typeof linkedResultColumns)[number], Cell>

/** A result of a linked store in the form of the contract. */
export function toLinkedResultRow(result: Result, context: ResultContext): LinkedResultRow {
  return { ...toResultRow(result, context), pushed: result.pushed }
}

/** A result in the form of the contract. */
export function toResultRow(result: Result, context: ResultContext): ResultRow {
  return {
    line: result.line,
    input: result.input,
    username: result.username,
    user_id: result.userId,
    outcome: result.outcome,
    success: isSuccess(result),
    reason: result.reason,
    message: describeResult(result, context),
  }
}
