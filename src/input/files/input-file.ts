import { createHash } from 'node:crypto'
import { type BigIntStats, fstatSync, readSync } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { UserError } from '../../errors.ts'
import { copyToPrivateFile } from './private-copy.ts'
import { createDirectoryError, createReadError, labelInput, refuseToRead } from './read-error.ts'
import { readPipe, readStandardInput } from './read-stream.ts'

/** Large enough to hide the cost of a call; small enough that few objects of a batch outlive a collection of V8. */
const usualChunkBytes = 6 * 1024

/** A file that is read several times from one handle, so replacing the file at its path changes nothing. */
export class InputFile {
  /** The path as typed; `-` is standard input. */
  readonly name: string
  readonly label: string
  /** Size when it was opened. */
  readonly bytes: number
  readonly #handle: FileHandle
  readonly #identity: BigIntStats | null
  #bytesRead = 0
  #sha256: string | null = null

  /**
   * @param handle the file, or a copy of it
   * @param identity the file itself; null if the system does not report it
   * @param bytes size of the file or its copy
   */
  constructor(name: string, handle: FileHandle, identity: BigIntStats | null, bytes: number) {
    this.name = name
    this.label = labelInput(name)
    this.#handle = handle
    this.#identity = identity
    this.bytes = bytes
  }

  /** Hexadecimal; null until the file was read to its end. */
  get sha256(): string | null {
    return this.#sha256
  }

  /** Progress of the reading that began last, from 0 to 1. */
  get progress(): number {
    return this.bytes === 0 ? 1 : Math.min(1, this.#bytesRead / this.bytes)
  }

  /**
   * Reads the file from the beginning. A chunk is valid until the next one is read.
   *
   * @throws UserError if the file cannot be read, or if its bytes differ from those of the first complete reading
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
      'Run the command again when no other process writes to the file.',
    )
  }

  /** Whether a path names this file. Follows symbolic links. */
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
 * Opens a file for several readings. Standard input, a FIFO or `/dev/fd/63` is first copied to its end.
 *
 * @param name a path, or `-` for standard input
 * @param signal ends the wait for a pipe
 * @throws UserError if the file does not exist or cannot be read; the signal's reason if it was aborted
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

/** @param identity the file that is copied; null for bytes from elsewhere */
export async function openCopy(
  name: string,
  identity: BigIntStats | null,
  chunks: AsyncIterable<Uint8Array>,
): Promise<InputFile> {
  const copy = await copyToPrivateFile(chunks, labelInput(name))
  const { size } = await copy.stat()
  return new InputFile(name, copy, identity, size)
}

/**
 * Reads synchronously, because Node's thread pool takes longer than a copy from the page cache. Signals are handled between the
 * chunks.
 *
 * @param start position of the first byte; null for a device without positions
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
