import type { UserError } from '../errors.ts'
import {
  createNoGitLabError,
  describeMessages,
  describeOtherAnswer,
  explainMessages,
  findFault,
  type GraphqlAnswer,
  isNotShown,
  toGraphqlAnswer,
} from './graphql-answer.ts'
import { createUnansweredError, createUnreachableError } from './http/attempt.ts'
import type { UnansweredError } from './http/gitlab-error.ts'
import type { JsonObject } from './http/json-object.ts'
import type { Fault, HttpAnswer, Transport } from './http/transport.ts'
import type { WarnOfUnknown } from './readings.ts'

export type Variables = Record<string, unknown>

interface PostOptions {
  signal?: AbortSignal | undefined
  mostAttempts?: number
  /** See `GitLabRequest`. */
  mostFaults?: number | undefined
  onSend?: (() => Promise<void>) | undefined
}

/** Against a GitLab with another state for each user. */
const mostWarnings = 5

/** Faults before the first GraphQL answer: the address may be wrong. */
const mostFirstFaults = 6

export class GraphqlClient {
  readonly #transport: Transport
  /** Answers to queries sent ahead, by what was sent; null: failed. */
  readonly #ahead = new Map<string, Promise<GraphqlAnswer | null>>()
  readonly #warnedOf = new Set<string>()
  /** Whether the address has ever answered with GraphQL. */
  #isGitLab = false
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
  async query(
    document: string,
    variables: Variables = {},
    signal?: AbortSignal,
    mostFaults?: number,
  ): Promise<JsonObject | null> {
    const ahead = await this.#takeAhead(document, variables)
    const { data, messages } = ahead ?? (await this.#post(document, variables, { signal, mostFaults }))
    if (messages.length === 0) return data
    if (messages.every(isNotShown)) return null
    throw this.explain(messages)
  }

  /** @throws UnansweredError also for an answer that is not GraphQL; the errors of {@link Transport.send} */
  mutate(document: string, variables: Variables, onSend?: () => Promise<void>): Promise<GraphqlAnswer> {
    this.#ahead.clear()
    return this.#post(document, variables, { onSend })
  }

  explain(messages: readonly string[]): UserError {
    return explainMessages(messages, this.version, this.#transport.address)
  }

  /**
   * For a mutation whose answer is neither a yes nor a no.
   *
   * @param what continues the sentence "GitLab at HOST"
   * @param isOver see {@link UnansweredError}
   */
  createDoubt(what: string, isOver = true): UnansweredError {
    return createUnansweredError(this.#transport.address, what, { isOver })
  }

  /** For a mutation with errors that are not about a seat. They are printed at once, since the seats may prove it done. */
  announceDoubt(messages: readonly string[]): UnansweredError {
    const what = describeMessages(messages, this.#transport.address.quote)
    this.#transport.announce(
      what,
      'The changes are pending until GitLab answers without an error or lists the holders.',
    )
    return this.createDoubt(what)
  }

  readonly warnOfUnknown: WarnOfUnknown = (sentence) => {
    if (this.#warnedOf.has(sentence) || this.#warnedOf.size === mostWarnings) return
    this.#warnedOf.add(sentence)
    this.#transport.warn(sentence)
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
    const {
      signal,
      mostAttempts,
      onSend,
      mostFaults = this.#isGitLab ? undefined : mostFirstFaults,
    } = options
    const [, kind, name = ''] = /^(query|mutation) (\w+)/.exec(document) ?? []
    const isMutation = kind === 'mutation'
    const body = JSON.stringify({ query: document, variables, operationName: name })
    const request = {
      ...{ name, path: '/api/graphql', body, isMutation, mostAttempts, mostFaults, onSend },
      findFault: (answer: HttpAnswer) => (isMutation ? null : this.#findFault(answer)),
    }
    const answer = await this.#transport.send(request, signal)
    const parsed = toGraphqlAnswer(answer)
    if (parsed === null) throw this.#explainOtherAnswer(answer, isMutation)
    this.#isGitLab = true
    return parsed
  }

  /** An address that has never been a GitLab is not worth a retry after 404. */
  #findFault(answer: HttpAnswer): Fault | null {
    if (answer.status === 404 && !this.#isGitLab) return null
    return findFault(answer, this.#transport.address)
  }

  #explainOtherAnswer(answer: HttpAnswer, isMutation: boolean): UserError {
    const { address } = this.#transport
    const fault = describeOtherAnswer(answer, address.quote)
    if (isMutation) return this.createDoubt(fault.what, false)
    if (answer.status === 404 && !this.#isGitLab) return createNoGitLabError(address)
    return createUnreachableError(address, fault)
  }
}

function formatKey(document: string, variables: Variables): string {
  return JSON.stringify([document, variables])
}
