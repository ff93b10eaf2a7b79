import type { AddOn } from '../domain/add-on.ts'
import { describeResult, isSuccess, type Result } from '../domain/result.ts'
import type { Cell } from './report-document.ts'

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

export type ResultRow = Record<(typeof resultColumns)[number], Cell>

/** A result in the form of the contract. */
export function toResultRow(result: Result, addOn: AddOn): ResultRow {
  return {
    line: result.line,
    input: result.input,
    username: result.username,
    user_id: result.userId,
    outcome: result.outcome,
    success: isSuccess(result),
    reason: result.reason,
    message: describeResult(result, addOn),
  }
}
