import { BlockList, isIP } from 'node:net'
import { isLoopback } from '../../domain/loopback.ts'
import { UserError } from '../../errors.ts'

/** The environment variables that name proxies; the small letters win. */
export interface ProxyEnvironment {
  HTTPS_PROXY?: string | undefined
  https_proxy?: string | undefined
  HTTP_PROXY?: string | undefined
  http_proxy?: string | undefined
  NO_PROXY?: string | undefined
  no_proxy?: string | undefined
}

export interface ChosenProxy {
  /** Without credentials. */
  url: string
  /** The value of `Proxy-Authorization`; null where no user is named. */
  authorization: string | null
}

/**
 * The proxy on the way to an address, by the variable of the address's own scheme, as curl and GitLab's components choose it.
 *
 * @returns null where none is named, where `NO_PROXY` excepts the host, and where the proxy is elsewhere and the address is this very
 *   machine: there it would be another one, which got the token
 * @throws UserError where the variable holds no address of a proxy; the message does not hold its value
 */
export function findProxy(target: string, env: ProxyEnvironment): ChosenProxy | null {
  const url = new URL(target)
  const [name, value] =
    url.protocol === 'https:'
      ? pickVariable(env, 'https_proxy', 'HTTPS_PROXY')
      : pickVariable(env, 'http_proxy', 'HTTP_PROXY')
  if (value === '' || isExcepted(url, pickVariable(env, 'no_proxy', 'NO_PROXY')[1])) return null
  const proxy = parseProxy(name, value)
  return isLoopback(url.hostname) && !isLoopback(new URL(proxy.url).hostname) ? null : proxy
}

/** The proxy on the way to an address as it may be shown: without its user and password; null: none. */
export function proxyFor(target: string, env: ProxyEnvironment): string | null {
  return findProxy(target, env)?.url ?? null
}

type VariableName = keyof ProxyEnvironment

/** A variable that is set and empty counts as set: that is how one switches a proxy off for one command. */
function pickVariable(
  env: ProxyEnvironment,
  small: VariableName,
  capital: VariableName,
): [name: VariableName, value: string] {
  const name = env[small] === undefined ? capital : small
  return [name, env[name]?.trim() ?? '']
}

function parseProxy(name: VariableName, value: string): ChosenProxy {
  const withScheme = value.includes('://') ? value : `http://${value}`
  const url = URL.canParse(withScheme) ? new URL(withScheme) : null
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new UserError(
      'usage',
      `The environment variable ${name} holds no address of an HTTP proxy.`,
      'Write it such as http://user:password@proxy.example.com:3128, special characters as %xx.',
    )
  }
  return { url: url.origin, authorization: readAuthorization(url) }
}

function readAuthorization({ username, password }: URL): string | null {
  if (username === '') return null
  const credentials = `${decode(username)}:${decode(password)}`
  return `Basic ${Buffer.from(credentials).toString('base64')}`
}

/** A percent sign that stands for itself is left as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** `NO_PROXY`: names and addresses, with or without a port, networks such as 10.0.0.0/8, or `*`. */
function isExcepted(url: URL, list: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
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
