import { randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { open, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TextOutput } from './text-output.ts'

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
      await copyText(file.fd, target)
    },
    close: () => file.close(),
  }
}

async function copyText(fd: number, target: TextOutput): Promise<void> {
  const text = createReadStream('', { fd, start: 0, autoClose: false, encoding: 'utf8' })
  for await (const piece of text) {
    if (target.isClosed) return
    await target.write(String(piece))
  }
}
