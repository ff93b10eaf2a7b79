import type { UserError } from '../errors.ts'
import type { UnansweredError } from './gitlab-error.ts'
import {
  createOtherAnswerError,
  createTimeoutError,
  describeOtherAnswer,
  explainMessages,
  type GraphqlAnswer,
  isNotShown,
  isTimeout,
  parseGraphqlAnswer,
} from './graphql-answer.ts'
import { createUnansweredError } from './http/attempt.ts'
import type { Transport } from './http/transport.ts'
import type { JsonObject } from './json-object.ts'

export type Variables = Record<string, unknown>

interface PostOptions {
  signal?: AbortSignal | undefined
  mostAttempts?: number
}

export class GraphqlClient {
  readonly #transport: Transport
  /** Answers to queries sent ahead, by what was sent; null: failed. */
  readonly #ahead = new Map<string, Promise<GraphqlAnswer | null>>()
  /** For messages; as GitLab's `metadata` reports it. */
  version = '(version unknown)'

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Sends a query before its answer is needed. The next equal {@link query} takes the answer. A failure stays silent, and a
   * mutation discards the answer: the next query is then sent again.
   */
  sendAhead(document: string, variables: Variables, signal: AbortSignal): void {
    const answer = this.#post(document, variables, { signal, mostAttempts: 1 }).catch(() => null)
    this.#ahead.set(formatKey(document, variables), answer)
  }

  /**
   * @returns the data; null if GitLab hides it: forbidden, unknown or expired
   * @throws UserError for any other GraphQL error; the errors of {@link Transport.send}
   */
  async query(document: string, variables: Variables = {}, signal?: AbortSignal): Promise<JsonObject | null> {
    const ahead = await this.#takeAhead(document, variables)
    const { data, messages } = ahead ?? (await this.#post(document, variables, { signal }))
    if (isTimeout(messages)) throw createTimeoutError(messages, this.#transport.address)
    if (isNotShown(messages)) return null
    if (messages.length > 0) throw this.explain(messages)
    return data
  }

  /** @throws UnansweredError also for an answer that is not GraphQL; the errors of {@link Transport.send} */
  mutate(document: string, variables: Variables): Promise<GraphqlAnswer> {
    this.#ahead.clear()
    return this.#post(document, variables)
  }

  explain(messages: readonly string[]): UserError {
    return explainMessages(messages, this.version, this.#transport.address)
  }

  /** For a mutation whose answer is neither a yes nor a no. */
  createEmptyAnswerError(): UnansweredError {
    return createUnansweredError(this.#transport.address, 'answered with nothing')
  }

  quote(text: string): string {
    return this.#transport.address.quote(text)
  }

  #takeAhead(document: string, variables: Variables): Promise<GraphqlAnswer | null> | undefined {
    const key = formatKey(document, variables)
    const answer = this.#ahead.get(key)
    this.#ahead.delete(key)
    return answer
  }

  async #post(document: string, variables: Variables, options: PostOptions = {}): Promise<GraphqlAnswer> {
    const { signal, mostAttempts } = options
    const [, kind, name = ''] = /^(query|mutation) (\w+)/.exec(document) ?? []
    const isMutation = kind === 'mutation'
    const body = JSON.stringify({ query: document, variables, operationName: name })
    const request = { name, path: '/api/graphql', body, isMutation, mostAttempts }
    const answer = await this.#transport.send(request, signal)
    const parsed = parseGraphqlAnswer(answer)
    if (parsed !== null) return parsed
    const { address } = this.#transport
    throw isMutation && answer.status < 400
      ? createUnansweredError(address, describeOtherAnswer(answer, address))
      : createOtherAnswerError(answer, address)
  }
}

function formatKey(document: string, variables: Variables): string {
  return JSON.stringify([document, variables])
}
