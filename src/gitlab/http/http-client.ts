import { type IncomingHttpHeaders, type IncomingMessage, request as requestPlainly } from 'node:http'
import { request as requestSecurely } from 'node:https'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { createAgent } from './connecting-agent.ts'
import type { ChosenProxy } from './proxy.ts'

export interface HttpRequest {
  method: 'GET' | 'HEAD' | 'POST'
  /** With names in lower case. */
  headers: Record<string, string>
  body: string | null
  signal: AbortSignal
}

export interface HttpResponse {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

/**
 * Sends one request and follows no redirect.
 *
 * @throws ConnectError if nothing was sent; AbortError; any other network error if the request may have been carried out
 */
export type HttpClient = (url: string, request: HttpRequest) => Promise<HttpResponse>

/** @param proxy null: connects directly */
export function createHttpClient(proxy: ChosenProxy | null): HttpClient {
  const schemes = {
    'http:': { send: requestPlainly, agent: createAgent('http:', proxy) },
    'https:': { send: requestSecurely, agent: createAgent('https:', proxy) },
  }
  return (url, { method, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const { send, agent } = schemes[url.startsWith('https:') ? 'https:' : 'http:']
      const options = {
        method,
        headers: { ...headers, 'accept-encoding': 'gzip' },
        signal,
        connectSignal: signal,
        agent,
      }
      send(url, options)
        .on('error', reject)
        .on('response', (answer) => readResponse(answer).then(resolve, reject))
        .end(body ?? undefined)
    })
}

async function readResponse(answer: IncomingMessage): Promise<HttpResponse> {
  const { statusCode = 0, headers } = answer
  const chunks: Uint8Array[] = []
  for await (const chunk of answer) chunks.push(chunk)
  const bytes = Buffer.concat(chunks)
  // The answer to HEAD may announce gzip, but has no body.
  const isPacked = headers['content-encoding'] === 'gzip' && bytes.length > 0
  const body = new TextDecoder().decode(isPacked ? await promisify(gunzip)(bytes) : bytes)
  return { status: statusCode, headers, body }
}
