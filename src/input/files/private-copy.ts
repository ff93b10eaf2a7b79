import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UserError } from '../../errors.ts'

/**
 * Copies a stream to a temporary file, which can be read several times. The file is unlinked at once: another process cannot open
 * it, and a crash leaves nothing behind.
 *
 * @param label name of the stream in messages
 * @throws UserError if the temporary file cannot be written; the error of the stream
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
    `${label} cannot be copied to ${tmpdir()}. It is read twice, which needs a copy.`,
    'Free some space there, or set the environment variable TMPDIR to another directory.',
    cause,
  )
}
