import { UserError } from '../../errors.ts'
import type { HttpClient, HttpRequest } from './http-client.ts'
import { requireOwnRedirect } from './redirect.ts'
import type { Site } from './refused-status.ts'

/** One thing that GitLab is asked. */
export interface GitLabRequest {
  /** For the log. */
  name: string
  path: string
  /** JSON to POST; null: GET. */
  body: string | null
  /** Whether sending it twice could do harm. */
  isMutation: boolean
  /** How often it is tried; as long as there is time by default. */
  mostAttempts?: number | undefined
}

export interface HttpAnswer {
  status: number
  body: string
}

/** An answer with what says when to ask again. */
export interface Exchange extends HttpAnswer {
  retryAfter: string | null
}

/** How a GitLab is reached. */
export interface Way {
  send: HttpClient
  /** Goes to the origin of the site only, and into no message. */
  token: string
  site: Site
}

/** Those that ask for the same request elsewhere. */
const redirectStatuses = [301, 302, 307, 308]

const mostRedirects = 3

/**
 * Sends a request once, and follows redirects on the same origin.
 *
 * @param onAnswer called with the status of every answer, redirects as well, and GitLab's id of the request
 * @throws UserError where a redirect leads elsewhere or in a circle; whatever the connection fails with
 */
export async function exchange(
  request: GitLabRequest,
  { send, token, site }: Way,
  onAnswer: (status: number, id: string | null) => void,
  signal: AbortSignal,
): Promise<Exchange> {
  let url = `${site.url}${request.path}`
  for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
    const response = await send(url, createHttpRequest(request, token, signal))
    const { status, headers } = response
    const body = await response.text()
    onAnswer(status, headers.get('x-request-id'))
    if (!redirectStatuses.includes(status)) return { status, body, retryAfter: headers.get('retry-after') }
    url = requireOwnRedirect(headers.get('location'), url, site.quote)
  }
  throw new UserError('failed', `GitLab at ${site.host} redirects in a circle.`, 'Check the address.')
}

function createHttpRequest({ body }: GitLabRequest, token: string, signal: AbortSignal): HttpRequest {
  return {
    method: body === null ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/json',
      'user-agent': 'duo-seats',
      ...(body !== null && { 'content-type': 'application/json' }),
    },
    body,
    signal,
  }
}
