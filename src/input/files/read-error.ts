import { UserError } from '../../errors.ts'

/** There is no file that can be read: a failure that GitLab's Rake task has words of its own for. */
export class UnreadableInputError extends UserError {}

/** There is nothing at all in an input, not even a header. */
export class EmptyInputError extends UserError {}

/** What people call an input, given the name it was opened by. */
export function labelInput(name: string): string {
  return name === '-' ? 'standard input' : name
}

const known: Record<string, { describe(label: string): string; hint: string }> = {
  ENOENT: {
    describe: (label) => `There is no file ${label}.`,
    hint: 'Check the name, or give - for standard input.',
  },
  EACCES: {
    describe: (label) => `You have no permission to read ${label}.`,
    hint: 'Ask its owner for permission, or copy it to a place of your own.',
  },
  EISDIR: {
    describe: (label) => `${label} is a directory, and a file is needed.`,
    hint: 'Name the file inside it.',
  },
}

/** What an error of the operating system means for whoever named the input. */
export function createReadError(name: string, cause: unknown): UserError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error'
  return createUnreadableError(name, code, cause)
}

export function createDirectoryError(name: string): UserError {
  return createUnreadableError(name, 'EISDIR')
}

function createUnreadableError(name: string, code: string, cause?: unknown): UnreadableInputError {
  const label = labelInput(name)
  const { describe, hint } = known[code] ?? {
    describe: () => `${label} cannot be read (${code}).`,
    hint: 'Check that it is a file that can be opened.',
  }
  return new UnreadableInputError('usage', describe(label), hint, cause)
}
