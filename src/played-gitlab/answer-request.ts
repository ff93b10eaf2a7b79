import type { IncomingMessage } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { type Answer, answerError, answerJson, answerPage, answerTooManyRequests } from './answer.ts'
import type { FaultDice, FaultKind } from './faults.ts'
import type { Gate } from './gate.ts'
import { endpointPath, type GraphqlEndpoint } from './graphql-endpoint.ts'
import type { PlayedGitLab } from './played-gitlab.ts'
import { answerRest } from './rest-endpoint.ts'

export interface ServerParts {
  gate: Gate
  endpoint: GraphqlEndpoint
  gitlab: PlayedGitLab
  dice: FaultDice
  /** Minimum time of an API answer. */
  latencyMs: number
  /** Aborted when the server stops. */
  signal: AbortSignal
}

export interface Outcome {
  /** The other two close the connection without an answer. */
  answer: Answer | 'dropped' | 'dropped after the work'
  /** The name of the GraphQL operation; null without a name. */
  operationName: string | null
}

export async function answerRequest(parts: ServerParts, request: IncomingMessage): Promise<Outcome> {
  const refusal = parts.gate.findRefusal(request)
  if (refusal !== null) return nameless(answerError(403, refusal))
  const path = request.url?.split('?', 1)[0] ?? '/'
  if (!path.startsWith('/api/')) return nameless(answerPage(404))
  return withLatency(parts, () => answerOrFail(parts, request, path))
}

function nameless(answer: Outcome['answer']): Outcome {
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

async function answerOrFail(parts: ServerParts, request: IncomingMessage, path: string): Promise<Outcome> {
  const fault = parts.dice.draw()
  if (fault === 'drop') return nameless('dropped')
  if (fault !== null && fault !== 'drop-after') return nameless(answerFault(parts, fault))
  const outcome = await answerApi(parts, request, path)
  return fault === 'drop-after' ? { ...outcome, answer: 'dropped after the work' } : outcome
}

function answerFault({ dice }: ServerParts, kind: Exclude<FaultKind, 'drop' | 'drop-after'>): Answer {
  return kind === '429' ? answerTooManyRequests(dice.flip()) : answerPage(Number(kind))
}

async function answerApi(
  { gate, endpoint, gitlab }: ServerParts,
  request: IncomingMessage,
  path: string,
): Promise<Outcome> {
  const hasToken = gate.hasToken(request)
  if (path === endpointPath) return hasToken ? endpoint(request) : nameless(answerError(401, 'Invalid token'))
  return nameless(
    hasToken
      ? answerRest(gitlab, request.method, request.url ?? '/')
      : answerJson(401, { message: '401 Unauthorized' }),
  )
}
