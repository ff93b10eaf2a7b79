import { type Address, addressHint } from './address.ts'
import { UnreachableError } from './gitlab-error.ts'
import type { HttpClient, HttpRequest } from './http-client.ts'
import { parseJson } from './json-object.ts'
import { requireOwnRedirect } from './redirect.ts'

export interface GitLabRequest {
  /** For the log. */
  name: string
  path: string
  /** JSON to POST; null: GET. */
  body: string | null
  /** Whether a second request could do harm. */
  isMutation: boolean
  /** Unlimited by default. */
  mostAttempts?: number | undefined
  /** Attempts that end in a {@link Fault}, in place of those of the retry policy. */
  mostFaults?: number | undefined
  /** Awaited before each attempt. */
  onSend?: (() => Promise<void>) | undefined
  /** Judges an answer with a status below 500; null: the caller can read it. */
  findFault?: (answer: HttpAnswer) => Fault | null
}

export interface HttpAnswer {
  status: number
  body: string
  /** The parsed body; undefined if it is not JSON. */
  json: unknown
}

export interface Fault {
  /** Continues the sentence "GitLab at HOST". */
  what: string
  hint: string
}

export interface RawResponse extends HttpAnswer {
  retryAfter: string | undefined
  /** The header `WWW-Authenticate`, in lower case; empty without it. */
  challenge: string
}

export interface Connection {
  send: HttpClient
  /** Sent to the origin of the address only; part of no message. */
  token: string
  address: Address
  /** ` through the proxy URL`, or empty. */
  viaProxy: string
  /** The value of `NODE_EXTRA_CA_CERTS`, for advice. */
  caFile?: string | undefined
}

/** Statuses that repeat the same request elsewhere. */
const redirectStatuses = [301, 302, 307, 308]

const mostRedirects = 3

/**
 * Sends a request without retries. It follows redirects on the same origin.
 *
 * @param onAnswer gets the status and GitLab's request id of every answer, redirects included
 * @throws UnreachableError for a redirect to another origin or in a circle; the errors of {@link HttpClient}
 */
export async function sendOnce(
  request: GitLabRequest,
  { send, token, address }: Connection,
  onAnswer: (status: number, id: string | null) => void,
  signal: AbortSignal,
): Promise<RawResponse> {
  let url = `${address.url}${request.path}`
  for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
    const { status, headers, body } = await send(url, createHttpRequest(request, token, signal))
    onAnswer(status, headers['x-request-id']?.toString() ?? null)
    if (!redirectStatuses.includes(status)) {
      const challenge = headers['www-authenticate']?.toLowerCase() ?? ''
      return { status, body, json: parseJson(body), retryAfter: headers['retry-after'], challenge }
    }
    url = requireOwnRedirect(headers.location ?? null, url, address.quote)
  }
  throw new UnreachableError(`GitLab at ${address.host} redirects in a circle.`, addressHint)
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
