import { createServer, type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { type CertificateName, listenUntilTestFinished, readCertificate } from './http-peer.ts'

export interface ForwardProxyOptions {
  /** Required of the client; absent: none. */
  credentials?: { user: string; password: string }
  /** Answers HTTPS itself instead of opening a tunnel, with the certificate of the peers or with another one. */
  answerEverything?: boolean | CertificateName
  /** The status with which it refuses each request. */
  refuseWith?: number
  /** Speaks TLS itself, with the certificate of the peers. */
  tls?: boolean
}

export interface ForwardProxy {
  /** Without credentials. */
  url: string
  /** All requests, in order: `CONNECT host:port 200`, `GET http://host/path 407`. */
  seen: string[]
}

/** Starts a proxy like those of companies: for tunnels (CONNECT) and for plain requests. It ends with the test. */
export async function startForwardProxy(options: ForwardProxyOptions = {}): Promise<ForwardProxy> {
  const proxy: ForwardProxy = { url: '', seen: [] }
  const sockets = new Set<Socket>()
  const { answerEverything = false } = options
  const certificate = typeof answerEverything === 'string' ? answerEverything : 'peer'
  const origin = createTlsServer(readCertificate(certificate), (_request, response) => response.end())
  const listener = (request: IncomingMessage, response: ServerResponse) =>
    forward(request, response, options, proxy)
  const server = options.tls ? createTlsServer(readCertificate(), listener) : createServer(listener)
  server.on('connect', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    sockets.add(socket)
    socket.on('error', () => {})
    const status = decide(request, options)
    proxy.seen.push(`CONNECT ${request.url} ${status}`)
    if (status !== 200) {
      socket.end(`HTTP/1.1 ${status} No\r\n${challenge(status)}content-length: 0\r\n\r\n`)
    } else if (options.answerEverything) {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      origin.emit('connection', socket)
    } else {
      tunnel(request.url ?? '', socket, head)
    }
  })
  const port = await listenUntilTestFinished(server)
  proxy.url = options.tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
  })
  return proxy
}

function decide(
  { headers }: IncomingMessage,
  { credentials, refuseWith = 200 }: ForwardProxyOptions,
): number {
  if (credentials === undefined) return refuseWith
  const { user, password } = credentials
  const expected = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  return headers['proxy-authorization'] === expected ? refuseWith : 407
}

function challenge(status: number): string {
  return status === 407 ? 'proxy-authenticate: Basic realm="proxy"\r\n' : ''
}

function tunnel(target: string, socket: Socket, head: Buffer): void {
  const [, host = '', port = ''] = /^\[?(.+?)\]?:(\d+)$/.exec(target) ?? []
  const upstream = connect(Number(port), host, () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    upstream.write(head)
    upstream.pipe(socket)
    socket.pipe(upstream)
  })
  upstream.on('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n'))
  socket.on('close', () => upstream.destroy())
}

/** A request without a tunnel, with the whole address in its first line. */
function forward(
  request: IncomingMessage,
  response: ServerResponse,
  options: ForwardProxyOptions,
  proxy: ForwardProxy,
): void {
  const status = decide(request, options)
  proxy.seen.push(`${request.method} ${request.url} ${status}`)
  if (status !== 200) {
    response.writeHead(status, status === 407 ? { 'proxy-authenticate': 'Basic realm="proxy"' } : {}).end()
    return
  }
  const { 'proxy-authorization': _, ...headers } = request.headers
  const upstream = sendRequest(request.url ?? '', { method: request.method ?? 'GET', headers })
  upstream.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
  })
  upstream.on('error', () => response.writeHead(502).end())
  request.pipe(upstream)
}
