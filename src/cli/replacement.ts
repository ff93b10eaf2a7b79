import { UserError } from '../errors.ts'
import type { TextOutput } from '../report/text-output.ts'
import type { App } from './app.ts'
import { createWriteError } from './write-error.ts'

/** A file that a command makes anew, whole or not at all. */
export interface Replacement {
  /** Writes it and puts it in its place. */
  write(work: (output: TextOutput) => Promise<void>): Promise<void>
  /** Leaves the place as it was, unless it was written. */
  discard(): Promise<void>
}

/**
 * Opens a file before the work whose outcome it will hold: a place that cannot be written to is said at once.
 *
 * @throws UserError where the place cannot be written to, or is the store
 */
export async function openReplacement(app: App, path: string): Promise<Replacement> {
  if (app.isStoreFile(path))
    throw new UserError('usage', `${path} is the store: it would be overwritten.`, 'Name another file.')
  const { openOutputFile } = await import('../report/output-file.ts')
  const refuse = (error: unknown): never => {
    throw createWriteError(path, 'Name a file in a folder of your own.', error)
  }
  const file = await openOutputFile(path).catch(refuse)
  return {
    write: async (work) => {
      await work(file.output).catch(refuse)
      await file.commit().catch(refuse)
    },
    discard: () => file.discard(),
  }
}
