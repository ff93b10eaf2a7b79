import { onTestFinished } from 'vitest'
import type { Environment } from '../../src/config.ts'
import { type RunningPage, startPage } from '../../src/page/start-page.ts'
import { openStore } from '../../src/store/open-store.ts'

/** A page that this process serves, and the browser's side of its requests. */
export class TestPage {
  /** With the secret. */
  readonly address: string
  readonly origin: string
  readonly secret: string
  readonly openingAddress: string
  readonly stop: () => Promise<unknown>

  constructor({ address, openingAddress }: RunningPage, stop: () => Promise<unknown>) {
    const { origin, hash } = new URL(address)
    this.address = address
    this.origin = origin
    this.secret = hash.slice(1)
    this.openingAddress = openingAddress
    this.stop = stop
  }

  /** With the secret, unless `headers` has another authorization. */
  fetch(path: string, { headers, ...init }: RequestInit = {}): Promise<Response> {
    const authorization = `Bearer ${this.secret}`
    return fetch(`${this.origin}${path}`, { ...init, headers: { authorization, ...headers } })
  }

  post(path: string, body: unknown): Promise<Response> {
    const headers = { 'content-type': 'application/json' }
    return this.fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })
  }

  /** The status and the document. */
  async read(path: string): Promise<[number, unknown]> {
    const response = await this.fetch(path)
    return [response.status, await response.json()]
  }

  /** The status and the document. */
  async send<T = unknown>(path: string, body: unknown): Promise<[number, T]> {
    const response = await this.post(path, body)
    return [response.status, (await response.json()) as T]
  }
}

interface TestPageOptions {
  port?: number | null
  isReadOnly?: boolean
  startCommand?: string
  env?: Environment
  filesFolder?: string
}

/** Serves a store until the test ends. */
export async function openPage(storePath: string, options: TestPageOptions = {}): Promise<TestPage> {
  const store = await openStore(storePath, { create: false })
  const page = await startPage(store, {
    port: 0,
    isReadOnly: false,
    startCommand: 'duo-seats page',
    env: {},
    storePath,
    tell: () => {},
    gitlab: { timeoutMs: 60_000 },
    ...options,
  })
  let stopped: Promise<unknown> | null = null
  const stop = () => {
    stopped ??= page.stop().finally(() => store.close())
    return stopped
  }
  onTestFinished(async () => void (await stop()))
  return new TestPage(page, stop)
}

/** Reads the events of `/api/changes`, until the test ends. */
export async function listenForChanges(page: TestPage): Promise<EventList> {
  const closing = new AbortController()
  const response = await page.fetch('/api/changes', { signal: closing.signal })
  const events = new EventList(response)
  onTestFinished(() => closing.abort())
  return events
}

interface PageEvent {
  event: string
  data: unknown
}

export class EventList {
  readonly contentType: string | null
  readonly seen: PageEvent[] = []
  readonly ended: Promise<void>
  #wake: () => void = () => {}

  constructor({ headers, body }: Response) {
    this.contentType = headers.get('content-type')
    this.ended = this.#read(body ?? new ReadableStream()).catch(() => {})
  }

  /** Waits until an event was seen that fits. */
  async waitFor(isWanted: (event: PageEvent) => boolean): Promise<void> {
    while (!this.seen.some(isWanted)) await new Promise<void>((done) => (this.#wake = done))
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    let text = ''
    for await (const chunk of body.pipeThrough(
      new TextDecoderStream() as never,
    ) as unknown as AsyncIterable<string>) {
      const parts = (text + chunk).split('\n\n')
      text = parts.pop() ?? ''
      for (const part of parts) this.#note(part)
    }
  }

  #note(part: string): void {
    const [, event = '', data = ''] = /^event: (\w+)\ndata: (.*)$/.exec(part) ?? []
    if (event !== '') this.seen.push({ event, data: JSON.parse(data) })
    this.#wake()
  }
}
