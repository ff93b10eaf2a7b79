import { UserError } from '../../errors.ts'
import { DeniedError } from '../gitlab-error.ts'
import { isJsonObject, isText, parseJson } from '../json-object.ts'
import type { Quote } from './quote.ts'

export interface Address {
  url: string
  host: string
  quote: Quote
}

/** @returns null for a status that does not refuse the whole request */
export function explainStatus(status: number, body: string, { url, host, quote }: Address): UserError | null {
  switch (status) {
    case 401:
      return new DeniedError(
        'denied',
        `GitLab at ${host} refused the token: it is wrong, expired or revoked.`,
        'Create a new token in GitLab, and put it into GITLAB_TOKEN or the file of --token-file.',
      )
    case 403:
      return new DeniedError(
        'denied',
        `GitLab at ${host} refused the request (403)${quoteMessage(body, quote)}.`,
        'The token needs the scope api (read_api is enough for sync), and GitLab must allow your IP address.',
      )
    case 404:
      return new UserError(
        'usage',
        `No GitLab answers at ${url} (404).`,
        'Check the address. If GitLab has a relative URL root, the path belongs to the address.',
      )
    default:
      return null
  }
}

/** The message of an error in JSON; a web page contains no single sentence to quote. */
function quoteMessage(body: string, quote: Quote): string {
  const error = parseJson(body)
  if (!isJsonObject(error)) return ''
  const message = [error['message'], error['error_description'], error['error']].find(isText)
  return message === undefined ? '' : `: "${quote(message)}"`
}
