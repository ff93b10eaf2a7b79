import type { IncomingMessage } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { Gate } from '../local-http/gate.ts'
import { type Answer, answerError, answerJson, answerPage, answerTooManyRequests } from './answer.ts'
import type { FaultDice } from './faults.ts'
import { endpointPath, type GraphqlEndpoint } from './graphql-endpoint.ts'
import type { PlayedGitLab } from './played-gitlab.ts'
import { answerRest } from './rest-endpoint.ts'

export interface ServerParts {
  gate: Gate
  endpoint: GraphqlEndpoint
  gitlab: PlayedGitLab
  dice: FaultDice
  latencyMs: number
  /** Aborted when the server stops. */
  signal: AbortSignal
}

export interface ServedAnswer {
  /** The other two close the connection without an answer. */
  answer: Answer | 'dropped' | 'dropped after the work'
  /** The name of the GraphQL operation; null without a name. */
  operationName: string | null
}

export async function answerRequest(parts: ServerParts, request: IncomingMessage): Promise<ServedAnswer> {
  const refusal = parts.gate.findRefusal(request)
  if (refusal !== null) return nameless(answerError(403, refusal))
  const path = request.url?.split('?', 1)[0] ?? '/'
  if (!path.startsWith('/api/')) return nameless(answerPage(404))
  return withLatency(parts, () => answerOrFail(parts, request, path))
}

function nameless(answer: ServedAnswer['answer']): ServedAnswer {
  return { answer, operationName: null }
}

/** Waits half of the latency before the work, as for the way to GitLab, and the rest after it. */
async function withLatency<T>({ latencyMs, signal }: ServerParts, work: () => Promise<T>): Promise<T> {
  const arrivedAt = performance.now()
  const waitUntil = async (ms: number) => {
    const left = arrivedAt + ms - performance.now()
    if (left > 0) await delay(left, undefined, { signal })
  }
  await waitUntil(latencyMs / 2)
  const result = await work()
  await waitUntil(latencyMs)
  return result
}

async function answerOrFail(
  parts: ServerParts,
  request: IncomingMessage,
  path: string,
): Promise<ServedAnswer> {
  const fault = parts.dice.draw()
  const work = () => answerApi(parts, request, path)
  switch (fault) {
    case null:
      return work()
    case 'drop':
      return nameless('dropped')
    case 'drop-after':
      return { ...(await work()), answer: 'dropped after the work' }
    case 'late':
      return answerBeforeWork(parts, request, path)
    case 'internal-error':
      return failInside(work, parts.dice)
    default:
      return nameless(fault === '429' ? answerTooManyRequests(parts.dice.flip()) : answerPage(Number(fault)))
  }
}

/** GitLab fails before the work, or after it: a seat is given before its notification is sent. */
async function failInside(work: () => Promise<ServedAnswer>, dice: FaultDice): Promise<ServedAnswer> {
  const answer = answerError(dice.flip() ? 500 : 200, 'Internal server error')
  return dice.flip() ? { ...(await work()), answer } : nameless(answer)
}

/** A proxy gives up, and GitLab works on. */
const lateMs = 1_500

function answerBeforeWork(parts: ServerParts, request: IncomingMessage, path: string): Promise<ServedAnswer> {
  return new Promise((resolve, reject) => {
    const pause = () => {
      resolve(nameless(answerPage(504)))
      return delay(lateMs, undefined, { signal: parts.signal })
    }
    answerApi(parts, request, path, pause).then(resolve, reject)
  })
}

async function answerApi(
  { gate, endpoint, gitlab }: ServerParts,
  request: IncomingMessage,
  path: string,
  pause?: () => Promise<void>,
): Promise<ServedAnswer> {
  const hasToken = gate.hasToken(request)
  if (path === endpointPath)
    return hasToken ? endpoint(request, pause) : nameless(answerError(401, 'Invalid token'))
  return nameless(
    hasToken
      ? answerRest(gitlab, request.method, request.url ?? '/')
      : answerJson(401, { message: '401 Unauthorized' }),
  )
}
