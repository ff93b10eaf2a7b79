import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UserError } from '../../errors.ts'

/**
 * Copies a stream that can be read once to a temporary file that can be read as often as needed. The file has no name any
 * more when this returns: nobody else can open it, and nothing of it is left after a crash.
 *
 * @param label what is copied, for the message of a failure
 * @throws UserError where the temporary file cannot be written, and what the stream throws
 */
export async function copyToPrivateFile(
  chunks: AsyncIterable<Uint8Array>,
  label: string,
): Promise<FileHandle> {
  const refuse = (error: unknown) => {
    throw createCopyError(label, error)
  }
  const copy = await openNamelessFile().catch(refuse)
  try {
    for await (const chunk of chunks) await copy.appendFile(chunk).catch(refuse)
    return copy
  } catch (error) {
    await copy.close()
    throw error
  }
}

async function openNamelessFile(): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'duo-seats-'))
  try {
    return await open(join(folder, 'input'), 'wx+', 0o600)
  } finally {
    await rm(folder, { recursive: true })
  }
}

function createCopyError(label: string, cause: unknown): UserError {
  return new UserError(
    'failed',
    `${label} cannot be copied to ${tmpdir()}, which is needed to read it twice.`,
    'Make room there, or name another directory in the environment variable TMPDIR.',
    cause,
  )
}
