import type { UserError } from '../../errors.ts'
import type { Address } from './address.ts'
import { DeniedError, neededScope, RefusedTokenError, UnreachableError } from './gitlab-error.ts'
import { isJsonObject, isText, listObjects } from './json-object.ts'
import type { Quote } from './quote.ts'
import type { RawResponse } from './send-once.ts'

/** GitLab itself answers with JSON. A gateway asks for a login of its own, or shows a web page. */
function isOfGateway({ body, json, challenge }: RefusedAnswer): boolean {
  if (isJsonObject(json)) return false
  return /^\s*</.test(body) || /^(basic|digest|negotiate|ntlm)\b/.test(challenge)
}

type RefusedAnswer = Pick<RawResponse, 'status' | 'body' | 'json' | 'challenge'>

const gatewayHint =
  'The token is not the cause. Open the address in a browser, and ask the administrator of the gateway to let requests to /api/ pass.'

/** @returns null for a status that does not refuse the whole request */
export function explainStatus(answer: RefusedAnswer, { host, quote }: Address): UserError | null {
  const { status, body, json } = answer
  const refuse = (what: string) =>
    new UnreachableError(`A gateway in front of GitLab at ${host} ${what}.`, gatewayHint)
  if (status === 407 || (status === 401 && isOfGateway(answer)))
    return refuse(`requires a login of its own (${status})`)
  if (status === 403 && isOfGateway(answer)) return refuse('refused the request (403)')
  switch (status) {
    case 401:
      return new RefusedTokenError(
        `GitLab at ${host} refused the token: it is wrong, expired or revoked, or lacks a scope.`,
        `Create a token with ${neededScope}, and put it into GITLAB_TOKEN or the file of --token-file.`,
      )
    case 403:
      return new DeniedError(
        `GitLab at ${host} refused the request (403)${quoteMessage(json, quote)}.`,
        body.includes('API not accessible for user')
          ? 'Sign in to GitLab as the user of the token: it may ask to accept its terms, or for a new password.'
          : `The token needs ${neededScope}, and GitLab must allow your IP address.`,
      )
    default:
      return null
  }
}

/** The message of an error in JSON; a web page contains no single sentence to quote. */
function quoteMessage(error: unknown, quote: Quote): string {
  if (!isJsonObject(error)) return ''
  const [first] = listObjects(error['errors'])
  const texts = [error['message'], error['error_description'], error['error'], first?.['message']]
  const message = texts.find(isText)
  return message === undefined ? '' : `: "${quote(message)}"`
}
