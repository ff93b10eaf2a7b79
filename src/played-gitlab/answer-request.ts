import type { IncomingMessage } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { type Answer, answerJson, answerPage, answerTooManyRequests } from './answer.ts'
import type { FaultDice, FaultKind } from './faults.ts'
import type { Gate } from './gate.ts'
import { endpointPath, type GraphqlCall, type GraphqlEndpoint } from './graphql-endpoint.ts'

export interface Site {
  gate: Gate
  endpoint: GraphqlEndpoint
  dice: FaultDice
  /** How long each answer of the API takes at least, in milliseconds. */
  latencyMs: number
  /** Aborted when the server stops. */
  signal: AbortSignal
}

/** The answer to a request; `dropped` where its connection is to be closed instead, before the work or after it. */
export async function answerRequest(
  site: Site,
  request: IncomingMessage,
  call: GraphqlCall,
): Promise<Answer | 'dropped' | 'dropped after the work'> {
  const refusal = site.gate.findRefusal(request)
  if (refusal !== null) return answerJson(403, { errors: [{ message: refusal }] })
  const path = request.url?.split('?', 1)[0] ?? '/'
  if (!path.startsWith('/api/')) return answerPage(404)

  return withLatency(site, () => answerOrFail(site, request, path, call))
}

/** Half of the time passes before the work and what the work has left of it after it, as on a way to GitLab and back. */
async function withLatency<T>({ latencyMs, signal }: Site, work: () => Promise<T>): Promise<T> {
  const arrivedAt = performance.now()
  const waitUntil = async (ms: number) => {
    const left = arrivedAt + ms - performance.now()
    if (left > 0) await delay(left, undefined, { signal })
  }
  await waitUntil(latencyMs / 2)
  const answer = await work()
  await waitUntil(latencyMs)
  return answer
}

async function answerOrFail(
  site: Site,
  request: IncomingMessage,
  path: string,
  call: GraphqlCall,
): Promise<Answer | 'dropped' | 'dropped after the work'> {
  const fault = site.dice.draw()
  if (fault === 'drop') return 'dropped'
  if (fault !== null && fault !== 'drop-after') return answerFault(site, fault)
  const answer = await answerApi(site, request, path, call)
  return fault === 'drop-after' ? 'dropped after the work' : answer
}

function answerFault({ dice }: Site, kind: Exclude<FaultKind, 'drop' | 'drop-after'>): Answer {
  return kind === '429' ? answerTooManyRequests(dice.flip()) : answerPage(Number(kind))
}

async function answerApi(
  { gate, endpoint }: Site,
  request: IncomingMessage,
  path: string,
  call: GraphqlCall,
): Promise<Answer> {
  if (path === endpointPath) {
    if (!gate.hasToken(request)) return answerJson(401, { errors: [{ message: 'Invalid token' }] })
    return readResponse(await endpoint(request, call))
  }
  if (!gate.hasToken(request)) return answerJson(401, { message: '401 Unauthorized' })
  if (path === '/api/v4/personal_access_tokens/self' && request.method === 'GET')
    return answerJson(200, { name: 'duo-seats serve', scopes: ['api'], active: true })
  return answerJson(404, { error: '404 Not Found' })
}

async function readResponse(response: Response): Promise<Answer> {
  const headers = {
    'content-type': response.headers.get('content-type') ?? 'application/json; charset=utf-8',
  }
  return { status: response.status, headers, body: await response.text() }
}
