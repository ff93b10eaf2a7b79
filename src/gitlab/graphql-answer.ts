import { UserError } from '../errors.ts'
import { UnreachableError } from './gitlab-error.ts'
import type { Address } from './http/refused-status.ts'
import type { HttpAnswer } from './http/transport.ts'
import { isJsonObject, isText, type JsonObject, listObjects, parseJson } from './json-object.ts'

export interface GraphqlAnswer {
  data: JsonObject
  /** GitLab's own texts, unfiltered. */
  messages: string[]
}

/** @returns null for anything but GraphQL, such as a web page */
export function parseGraphqlAnswer({ body }: HttpAnswer): GraphqlAnswer | null {
  const value = parseJson(body)
  if (!isJsonObject(value) || !('data' in value || Array.isArray(value['errors']))) return null
  const { data, errors } = value
  return {
    data: isJsonObject(data) ? data : {},
    messages: listObjects(errors).map(({ message }) => (isText(message) ? message : 'an error without text')),
  }
}

export function createOtherAnswerError(answer: HttpAnswer, address: Address): UserError {
  return new UnreachableError(
    'unreachable',
    `GitLab at ${address.host} ${describeOtherAnswer(answer, address)}.`,
    isWebPage(answer)
      ? 'Open the address in a browser: a gateway may require a sign-in, or GitLab may be in maintenance.'
      : 'Check the address, and any gateway in front of GitLab.',
  )
}

/** Continues the sentence "GitLab at HOST". */
export function describeOtherAnswer(answer: HttpAnswer, { quote }: Address): string {
  const { status, body } = answer
  const text = isWebPage(answer) ? 'a web page' : body.trim() === '' ? 'nothing' : `"${quote(body)}"`
  return `answered with ${text}, not with GraphQL (${status})`
}

function isWebPage({ body }: HttpAnswer): boolean {
  return /^\s*</.test(body)
}

/** GitLab has one text for forbidden, unknown and expired. */
export function isNotShown(messages: readonly string[]): boolean {
  return messages.some((message) => message.includes("does not exist or you don't have permission"))
}

export function isTooMany(messages: readonly string[]): boolean {
  return messages.some((message) =>
    /^The number of users to be (un)?assigned in a single API call/.test(message),
  )
}

/** A query that GitLab gave up after 30 seconds: the data is incomplete, with status 200. */
export function isTimeout(messages: readonly string[]): boolean {
  return messages.some((message) => message.startsWith('Timeout on '))
}

export function createTimeoutError(messages: readonly string[], { host, quote }: Address): UnreachableError {
  return new UnreachableError(
    'unreachable',
    `GitLab at ${host} gave up a query: "${quote(messages.join(' '))}".`,
    'Try again later, when GitLab is less busy.',
  )
}

/** Texts of graphql-ruby and of other implementations for what a version does not support. */
const unknownPart =
  /doesn't exist on type|doesn't accept argument|isn't a defined|Cannot query field|Unknown (argument|type)|No such type/

/** An error with GitLab's own text, for messages without a meaning of their own. */
export function explainMessages(
  [message = '']: readonly string[],
  version: string,
  { quote }: Address,
): UserError {
  if (unknownPart.test(message)) {
    return new UserError(
      'failed',
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
  return new UserError(
    'failed',
    `GitLab answered: "${quote(message)}".`,
    'Run it again. If it fails again, add --debug and look for the request in the logs of GitLab.',
  )
}
