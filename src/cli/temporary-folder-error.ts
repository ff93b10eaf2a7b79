import { tmpdir } from 'node:os'
import { UserError } from '../errors.ts'
import { describeReason } from './describe-reason.ts'

export function createTemporaryFolderError(cause: unknown): UserError {
  return new UserError(
    'failed',
    `${tmpdir()}, the folder of temporary files, cannot be written to: ${describeReason(cause)}.`,
    'Set the environment variable TMPDIR to a folder of your own.',
    cause,
  )
}
