import { randomUUID } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Instant } from '../domain/day.ts'
import { Gate, hostForClients } from '../local-http/gate.ts'
import { listen } from '../local-http/listen.ts'
import { serveRequests } from '../local-http/serve-requests.ts'
import type { Store } from '../store/store.ts'
import type { Answer } from './answer.ts'
import { answerRequest, type ServedAnswer, type ServerParts } from './answer-request.ts'
import { type Fault, FaultDice } from './faults.ts'
import { createGraphqlEndpoint } from './graphql-endpoint.ts'
import { type GitLabRole, PlayedGitLab } from './played-gitlab.ts'

/** For requests that are running when the server stops. */
const stopTimeoutMs = 2_000

export interface ServerOptions {
  role: Omit<GitLabRole, 'url'>
  host: string
  /** 0 takes a free port. */
  port: number
  token: string
  latencyMs: number
  faults: readonly Fault[]
  seed: number | null
  readClock: () => Instant
  onRequest: (request: ServedRequest) => void
  onFailure: (error: unknown) => void
}

/** For the log. Texts are as the client sent them, so escape them. */
export interface ServedRequest {
  method: string
  path: string
  operationName: string | null
  status: number | 'dropped' | 'dropped after the work'
  durationMs: number
}

interface RunningServer {
  url: string
  /** Refuses new requests, and waits up to 2 s for running ones. */
  stop(): Promise<void>
}

/** @throws UserError when it cannot listen on the host and port */
export async function startServer(store: Store, options: ServerOptions): Promise<RunningServer> {
  const server = createServer()
  const port = await listen(server, options.host, options.port)
  const url = `http://${hostForClients(options.host)}:${port}`
  const stopping = new AbortController()
  // One listener for each request that waits: Node would warn of the eleventh.
  setMaxListeners(0, stopping.signal)
  const onFailure = (error: unknown) => {
    if (!stopping.signal.aborted) options.onFailure(error)
  }
  const data = await store.openServedData(stopping.signal)
  const gitlab = new PlayedGitLab(store, data, { ...options.role, url }, options.readClock)
  const parts: ServerParts = {
    gate: new Gate(options.host, port, options.token),
    endpoint: createGraphqlEndpoint(gitlab, onFailure),
    gitlab,
    dice: new FaultDice(options.faults, options.seed),
    latencyMs: options.latencyMs,
    signal: stopping.signal,
  }
  const requests = serveRequests(server, (request, response) =>
    serve(parts, request, response, { ...options, onFailure }),
  )
  return {
    url,
    stop: () => {
      stopping.abort()
      return requests.stop(stopTimeoutMs)
    },
  }
}

async function serve(
  parts: ServerParts,
  request: IncomingMessage,
  response: ServerResponse,
  { onRequest, onFailure }: ServerOptions,
): Promise<void> {
  const startedAt = performance.now()
  const { answer, operationName } = await answerRequest(parts, request).catch(
    (error: unknown): ServedAnswer => {
      // A client may leave in the middle of its request.
      if (request.complete) onFailure(error)
      return { answer: 'dropped', operationName: null }
    },
  )
  if (typeof answer === 'string') request.socket.destroy()
  else send(response, answer, parts.signal.aborted)
  onRequest({
    method: request.method ?? '',
    // The query may contain addresses.
    path: request.url?.split('?', 1)[0] ?? '',
    operationName,
    status: typeof answer === 'string' ? answer : answer.status,
    durationMs: performance.now() - startedAt,
  })
}

function send(response: ServerResponse, { status, headers, body }: Answer, isLast: boolean): void {
  response.writeHead(status, {
    ...headers,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-request-id': randomUUID(),
    ...(isLast ? { connection: 'close' } : {}),
  })
  response.end(body)
}
