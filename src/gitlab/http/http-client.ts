import { Agent, type IncomingHttpHeaders, request as requestPlainly } from 'node:http'
import { request as requestSecurely, Agent as TlsAgent } from 'node:https'
import type { Socket } from 'node:net'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { ChosenProxy } from './proxy.ts'

/** What is taken of an HTTP answer, whoever fetched it. */
export interface HttpResponse {
  status: number
  headers: { get(name: string): string | null }
  text(): Promise<string>
}

export interface HttpRequest {
  method: 'GET' | 'HEAD' | 'POST'
  /** With names in small letters. */
  headers: Record<string, string>
  body: string | null
  signal: AbortSignal
}

/** Sends one request and follows no redirect. */
export type HttpClient = (url: string, request: HttpRequest) => Promise<HttpResponse>

/** As undici has it. */
const usualConnectTimeoutMs = 10_000

/** How long a connection is kept for the next request, unless the server says less: as undici has it. */
const idleTimeoutMs = 4_000

/**
 * Node's own client, which ignores proxies; or undici's, on which a proxy depends. Not fetch, of either: its streams take as much
 * again of CPU, and stay in memory until all of the heap is searched for garbage.
 *
 * @param proxy the one on the way; null: none
 * @param connectTimeoutMs how long Node's own client tries to connect
 */
export async function openHttpClient(
  proxy: ChosenProxy | null,
  connectTimeoutMs: number = usualConnectTimeoutMs,
): Promise<HttpClient> {
  return proxy === null ? openDirectClient(connectTimeoutMs) : openProxyClient(proxy)
}

function openDirectClient(connectTimeoutMs: number): HttpClient {
  const keeping = { keepAlive: true, timeout: idleTimeoutMs }
  const ways = {
    'http:': { send: requestPlainly, agent: new Agent(keeping), connected: 'connect' },
    'https:': { send: requestSecurely, agent: new TlsAgent(keeping), connected: 'secureConnect' },
  }
  return (url, { method, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const { send, agent, connected } = ways[url.startsWith('https:') ? 'https:' : 'http:']
      const sent = send(url, { method, headers: { ...headers, ...acceptGzip }, signal, agent })
      const sendBody = () => sent.end(body ?? undefined)
      sent.on('socket', (socket) => afterConnecting(socket, connected, connectTimeoutMs, sendBody))
      sent.on('error', reject)
      sent.on('response', (answer) => resolve(toResponse(answer.statusCode ?? 0, answer.headers, answer)))
    })
}

/**
 * Nothing is written before the connection stands, TLS included, so that what fails before is told from what may have been carried
 * out. By itself Node would wait as long as the operating system does, which is minutes.
 */
function afterConnecting(socket: Socket, connected: string, timeoutMs: number, proceed: () => void): void {
  if (!socket.connecting) return void proceed()
  const timeout = Object.assign(new Error('no connection'), { code: 'ETIMEDOUT', syscall: 'connect' })
  const timer = setTimeout(() => socket.destroy(timeout), timeoutMs)
  socket.once('close', () => clearTimeout(timer))
  socket.once(connected, () => {
    clearTimeout(timer)
    proceed()
  })
}

async function openProxyClient(proxy: ChosenProxy): Promise<HttpClient> {
  // The names of a CommonJS package survive bundling in its default export only.
  const { default: undici } = await import('undici')
  // The way to http:// addresses is a tunnel, too, so that the proxy sees no token.
  const dispatcher = new undici.ProxyAgent({
    uri: proxy.url,
    ...(proxy.authorization !== null && { token: proxy.authorization }),
  })
  return async (url, { headers, ...request }) => {
    const answer = await undici.request(url, {
      ...request,
      headers: { ...headers, ...acceptGzip },
      dispatcher,
    })
    return toResponse(answer.statusCode, answer.headers, answer.body)
  }
}

const acceptGzip = { 'accept-encoding': 'gzip' }

function toResponse(
  status: number,
  headers: IncomingHttpHeaders,
  body: AsyncIterable<Uint8Array>,
): HttpResponse {
  return {
    status,
    headers: { get: (name) => headers[name]?.toString() ?? null },
    text: () => readText(body, headers['content-encoding'] === 'gzip'),
  }
}

async function readText(body: AsyncIterable<Uint8Array>, isPacked: boolean): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  const bytes = Buffer.concat(chunks)
  // An answer to HEAD tells of an encoding and has no body.
  const isToUnpack = isPacked && bytes.length > 0
  return new TextDecoder().decode(isToUnpack ? await promisify(gunzip)(bytes) : bytes)
}
