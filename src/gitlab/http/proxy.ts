import { BlockList, isIP } from 'node:net'
import { isLoopback } from '../../domain/loopback.ts'
import { UserError } from '../../errors.ts'

/** The environment variables of proxies, of which lower case wins, and of certificates. */
export interface NetworkEnvironment {
  HTTPS_PROXY?: string | undefined
  https_proxy?: string | undefined
  ALL_PROXY?: string | undefined
  all_proxy?: string | undefined
  NO_PROXY?: string | undefined
  no_proxy?: string | undefined
  NODE_EXTRA_CA_CERTS?: string | undefined
}

export interface ChosenProxy {
  /** Origin, without credentials. */
  url: string
  /** The value of `Proxy-Authorization`; null without a user. */
  authorization: string | null
}

/**
 * Chooses the proxy of an https:// target, like curl and GitLab's components. An http:// target is on this machine, and a proxy
 * would see its token.
 *
 * @returns null for an http:// target, without a variable, for a host in `NO_PROXY`, and for a target on this machine with a proxy
 *   on another one: the target would then be the proxy's machine
 * @throws UserError if the variable holds no proxy address; the message does not contain its value
 */
export function findProxy(target: string, env: NetworkEnvironment): ChosenProxy | null {
  const url = new URL(target)
  if (url.protocol !== 'https:') return null
  const [name, value] = pickVariable(env, 'https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY')
  if (value === '' || isExcluded(url, pickVariable(env, 'no_proxy', 'NO_PROXY')[1])) return null
  const proxy = parseProxy(name, value)
  return isLoopback(url.hostname) && !isLoopback(new URL(proxy.url).hostname) ? null : proxy
}

/** The origin of the proxy for a target, without credentials; null: none. */
export function proxyFor(target: string, env: NetworkEnvironment): string | null {
  return findProxy(target, env)?.url ?? null
}

type VariableName = keyof NetworkEnvironment

/** The first variable that is set. An empty one counts as set: it switches a proxy off for one command. */
function pickVariable(
  env: NetworkEnvironment,
  ...names: [VariableName, ...VariableName[]]
): [name: VariableName, value: string] {
  const name = names.find((each) => env[each] !== undefined) ?? names[0]
  return [name, env[name]?.trim() ?? '']
}

function parseProxy(name: VariableName, value: string): ChosenProxy {
  const withScheme = encodeCredentials(value.includes('://') ? value : `http://${value}`)
  if (/^socks/i.test(withScheme)) {
    throw new UserError(
      'usage',
      `The environment variable ${name} names a SOCKS proxy, which duo-seats does not support.`,
      'Set HTTPS_PROXY to an HTTP proxy, such as http://proxy.example.com:3128, or to an empty value for none.',
    )
  }
  const url = URL.canParse(withScheme) ? new URL(withScheme) : null
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new UserError(
      'usage',
      `The environment variable ${name} is not the address of an HTTP proxy.`,
      'Write it like http://user:password@proxy.example.com:3128, special characters as %xx.',
    )
  }
  return { url: url.origin, authorization: readAuthorization(url) }
}

/** A URL ends its host at a backslash or a slash, and `DOMAIN\user` has one. */
function encodeCredentials(address: string): string {
  const [, scheme = '', credentials = '', rest = ''] = /^([^:]+:\/\/)(.*)@([^@]*)$/.exec(address) ?? []
  if (scheme === '') return address
  return `${scheme}${credentials.replaceAll(/[\\/?#@\s]/g, encodeURIComponent)}@${rest}`
}

function readAuthorization({ username, password }: URL): string | null {
  if (username === '') return null
  const credentials = `${decode(username)}:${decode(password)}`
  return `Basic ${Buffer.from(credentials).toString('base64')}`
}

/** Keeps a text with a percent sign that encodes nothing. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** `NO_PROXY`: names and addresses with an optional port, networks such as 10.0.0.0/8, or `*`. */
function isExcluded(url: URL, list: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = url.port || '443'
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => entry !== '' && covers(entry, host, port))
}

function covers(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true
  if (entry.includes('/')) return coversNetwork(entry, host)
  const [, name = entry, entryPort = port] = /^(\[.+\]|[^:]+):(\d+)$/.exec(entry) ?? []
  const domain = name.replace(/^\*?\./, '').replace(/^\[|\]$/g, '')
  return entryPort === port && (host === domain || (isIP(host) === 0 && host.endsWith(`.${domain}`)))
}

function coversNetwork(entry: string, host: string): boolean {
  const [network = '', bits = ''] = entry.split('/')
  const family = isIP(network)
  if (family === 0 || isIP(host) !== family || !/^\d{1,3}$/.test(bits)) return false
  if (Number(bits) > (family === 4 ? 32 : 128)) return false
  const type = family === 4 ? 'ipv4' : 'ipv6'
  const block = new BlockList()
  block.addSubnet(network, Number(bits), type)
  return block.check(host, type)
}
