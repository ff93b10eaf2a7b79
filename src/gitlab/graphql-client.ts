import type { UserError } from '../errors.ts'
import type { Shape } from './answer-shape.ts'
import type { UnansweredError } from './gitlab-error.ts'
import {
  describeOtherAnswer,
  explainMessages,
  type GraphqlAnswer,
  isNotShown,
  parseGraphqlAnswer,
  refuseOtherAnswer,
} from './graphql-answer.ts'
import { refuseMutationAnswer, type Transport } from './transport.ts'

export type Variables = Record<string, unknown>

/** Asks one GitLab in GraphQL. */
export class GraphqlClient {
  readonly #transport: Transport
  /** For messages; as `metadata` told it. */
  version = '(version unknown)'

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /**
   * @returns the data; null where GitLab shows nothing: forbidden, unknown or expired
   * @throws UserError where GitLab answers with any other error; what {@link Transport.send} throws
   */
  async query(document: string, variables: Variables = {}, signal?: AbortSignal): Promise<Shape | null> {
    const { data, messages } = await this.#post(document, variables, signal)
    if (isNotShown(messages)) return null
    if (messages.length > 0) throw this.explain(messages)
    return data
  }

  /**
   * @returns data and messages, whatever they say
   * @throws what {@link Transport.send} throws, and UnansweredError also where the answer is no GraphQL
   */
  mutate(document: string, variables: Variables): Promise<GraphqlAnswer> {
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

  async #post(document: string, variables: Variables, signal?: AbortSignal): Promise<GraphqlAnswer> {
    const [, kind, name = ''] = /^(query|mutation) (\w+)/.exec(document) ?? []
    const isMutation = kind === 'mutation'
    const body = JSON.stringify({ query: document, variables, operationName: name })
    const answer = await this.#transport.send({ name, path: '/api/graphql', body, isMutation }, signal)
    const parsed = parseGraphqlAnswer(answer)
    if (parsed !== null) return parsed
    const { site } = this.#transport
    throw isMutation && answer.status < 400
      ? refuseMutationAnswer(site, describeOtherAnswer(answer, site))
      : refuseOtherAnswer(answer, site)
  }
}
