import { UserError } from '../../errors.ts'
import type { Quote } from './quote.ts'

/**
 * Where a redirect leads, if it stays on the same origin.
 *
 * @param location the header as it came
 * @param from the address that answered with it
 * @throws UserError where it leads elsewhere, where the token must not go
 */
export function requireOwnRedirect(location: string | null, from: string, quote: Quote): string {
  const here = new URL(from)
  if (location === null || !URL.canParse(location, from))
    throw new UserError('failed', `GitLab at ${here.host} redirects to nowhere.`, 'Check the address.')
  const there = new URL(location, here)
  if (there.origin === here.origin) return there.href
  if (there.hostname === here.hostname && there.protocol === 'https:') {
    throw new UserError(
      'usage',
      `GitLab at ${here.host} is to be reached with https:// at ${quote(there.host)}. The token was not sent there.`,
      `Link with https://${quote(there.host)} instead.`,
    )
  }
  throw new UserError(
    'failed',
    `GitLab at ${here.host} redirects to ${quote(there.origin)}. The token was not sent there.`,
    'Link with the address that GitLab itself has now, if you trust it.',
  )
}
