import { type IncomingHttpHeaders, request as requestPlainly } from 'node:http'
import { request as requestSecurely } from 'node:https'
import { createAgent } from './connecting-agent.ts'
import type { ChosenProxy } from './proxy.ts'
import { readBody } from './read-body.ts'

export interface HttpRequest {
  method: 'GET' | 'HEAD' | 'POST'
  /** With names in lower case. */
  headers: Record<string, string>
  body: string | null
  signal: AbortSignal
}

interface HttpResponse {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

/**
 * Sends one request and follows no redirect.
 *
 * @throws ConnectError if nothing was sent; AbortError; HugeAnswerError, or any other network error, if the request may have been
 *   carried out
 */
export type HttpClient = (url: string, request: HttpRequest) => Promise<HttpResponse>

/** @param proxy for https:// only; null: connects directly */
export function createHttpClient(proxy: ChosenProxy | null): HttpClient {
  const schemes = {
    'http:': { send: requestPlainly, agent: createAgent('http:', null) },
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
        .on('response', (answer) => {
          const { statusCode: status = 0, headers } = answer
          readBody(answer).then((body) => resolve({ status, headers, body }), reject)
        })
        .end(body ?? undefined)
    })
}
