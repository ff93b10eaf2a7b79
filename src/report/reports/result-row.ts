import { describeResult, isSuccess, type Result, type ResultContext } from '../../domain/result.ts'
import type { RowValue } from '../report-document.ts'

export const resultColumns = [
  'line',
  'input',
  'username',
  'user_id',
  'outcome',
  'success',
  'reason',
  'message',
  'suggestions',
] as const

export const linkedResultColumns = [...resultColumns, 'pushed'] as const

type ResultRow = Record<(typeof resultColumns)[number], RowValue>

type LinkedResultRow = Record<(typeof linkedResultColumns)[number], RowValue>

export function toLinkedResultRow(result: Result, context: ResultContext): LinkedResultRow {
  return { ...toResultRow(result, context), pushed: result.pushed }
}

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
    suggestions: result.suggestions,
  }
}
