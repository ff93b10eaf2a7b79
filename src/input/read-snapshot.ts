import { constants, isUtf8 } from 'node:buffer'
import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import type { Snapshot } from '../domain/snapshot.ts'
import { UserError } from '../errors.ts'
import { checkSnapshot } from './check-snapshot.ts'
import { escapeInvisible } from './fault-list.ts'

/** A snapshot that may be trusted: every day exists, nobody is there twice, every seat is somebody's. */
export interface SnapshotFile {
  snapshot: Snapshot
  /** Places of the keys that mean nothing here, each once, without indexes: `users[].nickname`. */
  unknownKeys: string[]
}

/**
 * Reads a snapshot and checks all of it. It is held in memory as a whole.
 *
 * @param path a file, `-` for standard input
 * @param now a snapshot that was taken more than a day later is refused
 * @throws UserError `usage`, when it cannot be read or is no JSON; or with the number of faults, the first 20 of them a line
 * each, and how many more there are
 */
export async function readSnapshot(path: string, now: Date): Promise<SnapshotFile> {
  const source = path === '-' ? 'Standard input' : path
  const document = parseDocument(source, await readBytes(path, source))
  const { snapshot, faults, unknownKeys } = checkSnapshot(document, now)
  if (snapshot === null)
    throw new UserError(
      'usage',
      `${source} is not a valid snapshot: ${faults.describe()}`,
      'Nothing was changed. Mend the snapshot, or have it written anew, and run the command again.',
    )
  return { snapshot, unknownKeys }
}

async function readBytes(path: string, source: string): Promise<Buffer> {
  try {
    return await (path === '-' ? buffer(process.stdin) : readFile(path))
  } catch (error) {
    throw createReadError(source, error)
  }
}

const readErrors: Record<string, (source: string) => string> = {
  ENOENT: (source) => `There is no file ${source}.`,
  EISDIR: (source) => `${source} is a directory, and a file is needed.`,
  EACCES: (source) => `You have no permission to read ${source}.`,
}

function createReadError(source: string, error: unknown): UserError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
  const sentence = readErrors[code]?.(source) ?? `${source} cannot be read (${code}).`
  return new UserError('usage', sentence, 'Give the path of a snapshot, or - for standard input.', error)
}

function parseDocument(source: string, bytes: Buffer): unknown {
  const refuse = (problem: string, cause?: unknown) =>
    new UserError(
      'usage',
      `${source} ${problem}.`,
      'A snapshot is one JSON document in UTF-8. Have it written anew, and run the command again.',
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

/** V8 tells of some errors at which character they are, counted from 0, and quotes the text around the others. */
function describeSyntaxError(text: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const position = /at position (\d+)/.exec(message)?.[1]
  if (position === undefined) return escapeInvisible(message)
  const before = text.slice(0, Number(position)).split('\n')
  const problem = message.replace(/( in JSON)? at position.*/s, '')
  return escapeInvisible(`line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}: ${problem}`)
}
