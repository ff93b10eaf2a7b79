import { UserError } from '../../errors.ts'
import { addressHint } from './address.ts'
import { UnreachableError } from './gitlab-error.ts'
import type { Quote } from './quote.ts'

/** @throws UnreachableError for another origin, which must not get the token; UserError for https:// at the same host */
export function requireOwnRedirect(location: string | null, from: string, quote: Quote): string {
  const here = new URL(from)
  if (location === null || !URL.canParse(location, from)) {
    const message = `GitLab at ${here.host} redirects, but names no valid address.`
    throw new UnreachableError(message, addressHint)
  }
  const there = new URL(location, here)
  if (there.origin === here.origin) return there.href
  if (there.hostname === here.hostname && there.protocol === 'https:') {
    throw new UserError(
      'usage',
      `GitLab at ${here.host} requires https:// at ${quote(there.host)}. The token was not sent there.`,
      `Link with https://${quote(there.host)} instead.`,
    )
  }
  throw new UnreachableError(
    `GitLab at ${here.host} redirects to ${quote(there.origin)}. The token was not sent there.`,
    'If you trust that address, link with it instead. A gateway may also require a sign-in.',
  )
}
