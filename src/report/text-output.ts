import type { Writable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'

const bufferLength = 64 * 1024

/**
 * Text on its way to a stream: collected to pieces of about 64 KiB, each handed over before the next is taken. Once the
 * reader of a pipe is gone (`| head`) the rest is swallowed: that ends the printing, not the run.
 */
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

  /** Something has left for the stream. */
  get hasPrinted(): boolean {
    return this.#hasPrinted
  }

  /** Nobody reads any more: what is written from here on goes nowhere. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  /**
   * Writes a text of any length. Await it before the next one.
   *
   * @throws the error of the operating system where the text cannot be stored (a full disk), never for a closed pipe
   */
  async write(text: string): Promise<void> {
    if (this.#isClosed) return
    this.#parts.push(text)
    this.#length += text.length
    if (this.#length >= bufferLength) await this.#flush()
  }

  /** Hands over what is still collected. The stream itself stays open. */
  async end(): Promise<void> {
    if (this.#length > 0 && !this.#isClosed) await this.#flush()
  }

  async #flush(): Promise<void> {
    const text = this.#parts.join('')
    this.#parts = []
    this.#length = 0
    this.#hasPrinted = true
    const error = await writeText(this.#stream, text)
    // Terminals and files are written to at once: without a pause no signal would be heard before the end.
    await setImmediate()
    if (error) this.#noteClosedPipe(error)
    if (error && !this.#isClosed) throw error
  }

  #noteClosedPipe(error: Error): void {
    if (isClosedPipe(error, this.#stream)) this.#isClosed = true
  }
}

/** The callback comes when the stream has taken the text in, so that awaiting it is waiting for a drain. */
function writeText(stream: Writable, text: string): Promise<Error | null> {
  return new Promise((resolve) => {
    stream.write(text, (error) => resolve(error ?? null))
  })
}

/**
 * A pipe whose reader has gone; a socket, which is what a parent in Node gives, may say `ECONNRESET`. Of a stream that was
 * closed before, the first error counts; without one, somebody has closed it on purpose.
 */
function isClosedPipe(error: Error, { errored }: Writable): boolean {
  const code = codeOf(error)
  if (code === 'ERR_STREAM_DESTROYED') return errored === null || isClosedByReader(codeOf(errored))
  return isClosedByReader(code)
}

function isClosedByReader(code: unknown): boolean {
  return code === 'EPIPE' || code === 'ECONNRESET'
}

function codeOf(error: Error): unknown {
  return 'code' in error ? error.code : null
}
