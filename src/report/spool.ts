import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import { TextOutput } from './text-output.ts'

const pieceBytes = 64 * 1024

/** Text that is kept until somebody may read it. */
export interface Spool {
  output: TextOutput
  /** Copies everything that was written so far, as fast as the reader takes it. */
  pipeTo(output: TextOutput): Promise<void>
  /** Frees the space. Call it once, at the end. */
  close(): Promise<void>
}

/**
 * Opens a private temporary file that has no name any more and vanishes with the process. A dry run prints into it, so that
 * the store is not locked while somebody pages through the report.
 */
export async function createSpool(directory: string = tmpdir()): Promise<Spool> {
  const path = join(directory, `duo-seats-${randomBytes(8).toString('hex')}.tmp`)
  const file = await open(path, 'wx+', 0o600)
  await unlink(path)
  const output = new TextOutput(createWriteStream('', { fd: file.fd, autoClose: false }))
  return {
    output,
    pipeTo: async (target) => {
      await output.end()
      await copyText(file, target)
    },
    close: () => file.close(),
  }
}

/** Not by a stream, which closes the file when it is left before its end: closed twice, that may be another file by then. */
async function copyText(file: FileHandle, target: TextOutput): Promise<void> {
  const decoder = new StringDecoder()
  const buffer = Buffer.allocUnsafe(pieceBytes)
  for (let position = 0; !target.isClosed; ) {
    const { bytesRead } = await file.read(buffer, 0, pieceBytes, position)
    if (bytesRead === 0) return
    position += bytesRead
    await target.write(decoder.write(buffer.subarray(0, bytesRead)))
  }
}
