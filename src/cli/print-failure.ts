import { UserError } from '../errors.ts'
import { describeReason } from './describe-reason.ts'

/** A stdout that cannot be written to, such as a file on a full disk. Other files have errors of their own. */
export function isPrintFailure(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error && error.syscall === 'write'
}

/** @param state sentence about the work, which is done */
export function explainPrintFailure(error: unknown, state: string, hint: string): unknown {
  if (!isPrintFailure(error)) return error
  const sentence = `The report cannot be printed: ${describeReason(error)}. ${state}`
  return new UserError('failed', sentence, hint, error)
}
