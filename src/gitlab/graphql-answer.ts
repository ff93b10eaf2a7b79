import { UserError } from '../errors.ts'
import { UnreachableError } from './gitlab-error.ts'
import type { Site } from './http/refused-status.ts'
import type { HttpAnswer } from './http/transport.ts'
import { isJsonObject, isText, type JsonObject, listObjects, parseJson } from './json-object.ts'

/** What GraphQL answered. */
export interface GraphqlAnswer {
  data: JsonObject
  /** Messages of the errors beside the data, as GitLab wrote them. */
  messages: string[]
}

/** @returns null where it is no answer of GraphQL, such as a web page */
export function parseGraphqlAnswer({ body }: HttpAnswer): GraphqlAnswer | null {
  const value = parseJson(body)
  if (!isJsonObject(value) || !('data' in value || Array.isArray(value['errors']))) return null
  const { data, errors } = value
  return {
    data: isJsonObject(data) ? data : {},
    messages: listObjects(errors).map(({ message }) =>
      isText(message) ? message : 'an error without words',
    ),
  }
}

/** What came in place of GraphQL. */
export function refuseOtherAnswer(answer: HttpAnswer, site: Site): UserError {
  return new UnreachableError(
    'unreachable',
    `GitLab at ${site.host} ${describeOtherAnswer(answer, site)}.`,
    isWebPage(answer)
      ? 'Something before it may want a sign-in, or GitLab may be in maintenance: open the address in a browser.'
      : 'Check the address and what stands before GitLab.',
  )
}

/** Goes on after "GitLab at host". */
export function describeOtherAnswer(answer: HttpAnswer, { quote }: Site): string {
  const { status, body } = answer
  const text = isWebPage(answer) ? 'a web page' : body.trim() === '' ? 'nothing' : `"${quote(body)}"`
  return `answered with ${text}, not with GraphQL (${status})`
}

function isWebPage({ body }: HttpAnswer): boolean {
  return /^\s*</.test(body)
}

/** GitLab has one text for what is forbidden, unknown and expired. */
export function isNotShown(messages: readonly string[]): boolean {
  return messages.some((message) => message.includes("does not exist or you don't have permission"))
}

/** More ids in one call than GitLab takes. */
export function isTooMany(messages: readonly string[]): boolean {
  return messages.some((message) =>
    /^The number of users to be (un)?assigned in a single API call/.test(message),
  )
}

/** graphql-ruby's words for what a version does not know, and those of other implementations. */
const unknownPart =
  /doesn't exist on type|doesn't accept argument|isn't a defined|Cannot query field|Unknown (argument|type)|No such type/

/** An answer that nobody expects, in GitLab's words. */
export function explainMessages(
  [message = '']: readonly string[],
  version: string,
  { quote }: Site,
): UserError {
  if (unknownPart.test(message)) {
    return new UserError(
      'failed',
      `GitLab ${quote(version)} does not know what it was asked: "${quote(message)}".`,
      'Run it again with --debug, and report it with the version of GitLab.',
    )
  }
  if (message.includes('can only be queried on a root namespace')) {
    return new UserError(
      'usage',
      'The group is not at the top: GitLab has seats for top-level groups only.',
      'Link with the first part of its path alone.',
    )
  }
  return new UserError(
    'failed',
    `GitLab answered: "${quote(message)}".`,
    'Run it again; if it stays so, with --debug, and look for the request in the logs of GitLab.',
  )
}
