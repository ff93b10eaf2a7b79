import { constants, open } from 'node:fs'
import { Socket } from 'node:net'
import { addAbortSignal, type Readable } from 'node:stream'
import { promisify } from 'node:util'
import { createReadError, refuseToRead } from './read-error.ts'

/** @throws UserError if it cannot be read; the signal's reason if it was aborted */
export function readStandardInput(signal: AbortSignal): AsyncGenerator<Uint8Array> {
  return readStream('-', process.stdin, signal)
}

/** Opening a FIFO without a writer would block a thread, and keep the process alive after the signal. */
const withoutBlocking = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/**
 * Reads a FIFO, or a pipe with a path such as `/dev/fd/63`. It is read as a socket, because a pending read of a file would keep
 * the process alive after the signal.
 *
 * @throws UserError if it cannot be read; the signal's reason if it was aborted
 */
export async function* readPipe(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const fd = await promisify(open)(path, withoutBlocking).catch(refuseToRead(path))
  yield* readStream(path, new Socket({ fd, readable: true, writable: false }), signal)
}

async function* readStream(name: string, stream: Readable, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* addAbortSignal(signal, stream)
  } catch (error) {
    signal.throwIfAborted()
    throw createReadError(name, error)
  }
}
