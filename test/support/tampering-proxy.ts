import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** One GraphQL request on its way to GitLab. */
export interface Passing {
  /** Name of the operation, such as `GiveSeats`. */
  operation: string
  isMutation: boolean
  variables: Record<string, unknown>
}

/** What becomes of a request: it goes through, is lost before or after GitLab's work, or gets another answer. */
export type Tampering =
  | 'pass'
  | 'drop'
  | 'drop-after'
  | { status: number; body?: string; headers?: Record<string, string> }

/** A stretch of the way to GitLab on which a test can do harm, and count what passes. */
export interface TamperingProxy {
  url: string
  /** All that came, in order. */
  seen: Passing[]
  /** How many requests are on their way: GitLab may work on one whose client is gone. */
  underway: number
  /** Decides about each request; may change GitLab behind the tool's back first. */
  tamper: (passing: Passing) => Tampering | Promise<Tampering>
}

/** In place of GitLab's own answer to a mutation: it refuses the change with a code. */
export function refuseWith(code: string): Tampering {
  const payload = { errors: [code] }
  return answerWith({ data: { give: payload, take: payload } })
}

/** In place of GitLab's own answer to a mutation: null, and an error. */
export function answerError(message: string): Tampering {
  return answerWith({ data: { give: null, take: null }, errors: [{ message }] })
}

/** In place of GitLab's own answer. */
export function answerWith(answer: object): Tampering {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(answer) }
}

/** Starts it in front of a GitLab; it ends with the test. */
export async function startTamperingProxy(target: string): Promise<TamperingProxy> {
  const proxy: TamperingProxy = { url: '', seen: [], underway: 0, tamper: () => 'pass' }
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
  // Whoever sends half a request is gone.
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
  const tampering = request.method === 'POST' ? await decide(body, proxy) : 'pass'
  if (tampering === 'drop') {
    request.socket.destroy()
  } else if (typeof tampering === 'object') {
    response.writeHead(tampering.status, tampering.headers).end(tampering.body ?? '')
  } else {
    await passOn(request, response, body, target, tampering === 'drop-after')
  }
}

/** What GitLab drops, the way to it drops as well. */
async function passOn(
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
  target: string,
  isAnswerLost: boolean,
): Promise<void> {
  try {
    const answer = await send(request, body, target)
    const text = await answer.text()
    const retryAfter = answer.headers.get('retry-after')
    if (isAnswerLost) request.socket.destroy()
    else
      response
        .writeHead(answer.status, {
          'content-type': answer.headers.get('content-type') ?? '',
          ...(retryAfter !== null && { 'retry-after': retryAfter }),
        })
        .end(text)
  } catch {
    request.socket.destroy()
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

async function decide(body: string, proxy: TamperingProxy): Promise<Tampering> {
  const { query, variables = {} } = JSON.parse(body) as Pick<Passing, 'variables'> & { query: string }
  const [, kind, operation = ''] = /(query|mutation)\s+(\w+)/.exec(query) ?? []
  const passing = { operation, isMutation: kind === 'mutation', variables }
  proxy.seen.push(passing)
  return proxy.tamper(passing)
}

function send(
  { method = 'GET', url = '/', headers }: IncomingMessage,
  body: string,
  target: string,
): Promise<Response> {
  return fetch(`${target}${url}`, {
    method,
    headers: {
      'content-type': headers['content-type'] ?? 'application/json',
      authorization: headers.authorization ?? '',
    },
    ...(method === 'POST' && { body }),
  })
}
