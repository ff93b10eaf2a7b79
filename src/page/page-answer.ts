import type { ServerResponse } from 'node:http'

export interface PageAnswer {
  status: number
  headers: Readonly<Record<string, string>>
  body: string | Buffer
}

/** On every response: no inline script, nothing from elsewhere, nothing kept, no frame around it. */
export const safeHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

export function answerJson(body: string, status = 200, headers: Record<string, string> = {}): PageAnswer {
  return { status, headers: { ...headers, 'content-type': 'application/json; charset=utf-8' }, body }
}

export function answerText(body: string, status: number): PageAnswer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body }
}

export function answerRedirect(location: string): PageAnswer {
  return { status: 302, headers: { location }, body: '' }
}

/** @param isLast ends the connection */
export function sendAnswer(
  response: ServerResponse,
  { status, headers, body }: PageAnswer,
  isLast: boolean,
): void {
  response.writeHead(status, {
    ...safeHeaders,
    ...headers,
    'content-length': Buffer.byteLength(body),
    ...(isLast && { connection: 'close' }),
  })
  response.end(body)
}
