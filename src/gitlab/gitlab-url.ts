import { isLoopback } from '../domain/loopback.ts'
import { UserError } from '../errors.ts'

/**
 * Normalizes the address of a GitLab to origin and relative root, without a trailing slash. `https://` is the default scheme;
 * `/api/graphql` at the end is cut.
 *
 * @throws UserError for an invalid address, for one with credentials or a query, and for `http://` to another machine
 */
export function parseGitLabUrl(text: string): string {
  const url = parseUrl(text.trim())
  requireAddressOnly(url)
  requireEncryption(url)
  const root = url.pathname.replace(/\/+$/, '').replace(/(\/+api(\/+(graphql|v4))?)$/, '')
  return `${url.origin}${root.replace(/\/+$/, '')}`
}

function parseUrl(text: string): URL {
  const withScheme = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `https://${text}`
  const url = URL.canParse(withScheme) && !/\s/.test(text) ? new URL(withScheme) : null
  if (url !== null && ['http:', 'https:'].includes(url.protocol)) return url
  throw createUrlError('The address is not a valid URL.')
}

/** The message does not contain the address: it may hold a password. */
function requireAddressOnly({ username, password, href }: URL): void {
  if (username !== '' || password !== '')
    throw createUrlError('The address contains a user name or a password.')
  if (/[?#]/.test(href)) throw createUrlError('The address contains a "?" or a "#".')
}

function requireEncryption(url: URL): void {
  if (url.protocol === 'https:' || isLoopback(url.hostname)) return
  throw new UserError(
    'usage',
    `The token would travel to ${url.host} unencrypted, because the address begins with http://.`,
    'Write https://. http:// is allowed only for a GitLab on this machine.',
  )
}

function createUrlError(sentence: string): UserError {
  return new UserError('usage', sentence, 'Write it like https://gitlab.example.com.')
}
