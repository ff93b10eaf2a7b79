import type { SnapshotHead } from '../../domain/snapshot.ts'
import { UserError } from '../../errors.ts'
import { type InputFile, openInputFile } from '../files/input-file.ts'
import type { Piece } from './json-pieces.ts'
import { readPieces } from './read-pieces.ts'
import { longLists, SnapshotCheck, type SnapshotSink } from './snapshot-check.ts'

/** A checked snapshot: every day exists, no user occurs twice, and every seat refers to a user. */
interface SnapshotFile {
  head: SnapshotHead
  unknownKeys: string[]
  /** Sentences about states and types of a newer GitLab, each once. */
  unknownValues: string[]
}

interface Reading {
  /** A snapshot taken more than a day later is refused. */
  now: Date
  sink: SnapshotSink
  signal: AbortSignal
}

/**
 * Reads a snapshot as a stream: users and seats go to the sink, some at a time.
 *
 * @param path a file, or `-` for standard input
 * @throws UserError `usage` if it cannot be read or is not JSON, or with its first 20 faults; the signal's reason if it was
 *   aborted
 */
export async function readSnapshot(path: string, { now, sink, signal }: Reading): Promise<SnapshotFile> {
  const file = await openInputFile(path, signal)
  try {
    const check = new SnapshotCheck(now, sink)
    await passOn(file, signal, (pieces) => check.take(pieces))
    if (check.hasPostponedSeats) await passOn(file, signal, (pieces) => check.takePostponed(pieces))
    const { head, faults, unknownKeys, unknownValues } = check.finish()
    if (head !== null) return { head, unknownKeys, unknownValues }
    throw new UserError(
      'usage',
      `${file.label} is not a valid snapshot: ${faults.describe()}`,
      'Nothing was changed. Correct the snapshot or write it again, then run the command again.',
    )
  } finally {
    await file.close()
  }
}

async function passOn(
  file: InputFile,
  signal: AbortSignal,
  take: (pieces: readonly Piece[]) => void,
): Promise<void> {
  for await (const pieces of readPieces(file, longLists)) {
    signal.throwIfAborted()
    take(pieces)
  }
}
