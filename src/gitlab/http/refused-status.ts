import { UserError } from '../../errors.ts'
import { DeniedError } from '../gitlab-error.ts'
import { isJsonObject, isText, parseJson } from '../json-object.ts'
import type { Quote } from './quote.ts'

/** Where an answer came from, and how its texts are made fit to be shown. */
export interface Site {
  url: string
  host: string
  quote: Quote
}

/** What a status below 500 means that stands for a refusal of the whole request; null for every other. */
export function explainStatus(status: number, body: string, { url, host, quote }: Site): UserError | null {
  switch (status) {
    case 401:
      return new DeniedError(
        'denied',
        `GitLab at ${host} refused the token: it is wrong, expired or revoked.`,
        'Make a new one in GitLab, and put it into GITLAB_TOKEN or the file of --token-file.',
      )
    case 403:
      return new DeniedError(
        'denied',
        `GitLab at ${host} refused the request (403)${quoteMessage(body, quote)}.`,
        'The token needs the scope api (read_api is enough for sync), and your address must be one that GitLab allows.',
      )
    case 404:
      return new UserError(
        'usage',
        `There is no GitLab at ${url}: it answered with 404.`,
        'Check the address, with its path where GitLab lives below one.',
      )
    default:
      return null
  }
}

/** What an error says for itself in JSON; a web page says nothing in one sentence. */
function quoteMessage(body: string, quote: Quote): string {
  const shape = parseJson(body)
  if (!isJsonObject(shape)) return ''
  const message = [shape['message'], shape['error_description'], shape['error']].find(isText)
  return message === undefined ? '' : `: "${quote(message)}"`
}
