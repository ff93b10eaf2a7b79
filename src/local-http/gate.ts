import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'
import { isLoopback } from '../domain/loopback.ts'

const loopbackNames = ['127.0.0.1', '[::1]', 'localhost']

/** Lets clients in that send the token, and no web pages of other sites. */
export class Gate {
  readonly #hosts: ReadonlySet<string>
  readonly #tokenHash: Buffer

  constructor(host: string, port: number, token: string) {
    this.#hosts = new Set(listNames(host).flatMap((name) => addPort(name.toLowerCase(), port)))
    this.#tokenHash = hash(token)
  }

  /**
   * Refuses requests that a page of another site sends through a browser on this machine: under a host name of its own (DNS
   * rebinding), or from its own origin.
   *
   * @returns the reason, or null
   */
  findRefusal({ headers }: IncomingMessage): string | null {
    if (!this.#hosts.has(headers.host?.toLowerCase() ?? '')) return 'This host name is not served.'
    if (headers.origin === undefined) return null
    const isOwn =
      headers.origin.startsWith('http://') && this.#hosts.has(headers.origin.slice(7).toLowerCase())
    return isOwn ? null : 'Requests from other sites are refused.'
  }

  /** GitLab takes a bearer token, or the header `Private-Token`. */
  hasToken({ headers }: IncomingMessage): boolean {
    const [, bearer] = /^Bearer (.+)$/i.exec(headers.authorization ?? '') ?? []
    const token = bearer ?? headers['private-token']
    return typeof token === 'string' && timingSafeEqual(hash(token.trim()), this.#tokenHash)
  }
}

/** Hashes have equal length, which timingSafeEqual needs. */
function hash(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

/** The names for this server in a Host header. Another site cannot have an address of this machine. */
function listNames(host: string): string[] {
  if (isLoopback(host)) return [...loopbackNames, formatHost(host)]
  if (!isEveryAddress(host)) return [formatHost(host)]
  const addresses = Object.values(networkInterfaces()).flatMap((list) =>
    (list ?? []).map(({ address }) => formatHost(address)),
  )
  return [...loopbackNames, hostname(), ...addresses]
}

/** Clients leave out the port of http://. */
function addPort(name: string, port: number): string[] {
  return port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]
}

function isEveryAddress(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}

/** The host for URLs, when the server listens on `host`. */
export function hostForClients(host: string): string {
  return isEveryAddress(host) ? hostname() : formatHost(host)
}

function formatHost(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host
}
