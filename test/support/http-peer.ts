import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { onTestFinished } from 'vitest'

const certificates = join(import.meta.dirname, '../gitlab')

/** The certificate of every TLS peer, for `NODE_EXTRA_CA_CERTS`. It covers localhost and GitLab's own hosts. */
export const certificateFile = join(certificates, 'peer-certificate.pem')

/** `foreign` is for another host. All but `untrusted` are signed by the one of the peers. */
export type CertificateName = 'peer' | 'untrusted' | 'expired' | 'future' | 'foreign'

export function readCertificate(name: CertificateName = 'peer'): { key: Buffer; cert: Buffer } {
  const read = (file: string) => readFileSync(join(certificates, file))
  return { key: read('peer-key.pem'), cert: read(`${name}-certificate.pem`) }
}

/** A request as the peer saw it. */
export interface PeerRequest {
  method: string
  path: string
  headers: IncomingMessage['headers']
  /** Name of the GraphQL operation; empty for other requests. */
  operation: string
  variables: Record<string, unknown>
  /** The body. */
  text: string
}

/**
 * The reaction to a request: an answer with text, bytes or JSON; `drop`: closes the connection before it reads the request;
 * `drop-after`: closes it afterwards; `silence`: does nothing.
 */
export type PeerAnswer =
  | { status?: number; headers?: Record<string, string>; body?: unknown; bodyDelayMs?: number }
  | 'drop'
  | 'drop-after'
  | 'silence'

/** One answer per request, the last one repeated; or a function that decides. */
export type PeerScript =
  | readonly PeerAnswer[]
  | ((request: PeerRequest, index: number) => PeerAnswer | Promise<PeerAnswer>)

/** A server with faults that a real one does not produce on request. */
export interface HttpPeer {
  url: string
  /** All requests that were read, in order. */
  seen: PeerRequest[]
  /** Number of requests, unread ones included. */
  begun: number
  connections: number
  /** Number of connections closed before a request was read. */
  dropped: number
}

export interface PeerOptions {
  tls?: boolean
  certificate?: CertificateName
  tlsOptions?: ServerOptions
}

/** Starts a peer, which ends with the test. */
export async function startHttpPeer(
  script: PeerScript,
  { tls = false, ...options }: PeerOptions = {},
): Promise<HttpPeer> {
  const peer: HttpPeer = { url: '', seen: [], begun: 0, connections: 0, dropped: 0 }
  const listener = (request: IncomingMessage, response: ServerResponse) =>
    // A client that sends half a request has gone.
    void answer(request, response, script, peer).catch(() => request.socket.destroy())
  const secure = () =>
    createTlsServer({ ...readCertificate(options.certificate), ...options.tlsOptions }, listener)
  const server = tls ? secure() : createServer(listener)
  server.on('connection', () => (peer.connections += 1))
  const port = await listenUntilTestFinished(server)
  peer.url = tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`
  return peer
}

/** A TLS peer that passes each request on to a GitLab without TLS. */
export async function startTlsFront(url: string): Promise<HttpPeer> {
  return startHttpPeer((request) => passOn(request, url), { tls: true })
}

/** The answer of a GitLab to a request. */
export async function passOn({ method, path, headers, text }: PeerRequest, url: string): Promise<PeerAnswer> {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: {
      authorization: headers.authorization ?? '',
      'content-type': headers['content-type'] ?? '',
    },
    ...(method === 'POST' && { body: text }),
  })
  return { status: answer.status, body: await answer.text() }
}

/** @returns the port */
export async function listenUntilTestFinished(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  script: PeerScript,
  peer: HttpPeer,
): Promise<void> {
  const index = peer.begun++
  const early = typeof script === 'function' ? null : script[Math.min(index, script.length - 1)]
  if (early === 'drop') {
    peer.dropped += 1
    request.socket.destroy()
    return
  }
  const read = await readRequest(request)
  peer.seen.push(read)
  const decided = typeof script === 'function' ? await script(read, index) : early
  await carryOut(decided ?? 'drop-after', request, response)
}

async function carryOut(
  decided: PeerAnswer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (decided === 'silence') return
  if (typeof decided === 'string') {
    request.socket.destroy()
    return
  }
  const { status = 200, headers = {}, body = '', bodyDelayMs = 0 } = decided
  const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
  const type = text.toString().startsWith('<') ? 'text/html' : 'application/json'
  response.writeHead(status, { 'content-type': type, ...headers })
  if (bodyDelayMs > 0) {
    response.flushHeaders()
    await delay(bodyDelayMs)
  }
  response.end(text)
}

async function readRequest(request: IncomingMessage): Promise<PeerRequest> {
  const { method = '', url: path = '', headers } = request
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  const { operationName = '', variables = {} } = text.startsWith('{')
    ? (JSON.parse(text) as { operationName?: string; variables?: Record<string, unknown> })
    : {}
  return { method, path, headers, operation: operationName, variables, text }
}
