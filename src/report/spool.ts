import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import { TextOutput } from './text-output.ts'

const pieceBytes = 64 * 1024

interface Spool {
  output: TextOutput
  /** Copies everything written so far, as fast as the reader takes it. */
  pipeTo(output: TextOutput): Promise<void>
  /** Call it once, at the end. */
  close(): Promise<void>
}

/** A private temporary file without a name, which ends with the process. */
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

/** Not by a stream: left early, it closes the file, and a second close may hit another file. */
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
