import { type ExitName, UserError } from '../errors.ts'

export interface Failure {
  exit: ExitName
  message: string
  hint: string
}

export function explainFailure(error: unknown): Failure {
  if (error instanceof UserError) return error
  const reason = error instanceof Error ? error.message : String(error)
  if (error instanceof Error && 'syscall' in error) {
    return {
      exit: 'failed',
      message: `The operating system refused: ${reason}.`,
      hint: 'Make room or check the permissions, then run the command again; it does nothing twice.',
    }
  }
  return {
    exit: 'failed',
    message: `This is a bug in duo-seats: ${reason}`,
    hint: 'Please report it, with what the same command prints with --debug.',
  }
}
