import { UserError } from '../errors.ts'
import type { OutputFile } from '../report/output-file.ts'
import type { TextOutput } from '../report/text-output.ts'
import type { Session } from '../session.ts'

/** Written completely or not at all. */
export class WrittenFile {
  readonly #path: string
  readonly #file: OutputFile

  private constructor(path: string, file: OutputFile) {
    this.#path = path
    this.#file = file
  }

  /** Call it before the work: an unwritable path, or the store itself, fails at once. */
  static async open(session: Session, path: string): Promise<WrittenFile> {
    if (session.isStoreFile(path))
      throw new UserError('usage', `${path} is the store and would be overwritten.`, 'Name another file.')
    const { openOutputFile } = await import('../report/output-file.ts')
    try {
      return new WrittenFile(path, await openOutputFile(path))
    } catch (error) {
      throw createWriteError(path, 'Name a file in a folder of your own.', error)
    }
  }

  /** @param advice the hint of a failure */
  async write(work: (output: TextOutput) => Promise<void>, advice: string): Promise<void> {
    try {
      await work(this.#file.output)
      await this.#file.commit()
    } catch (error) {
      throw error instanceof UserError ? error : createWriteError(this.#path, advice, error)
    }
  }

  /** Leaves the place as it was, unless the file was written. */
  discard(): Promise<void> {
    return this.#file.discard()
  }
}

const reasons: Record<string, string> = {
  ENOENT: 'the folder does not exist',
  ENOTDIR: 'the folder does not exist',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
}

function createWriteError(path: string, hint: string, cause: unknown): UserError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const reason = reasons[code] ?? (cause instanceof Error ? cause.message : String(cause))
  return new UserError('failed', `${path} cannot be written: ${reason}.`, hint, cause)
}
