import { UserError } from '../../errors.ts'

/** The input does not exist or cannot be read. `--format rake` has its own text for this. */
export class UnreadableInputError extends UserError {}

/** The input has no rows, not even a header. */
export class EmptyInputError extends UserError {}

export function labelInput(name: string): string {
  return name === '-' ? 'standard input' : name
}

const known: Record<string, { describe(label: string): string; hint: string }> = {
  ENOENT: {
    describe: (label) => `The file ${label} does not exist.`,
    hint: 'Check the name, or give - for standard input.',
  },
  EACCES: {
    describe: (label) => `You do not have permission to read ${label}.`,
    hint: 'Ask its owner for permission, or copy it to a folder of your own.',
  },
  EISDIR: {
    describe: (label) => `${label} is a directory, not a file.`,
    hint: 'Name a file in it.',
  },
}

/** @param cause an error of the operating system */
export function createReadError(name: string, cause: unknown): UserError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error'
  return createUnreadableError(name, code, cause)
}

/** For `catch`. */
export function refuseToRead(name: string): (error: unknown) => never {
  return (error) => {
    throw createReadError(name, error)
  }
}

export function createDirectoryError(name: string): UserError {
  return createUnreadableError(name, 'EISDIR')
}

function createUnreadableError(name: string, code: string, cause?: unknown): UnreadableInputError {
  const label = labelInput(name)
  const { describe, hint } = known[code] ?? {
    describe: () => `${label} cannot be read (${code}).`,
    hint: 'Check that other programs can open it.',
  }
  return new UnreadableInputError('usage', describe(label), hint, cause)
}
