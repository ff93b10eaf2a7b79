import type { UserError } from '../errors.ts'
import type { UnansweredError } from './gitlab-error.ts'
import {
  describeOtherAnswer,
  explainMessages,
  type GraphqlAnswer,
  isNotShown,
  parseGraphqlAnswer,
  refuseOtherAnswer,
} from './graphql-answer.ts'
import { refuseMutationAnswer, type Transport } from './http/transport.ts'
import type { JsonObject } from './json-object.ts'

export type Variables = Record<string, unknown>

interface PostOptions {
  signal?: AbortSignal | undefined
  mostAttempts?: number
}

/** Asks one GitLab in GraphQL. */
export class GraphqlClient {
  readonly #transport: Transport
  /** Answers to come, null where there will be none, by what was sent. */
  readonly #ahead = new Map<string, Promise<GraphqlAnswer | null>>()
  /** For messages; as `metadata` told it. */
  version = '(version unknown)'

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * Sends a query before its answer is needed: the next {@link query} like it takes the answer. It is tried once, and told to nobody
   * where it fails; then, and after a mutation, which may have changed the answer, the next one is sent itself.
   */
  sendAhead(document: string, variables: Variables, signal: AbortSignal): void {
    const answer = this.#post(document, variables, { signal, mostAttempts: 1 }).catch(() => null)
    this.#ahead.set(formatKey(document, variables), answer)
  }

  /**
   * @returns the data; null where GitLab shows nothing: forbidden, unknown or expired
   * @throws UserError where GitLab answers with any other error; what {@link Transport.send} throws
   */
  async query(document: string, variables: Variables = {}, signal?: AbortSignal): Promise<JsonObject | null> {
    const ahead = await this.#takeAhead(document, variables)
    const { data, messages } = ahead ?? (await this.#post(document, variables, { signal }))
    if (isNotShown(messages)) return null
    if (messages.length > 0) throw this.explain(messages)
    return data
  }

  /**
   * @returns data and messages, whatever they say
   * @throws what {@link Transport.send} throws, and UnansweredError also where the answer is no GraphQL
   */
  mutate(document: string, variables: Variables): Promise<GraphqlAnswer> {
    this.#ahead.clear()
    return this.#post(document, variables)
  }

  /** An error for messages that nobody expects. */
  explain(messages: readonly string[]): UserError {
    return explainMessages(messages, this.version, this.#transport.site)
  }

  /** An error for a mutation's answer that says neither yes nor no. */
  refuseEmptyAnswer(): UnansweredError {
    return refuseMutationAnswer(this.#transport.site, 'answered with nothing')
  }

  /** A text of GitLab, fit to be shown. */
  quote(text: string): string {
    return this.#transport.site.quote(text)
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
    const { site } = this.#transport
    throw isMutation && answer.status < 400
      ? refuseMutationAnswer(site, describeOtherAnswer(answer, site))
      : refuseOtherAnswer(answer, site)
  }
}

function formatKey(document: string, variables: Variables): string {
  return JSON.stringify([document, variables])
}
