import {
  Agent,
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  request as sendRequest,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Passing {
  /** Name of the operation, such as `GiveSeats`. */
  operation: string
  isMutation: boolean
  variables: Record<string, unknown>
}

/** The fate of a request: passed on, lost before or after GitLab's work, answered here, or with a rewritten answer. */
export type Tampering =
  | 'pass'
  | 'drop'
  | 'drop-after'
  | { status: number; body?: string; headers?: Record<string, string> }
  | { rewrite: (body: string) => string }

/** A proxy in front of GitLab with which a test records requests and damages them. */
export interface TamperingProxy {
  url: string
  /** All requests, in order. */
  seen: Passing[]
  /** Requests in flight: GitLab may work on one whose client has gone. */
  underway: number
  /** Decides about each request; may change GitLab first. */
  tamper: (passing: Passing) => Tampering | Promise<Tampering>
  /** Decides about each request of REST. */
  tamperRest: () => Tampering
}

/** Answers a mutation with an error code. */
export function refuseWith(code: string): Tampering {
  const payload = { errors: [code] }
  return answerWith({ data: { give: payload, take: payload } })
}

/** Answers a mutation with null and an error. */
export function answerError(message: string): Tampering {
  return answerWith({ data: { give: null, take: null }, errors: [{ message }] })
}

export function answerWith(answer: object): Tampering {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(answer) }
}

/** Starts a proxy in front of a GitLab; it ends with the test. */
export async function startTamperingProxy(target: string): Promise<TamperingProxy> {
  const proxy: TamperingProxy = {
    url: '',
    seen: [],
    underway: 0,
    tamper: () => 'pass',
    tamperRest: () => 'pass',
  }
  const server = createServer((request, response) => void forwardCounted(request, response, target, proxy))
  proxy.url = await listen(server)
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return proxy
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    })
  })
}

async function forwardCounted(...passing: Parameters<typeof forward>): Promise<void> {
  const [, , , proxy] = passing
  proxy.underway += 1
  // A client that sends half a request has gone.
  await forward(...passing).catch(() => {})
  proxy.underway -= 1
}

async function forward(
  request: IncomingMessage,
  response: ServerResponse,
  target: string,
  proxy: TamperingProxy,
): Promise<void> {
  const body = await readBody(request)
  const tampering = request.method === 'POST' ? await decide(body, proxy) : proxy.tamperRest()
  if (tampering === 'drop') {
    request.socket.destroy()
  } else if (typeof tampering === 'object' && 'status' in tampering) {
    response.writeHead(tampering.status, tampering.headers).end(tampering.body ?? '')
  } else {
    await passOn(request, response, body, target, tampering)
  }
}

/** Closes the connection when GitLab does. */
async function passOn(
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
  target: string,
  tampering: Exclude<Tampering, { status: number }>,
): Promise<void> {
  try {
    const answer = await send(request, body, target)
    const sent = await readBody(answer)
    const text = typeof tampering === 'object' ? tampering.rewrite(sent) : sent
    const retryAfter = answer.headers['retry-after']
    if (tampering === 'drop-after') request.socket.destroy()
    else
      response
        .writeHead(answer.statusCode ?? 0, {
          'content-type': answer.headers['content-type'] ?? '',
          ...(retryAfter !== undefined && { 'retry-after': retryAfter }),
        })
        .end(text)
  } catch {
    request.socket.destroy()
  }
}

/** Its events cost a tenth of the time that an iterator takes. */
function readBody(message: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    message
      .setEncoding('utf8')
      .on('data', (chunk: string) => (text += chunk))
      .once('end', () => resolve(text))
      .once('error', reject)
      .once('close', () => reject(new Error('The connection was closed before the end.')))
  })
}

async function decide(body: string, proxy: TamperingProxy): Promise<Tampering> {
  const { query, variables = {} } = JSON.parse(body) as Pick<Passing, 'variables'> & { query: string }
  const [, kind, operation = ''] = /(query|mutation)\s+(\w+)/.exec(query) ?? []
  const passing = { operation, isMutation: kind === 'mutation', variables }
  proxy.seen.push(passing)
  return proxy.tamper(passing)
}

/** The timeout is shorter than that of a server, which would close a connection that is in use again. */
const agent = new Agent({ keepAlive: true, timeout: 4_000 })

function send(
  { method = 'GET', url = '/', headers }: IncomingMessage,
  body: string,
  target: string,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = {
      method,
      agent,
      headers: {
        'content-type': headers['content-type'] ?? 'application/json',
        authorization: headers.authorization ?? '',
      },
    }
    sendRequest(`${target}${url}`, options).on('response', resolve).on('error', reject).end(body)
  })
}
