import { createHash } from 'node:crypto'
import { type BigIntStats, fstatSync, readSync } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { UserError } from '../../errors.ts'
import { copyToPrivateFile } from './private-copy.ts'
import { createDirectoryError, createReadError, labelInput } from './read-error.ts'
import { readPipe, readStandardInput } from './read-stream.ts'

/** Large enough to make the cost of a call vanish, small enough for a batch of rows to stay in the processor's cache. */
const usualChunkBytes = 16_384

/** A file that is read several times, from one handle: whoever replaces the file meanwhile changes nothing. */
export class InputFile {
  /** As it was named; `-` is standard input. */
  readonly name: string
  /** What people call it, for sentences. */
  readonly label: string
  /** Its size when it was opened. */
  readonly bytes: number
  readonly #handle: FileHandle
  readonly #identity: BigIntStats | null
  #bytesRead = 0
  #sha256: string | null = null

  /**
   * @param handle what is read: the file, or a copy of it
   * @param identity the file itself; null where the system does not tell
   * @param bytes size of what is read
   */
  constructor(name: string, handle: FileHandle, identity: BigIntStats | null, bytes: number) {
    this.name = name
    this.label = labelInput(name)
    this.#handle = handle
    this.#identity = identity
    this.bytes = bytes
  }

  /** Hexadecimal, once the file was read to its end. */
  get sha256(): string | null {
    return this.#sha256
  }

  /** How much of the reading that began last is done, from 0 to 1. */
  get progress(): number {
    return this.bytes === 0 ? 1 : Math.min(1, this.#bytesRead / this.bytes)
  }

  /**
   * The bytes from the beginning. A chunk is valid until the next one is asked for.
   *
   * @throws UserError where the file cannot be read, or is not what the first reading to the end found
   */
  async *readChunks(chunkBytes = usualChunkBytes): AsyncGenerator<Uint8Array> {
    const hash = createHash('sha256')
    this.#bytesRead = 0
    for await (const chunk of readHandle(this.#handle, this.name, 0, chunkBytes)) {
      hash.update(chunk)
      this.#bytesRead += chunk.length
      yield chunk
    }
    this.#recordHash(hash.digest('hex'))
  }

  #recordHash(sha256: string): void {
    this.#sha256 ??= sha256
    if (this.#sha256 !== sha256) throw this.createChangeError()
  }

  createChangeError(): UserError {
    return new UserError(
      'failed',
      `${this.label} changed while it was read.`,
      'Run the command again when nothing writes to the file any more.',
    )
  }

  /** Whether a path leads to this very file, symbolic links followed. */
  async isSameFile(path: string): Promise<boolean> {
    const other = await stat(path, { bigint: true }).catch(() => null)
    if (other === null || this.#identity === null) return false
    return other.dev === this.#identity.dev && other.ino === this.#identity.ino
  }

  async close(): Promise<void> {
    await this.#handle.close()
  }
}

/**
 * Opens a file for several readings. What is no regular file (standard input, a FIFO, `/dev/fd/63`) is read to its end
 * before this returns, into a copy.
 *
 * @param name a path, or `-` for standard input
 * @param signal ends the wait for a pipe
 * @throws UserError where there is no such file, or it cannot be read; the signal's reason when it was aborted
 */
export async function openInputFile(name: string, signal: AbortSignal): Promise<InputFile> {
  return name === '-' ? openStandardInput(signal) : openPath(name, signal)
}

async function openStandardInput(signal: AbortSignal): Promise<InputFile> {
  const identity = statStandardInput()
  if (identity?.isDirectory()) throw createDirectoryError('-')
  return openCopy('-', identity, readStandardInput(signal))
}

function statStandardInput(): BigIntStats | null {
  try {
    return fstatSync(0, { bigint: true })
  } catch {
    return null
  }
}

async function openPath(path: string, signal: AbortSignal): Promise<InputFile> {
  const identity = await stat(path, { bigint: true }).catch(refuseToRead(path))
  if (identity.isDirectory()) throw createDirectoryError(path)
  if (identity.isFIFO()) return openCopy(path, identity, readPipe(path, signal))
  return openHandle(path, await open(path, 'r').catch(refuseToRead(path)))
}

async function openHandle(path: string, handle: FileHandle): Promise<InputFile> {
  const identity = await handle.stat({ bigint: true })
  if (identity.isFile()) return new InputFile(path, handle, identity, Number(identity.size))
  try {
    return await openCopy(path, identity, readHandle(handle, path, null, usualChunkBytes))
  } finally {
    await handle.close()
  }
}

async function openCopy(
  name: string,
  identity: BigIntStats | null,
  chunks: AsyncIterable<Uint8Array>,
): Promise<InputFile> {
  const copy = await copyToPrivateFile(chunks, labelInput(name))
  const { size } = await copy.stat()
  return new InputFile(name, copy, identity, size)
}

/**
 * Reads at once, since a trip through Node's thread pool takes longer than a copy from the page cache; after each chunk there is
 * a pause in which signals are heard.
 *
 * @param start position of the first byte; null for a device that has no positions
 */
async function* readHandle(
  handle: FileHandle,
  name: string,
  start: number | null,
  chunkBytes: number,
): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(chunkBytes)
  let position = start
  while (true) {
    const bytesRead = readInto(buffer, handle, name, position)
    if (bytesRead === 0) return
    if (position !== null) position += bytesRead
    yield buffer.subarray(0, bytesRead)
    await setImmediate()
  }
}

function readInto(buffer: Uint8Array, handle: FileHandle, name: string, position: number | null): number {
  try {
    return readSync(handle.fd, buffer, 0, buffer.length, position)
  } catch (error) {
    throw createReadError(name, error)
  }
}

function refuseToRead(name: string): (error: unknown) => never {
  return (error) => {
    throw createReadError(name, error)
  }
}
