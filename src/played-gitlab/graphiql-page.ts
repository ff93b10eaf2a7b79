import { gunzipSync } from 'node:zlib'
import type { Answer } from './answer.ts'
import page from './graphiql.html.gz'

export const pagePath = '/-/graphql-explorer'

/** Whatever the page holds, the browser loads nothing for it from another host, and sends nothing there. */
const policy = [
  "default-src 'none'",
  "connect-src 'self'",
  "script-src 'unsafe-inline' blob:",
  'worker-src blob:',
  "style-src 'unsafe-inline'",
  'font-src data:',
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** GraphiQL in one file: the bundler makes it, and packs it as browsers take it. */
export function answerGraphiql(takesGzip: boolean): Answer {
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      vary: 'accept-encoding',
      ...(takesGzip ? { 'content-encoding': 'gzip' } : {}),
    },
    body: takesGzip ? page : gunzipSync(page),
  }
}
