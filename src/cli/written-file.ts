import { tmpdir } from 'node:os'
import { basename, dirname } from 'node:path'
import { UserError } from '../errors.ts'
import type { OutputFile } from '../report/output-file.ts'
import type { TextOutput } from '../report/text-output.ts'
import type { Session } from '../session.ts'
import { isStoreFile } from '../store/store-files.ts'
import { describeReason } from './describe-reason.ts'
import { createTemporaryFolderError } from './temporary-folder-error.ts'

const ownFolder = 'Name a file in a folder of your own.'

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
    if (isStoreFile(path, session.storePath))
      throw new UserError('usage', `${path} is the store and would be overwritten.`, 'Name another file.')
    const { openOutputFile } = await import('../report/output-file.ts')
    try {
      return new WrittenFile(path, await openOutputFile(path))
    } catch (error) {
      throw isSpoolError(error) ? createTemporaryFolderError(error) : createWriteError(path, ownFolder, error)
    }
  }

  async write<T>(work: (output: TextOutput) => Promise<T>, hint = ownFolder): Promise<T> {
    try {
      const answer = await work(this.#file.output)
      await this.#file.commit()
      return answer
    } catch (error) {
      throw isSystemError(error) ? createWriteError(this.#path, hint, error) : error
    }
  }

  /** Leaves the place as it was, unless the file was written. */
  discard(): Promise<void> {
    return this.#file.discard()
  }
}

/** The text for a device or a pipe waits there. */
function isSpoolError(cause: unknown): boolean {
  const { path } = cause as { path?: unknown }
  return typeof path === 'string' && dirname(path) === tmpdir() && spoolName.test(basename(path))
}

function isSystemError(cause: unknown): boolean {
  return cause instanceof Error && 'syscall' in cause
}

const spoolName = /^duo-seats-[0-9a-f]{16}\.tmp$/

function createWriteError(path: string, hint: string, cause: unknown): UserError {
  return new UserError('failed', `${path} cannot be written: ${describeReason(cause)}.`, hint, cause)
}
