import { open, stat } from 'node:fs/promises'
import { refuseToRead } from './read-error.ts'
import { readPipe, readStandardInput } from './read-stream.ts'

interface Start {
  bytes: Uint8Array
  /** Permissions of a regular file; null for a stream or a device. */
  mode: number | null
}

/**
 * Reads the first bytes of a file, or of an input that may never end. Nothing is copied to the disk.
 *
 * @param name a path, or `-` for standard input
 * @throws UserError if it cannot be read; the signal's reason if it was aborted
 */
export async function readStart(name: string, mostBytes: number, signal: AbortSignal): Promise<Start> {
  if (name === '-') return { bytes: await collect(readStandardInput(signal), mostBytes), mode: null }
  const stats = await stat(name).catch(refuseToRead(name))
  if (stats.isFIFO()) return { bytes: await collect(readPipe(name, signal), mostBytes), mode: null }
  const bytes = await readFile(name, mostBytes).catch(refuseToRead(name))
  return { bytes, mode: stats.isFile() ? stats.mode : null }
}

async function collect(chunks: AsyncIterable<Uint8Array>, mostBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of chunks) {
    parts.push(Buffer.from(chunk))
    length += chunk.length
    if (length >= mostBytes) break
  }
  return Buffer.concat(parts).subarray(0, mostBytes)
}

async function readFile(path: string, mostBytes: number): Promise<Uint8Array> {
  const handle = await open(path, 'r')
  try {
    const buffer = new Uint8Array(mostBytes)
    let length = 0
    while (length < mostBytes) {
      const { bytesRead } = await handle.read(buffer, length, mostBytes - length, null)
      if (bytesRead === 0) break
      length += bytesRead
    }
    return buffer.subarray(0, length)
  } finally {
    await handle.close()
  }
}
