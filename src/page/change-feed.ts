import type { ServerResponse } from 'node:http'
import type { PageProgress } from './documents.ts'
import { safeHeaders } from './page-answer.ts'

const pollMs = 1_000

/** Server-Sent Events for every open page. The store is polled only while one listens. */
export class ChangeFeed {
  readonly #readVersion: () => unknown
  readonly #listeners = new Set<ServerResponse>()
  #version: unknown = null
  #timer: NodeJS.Timeout | null = null

  /** @param readVersion returns another value after each change of the store */
  constructor(readVersion: () => unknown) {
    this.#readVersion = readVersion
  }

  listen(response: ServerResponse): void {
    response.writeHead(200, { ...safeHeaders, 'content-type': 'text/event-stream; charset=utf-8' })
    // A comment: fetch() resolves with the first bytes.
    response.write(':\n\n')
    if (this.#listeners.size === 0) this.#start()
    this.#listeners.add(response)
    response.once('close', () => this.#forget(response))
  }

  /** Reports a change at once, instead of with the next poll. A store that cannot be read for a moment is asked again. */
  check(): void {
    if (this.#listeners.size === 0) return
    const version = this.#tryToReadVersion()
    if (version !== this.#version && version !== null) this.#send('changed', {})
    this.#version = version
  }

  /** @param progress null once the work is over */
  tellProgress(progress: PageProgress | null): void {
    this.#send('progress', progress)
  }

  close(): void {
    for (const response of this.#listeners) response.end()
    this.#stop()
  }

  #start(): void {
    this.#version = this.#tryToReadVersion()
    this.#timer = setInterval(() => this.check(), pollMs)
  }

  /** @returns null if the store cannot be read */
  #tryToReadVersion(): unknown {
    try {
      return this.#readVersion()
    } catch {
      return null
    }
  }

  #forget(response: ServerResponse): void {
    this.#listeners.delete(response)
    if (this.#listeners.size === 0) this.#stop()
  }

  #stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }

  #send(event: 'changed' | 'progress', data: unknown): void {
    const text = `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
    for (const response of this.#listeners) response.write(text)
  }
}
