import { constants, isUtf8 } from 'node:buffer'
import type { Snapshot } from '../../domain/snapshot.ts'
import { UserError } from '../../errors.ts'
import { openInputFile } from '../files/input-file.ts'
import { labelInput } from '../files/read-error.ts'
import { checkSnapshot } from './check-snapshot.ts'
import { escapeInvisible } from './fault-list.ts'

/** A checked snapshot: every day exists, no user occurs twice, and every seat refers to a user. */
export interface SnapshotFile {
  snapshot: Snapshot
  unknownKeys: string[]
}

/**
 * @param path a file, or `-` for standard input
 * @param now a snapshot taken more than a day later is refused
 * @param signal ends the wait for a pipe
 * @throws UserError `usage` if it cannot be read or is not JSON, or with its first 20 faults; the signal's reason if it was
 *   aborted
 */
export async function readSnapshot(
  path: string,
  now: Date,
  signal = new AbortController().signal,
): Promise<SnapshotFile> {
  const source = labelInput(path)
  const document = parseDocument(source, await readBytes(path, signal))
  const { snapshot, faults, unknownKeys } = checkSnapshot(document, now)
  if (snapshot === null)
    throw new UserError(
      'usage',
      `${source} is not a valid snapshot: ${faults.describe()}`,
      'Nothing was changed. Correct the snapshot or write it again, then run the command again.',
    )
  return { snapshot, unknownKeys }
}

const chunkBytes = 2 ** 20

async function readBytes(path: string, signal: AbortSignal): Promise<Buffer> {
  const file = await openInputFile(path, signal)
  try {
    const chunks: Buffer[] = []
    let length = 0
    for await (const chunk of file.readChunks(chunkBytes)) {
      chunks.push(Buffer.from(chunk))
      length += chunk.length
      // No string can be longer, so the snapshot is refused.
      if (length > constants.MAX_STRING_LENGTH) break
    }
    return Buffer.concat(chunks)
  } finally {
    await file.close()
  }
}

function parseDocument(source: string, bytes: Buffer): unknown {
  const refuse = (problem: string, cause?: unknown) =>
    new UserError(
      'usage',
      `${source} ${problem}.`,
      'A snapshot is one JSON document in UTF-8. Write it again, then run the command again.',
      cause,
    )
  if (bytes.length > constants.MAX_STRING_LENGTH) throw refuse('is larger than 512 MiB')
  if (!isUtf8(bytes)) throw refuse('is not UTF-8')
  const text = bytes.toString().replace(/^\uFEFF/, '')
  if (text.trim() === '') throw refuse('is empty')
  try {
    return JSON.parse(text)
  } catch (error) {
    throw refuse(`is not JSON: ${describeSyntaxError(text, error)}`, error)
  }
}

/** V8 reports the position of some errors, from 0, and quotes the text around the others. */
function describeSyntaxError(text: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const position = /at position (\d+)/.exec(message)?.[1]
  if (position === undefined) return escapeInvisible(message)
  const before = text.slice(0, Number(position)).split('\n')
  const problem = message.replace(/( in JSON)? at position.*/s, '')
  return escapeInvisible(`line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}: ${problem}`)
}
