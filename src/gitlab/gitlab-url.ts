import { isLoopback } from '../domain/loopback.ts'
import { UserError } from '../errors.ts'

/**
 * The address of a GitLab as it is kept: origin and relative root, without a slash at the end. `https://` is assumed where no
 * scheme is named; `/api/graphql` at the end is cut.
 *
 * @throws UserError where it is none, where it holds more than an address, or where it would send the token unencrypted
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
  throw refuseUrl('This is no address of a GitLab.')
}

/** Not shown again: somebody may have put a password there. */
function requireAddressOnly({ username, password, href }: URL): void {
  if (username !== '' || password !== '') throw refuseUrl('The address holds a user name or a password.')
  if (/[?#]/.test(href)) throw refuseUrl('The address holds more than an address: a "?" or a "#".')
}

function requireEncryption(url: URL): void {
  if (url.protocol === 'https:' || isLoopback(url.hostname)) return
  throw new UserError(
    'usage',
    `With http:// the token would travel to ${url.host} unencrypted.`,
    'Write https://. Only a GitLab on this machine itself may be reached with http://.',
  )
}

function refuseUrl(sentence: string): UserError {
  return new UserError('usage', sentence, 'Write it such as https://gitlab.example.com.')
}
