import { UserError } from '../errors.ts'
import { type Address, addressHint } from './http/address.ts'
import { laterHint } from './http/attempt.ts'
import { UnreachableError } from './http/gitlab-error.ts'
import { isJsonObject, isText, type JsonObject } from './http/json-object.ts'
import type { Quote } from './http/quote.ts'
import type { Fault, HttpAnswer } from './http/transport.ts'

export interface GraphqlAnswer {
  data: JsonObject
  /** GitLab's own texts, unfiltered; one for each error. */
  messages: string[]
}

/** @returns null for anything but GraphQL, such as a web page, and for an answer with neither data nor an error */
export function toGraphqlAnswer({ status, json }: HttpAnswer): GraphqlAnswer | null {
  if (!isJsonObject(json)) return null
  const { data, errors } = json
  const messages = readMessages(errors)
  if (messages === null || (messages.length === 0 && (data === undefined || status >= 300))) return null
  if (data === undefined || data === null) return { data: {}, messages }
  if (!isJsonObject(data)) return null
  return messages.length === 0 && Object.keys(data).length === 0 ? null : { data, messages }
}

/** @returns null for anything but a list */
function readMessages(errors: unknown): string[] | null {
  if (errors === undefined || errors === null) return []
  if (!Array.isArray(errors)) return null
  return errors.map((error) => {
    const message = isJsonObject(error) ? error['message'] : error
    return isText(message) ? message : 'an error without text'
  })
}

const gatewayHint =
  'Open the address in a browser: a gateway may require a sign-in, or GitLab may be in maintenance.'

/** Statuses of a gateway without a GitLab behind it, or with one that is too slow. */
const passingStatuses = [404, 408, 425]

/** A failure of GitLab in an answer to a query, with a status below 500; null: it can be read, or fails for good. */
export function findFault(answer: HttpAnswer, { quote }: Address): Fault | null {
  const parsed = toGraphqlAnswer(answer)
  if (parsed === null) {
    const isPassing = answer.status < 400 || passingStatuses.includes(answer.status)
    return isPassing ? describeOtherAnswer(answer, quote) : null
  }
  const { messages } = parsed
  if (messages.some((message) => message.startsWith('Timeout on '))) {
    const what = `gave up a query: "${quote(messages.join(' '))}"`
    return { what, hint: 'Try again later, when GitLab is less busy.' }
  }
  return messages.some(isFailure) ? { what: describeMessages(messages, quote), hint: laterHint } : null
}

/** GitLab's texts for a failure of its own. */
function isFailure(message: string): boolean {
  return /^Internal server error|^You cannot perform write operations on a read-only|requested too many times/i.test(
    message,
  )
}

/** Continues the sentence "GitLab at HOST". */
export function describeMessages(messages: readonly string[], quote: Quote): string {
  return `answered with "${quote(messages.join(' '))}"`
}

/** An answer that is not GraphQL. */
export function describeOtherAnswer(answer: HttpAnswer, quote: Quote): Fault {
  const { status, body } = answer
  const isWebPage = /^\s*</.test(body)
  const text = isWebPage ? 'a web page' : body.trim() === '' ? 'nothing' : `"${quote(body)}"`
  return {
    what: `answered with ${text}, not with GraphQL (${status})`,
    hint: isWebPage ? gatewayHint : addressHint,
  }
}

export function createNoGitLabError({ url }: Address): UnreachableError {
  return new UnreachableError(
    `No GitLab answers at ${url} (404).`,
    'Check the address. If GitLab has a relative URL root, the path belongs to the address.',
  )
}

/** GitLab has one text for forbidden, unknown and expired. */
export function isNotShown(message: string): boolean {
  return message.includes("does not exist or you don't have permission")
}

export function isTooMany(message: string): boolean {
  return /^The number of users to be (un)?assigned in a single API call/.test(message)
}

/** Texts of graphql-ruby and of other implementations for what a version does not support: nothing was carried out. */
export function isUnknownPart(message: string): boolean {
  return /doesn't exist on type|doesn't accept argument|isn't a defined|Cannot query field|Unknown (argument|type)|No such type/.test(
    message,
  )
}

/** An error with GitLab's own text, for messages without a meaning of their own. */
export function explainMessages(messages: readonly string[], version: string, { quote }: Address): UserError {
  const message = messages.find((text) => !isNotShown(text)) ?? ''
  if (isUnknownPart(message)) {
    return new UnreachableError(
      `GitLab ${quote(version)} does not support a request of duo-seats: "${quote(message)}".`,
      'Run it again with --debug, and report it with the version of GitLab.',
    )
  }
  if (message.includes('can only be queried on a root namespace')) {
    return new UserError(
      'usage',
      'The group is a subgroup: only a top-level group has seats in GitLab.',
      'Link with the first part of its path alone.',
    )
  }
  return new UnreachableError(
    `GitLab answered: "${quote(message)}".`,
    'Run it again. If it fails again, add --debug and look for the request in the logs of GitLab.',
  )
}
