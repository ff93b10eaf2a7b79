import { UserError } from '../errors.ts'

const reasons: Record<string, string> = {
  ENOENT: 'there is no such folder',
  ENOTDIR: 'there is no such folder',
  EISDIR: 'it is a directory',
  EACCES: 'you have no permission',
  EPERM: 'you have no permission',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
}

/** What an error of the operating system means for whoever named the place. */
export function createWriteError(path: string, hint: string, cause: unknown): UserError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const why = reasons[code] ?? (cause instanceof Error ? cause.message : String(cause))
  return new UserError('failed', `${path} cannot be written: ${why}.`, hint, cause)
}
