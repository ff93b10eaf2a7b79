import { EventSourceParserStream } from 'eventsource-parser/stream'
import type { PageProgress } from '../../documents.ts'
import type { Api } from '../api.ts'
import { RequestFailure } from '../request-failure.ts'

/**
 * `failing`: the server answers, but cannot read the store.
 * `refused`: the server rejects the secret, so it is another one than before.
 */
export type Connection = 'open' | 'failing' | 'lost' | 'refused'

interface ChangeEvents {
  onChanged(): void
  /** Null once the work is over. */
  onProgress(progress: PageProgress | null): void
  onConnection(connection: Connection): void
}

const retryMs = 1000

/** Connects again after each loss, until the signal aborts. */
export async function watchChanges(api: Api, events: ChangeEvents, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const connection = await readChanges(api, events, signal)
    if (signal.aborted) return
    events.onConnection(connection)
    if (connection === 'refused') return
    await new Promise((done) => setTimeout(done, retryMs))
  }
}

/** @returns how the connection ended */
async function readChanges(api: Api, events: ChangeEvents, signal: AbortSignal): Promise<Connection> {
  try {
    const stream = await api.openChanges(signal)
    events.onConnection('open')
    await readEvents(stream, events)
  } catch (error) {
    if (error instanceof RequestFailure && error.status === 401) return 'refused'
    if (error instanceof RequestFailure && error.status > 0) return 'failing'
  }
  return 'lost'
}

async function readEvents(stream: ReadableStream<Uint8Array>, events: ChangeEvents): Promise<void> {
  const reader = stream
    .pipeThrough(new TextDecoderStream() as unknown as ReadableWritablePair<string, Uint8Array>)
    .pipeThrough(new EventSourceParserStream())
    .getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    if (value.event === 'changed') events.onChanged()
    if (value.event === 'progress') events.onProgress(JSON.parse(value.data))
  }
}
