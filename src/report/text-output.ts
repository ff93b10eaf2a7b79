import { writeFile } from 'node:fs'
import type { Writable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'

const bufferLength = 64 * 1024

/** Writes pieces of about 64 KiB. A closed pipe (`| head`) ends the printing, not the run. */
export class TextOutput {
  readonly #stream: Writable
  #parts: string[] = []
  #length = 0
  #isClosed = false
  #hasPrinted = false

  constructor(stream: Writable) {
    this.#stream = stream
    stream.on('error', (error) => this.#noteClosedPipe(error))
  }

  get hasPrinted(): boolean {
    return this.#hasPrinted
  }

  /** The reader is gone: further text is dropped. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Await it before the next one. A full disk throws the error of the operating system; a closed pipe does not. */
  async write(text: string): Promise<void> {
    if (this.#isClosed) return
    this.#parts.push(text)
    this.#length += text.length
    if (this.#length >= bufferLength) await this.#flush()
  }

  /** Writes the rest. The stream stays open. */
  async end(): Promise<void> {
    if (this.#length > 0 && !this.#isClosed) await this.#flush()
  }

  async #flush(): Promise<void> {
    const text = this.#parts.join('')
    this.#parts = []
    this.#length = 0
    this.#hasPrinted = true
    const error = await writeText(this.#stream, text)
    // Terminals and files are written to at once: without a pause, no signal would be handled before the end.
    await setImmediate()
    if (error) this.#noteClosedPipe(error)
    if (error && !this.#isClosed) throw error
  }

  #noteClosedPipe(error: Error): void {
    if (isClosedPipe(error, this.#stream)) this.#isClosed = true
  }
}

interface StandardOutput extends Writable {
  fd?: number
  /** Terminals and pipes have it, since they are sockets; files do not. To import the class of sockets takes 3 ms. */
  connecting?: boolean
}

/** The callback comes after the write, so awaiting it waits for a drain. */
function writeText(stream: StandardOutput, text: string): Promise<Error | null> {
  return new Promise((resolve) => {
    const done = (error?: Error | null) => resolve(error ?? null)
    const { fd, connecting } = stream
    // Node's stream of a standard output that is a file drops the rest of a text, if the disk takes a part of it only.
    if (fd === undefined || connecting !== undefined) stream.write(text, done)
    else writeFile(fd, text, done)
  })
}

/**
 * A parent in Node gives a socket, which may report `ECONNRESET`, and a closed terminal reports `EIO`. A stream without an error was
 * closed on purpose.
 */
function isClosedPipe(error: Error, { errored, isTTY }: Writable & { isTTY?: boolean }): boolean {
  const code = codeOf(error)
  if (isTTY && code === 'EIO') return true
  if (code === 'ERR_STREAM_DESTROYED') return errored === null || isClosedByReader(codeOf(errored))
  return isClosedByReader(code)
}

function isClosedByReader(code: unknown): boolean {
  return code === 'EPIPE' || code === 'ECONNRESET'
}

function codeOf(error: Error): unknown {
  return 'code' in error ? error.code : null
}
