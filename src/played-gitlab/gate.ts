import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'

const loopbackNames = ['127.0.0.1', '[::1]', 'localhost']

/** Lets nobody in but clients with the token who know where they are. */
export class Gate {
  readonly #hosts: ReadonlySet<string>
  readonly #tokenHash: Buffer

  /** @param host as it was asked to listen on */
  constructor(host: string, port: number, token: string) {
    this.#hosts = new Set(listNames(host).map((name) => `${name}:${port}`.toLowerCase()))
    this.#tokenHash = hash(token)
  }

  /**
   * A page of another site must not use the visitor's browser to come here: not under a name of its own that leads to this
   * machine (DNS rebinding), and not from its own origin.
   *
   * @returns why not, or null
   */
  findRefusal({ headers }: IncomingMessage): string | null {
    if (!this.#hosts.has(headers.host?.toLowerCase() ?? '')) return 'This host is not served here.'
    if (headers.origin === undefined) return null
    const isOwn =
      headers.origin.startsWith('http://') && this.#hosts.has(headers.origin.slice(7).toLowerCase())
    return isOwn ? null : 'Requests of other sites are refused.'
  }

  /** As GitLab takes it: a bearer token, or a header of its own. */
  hasToken({ headers }: IncomingMessage): boolean {
    const [, bearer] = /^Bearer (.+)$/i.exec(headers.authorization ?? '') ?? []
    const token = bearer ?? headers['private-token']
    return typeof token === 'string' && timingSafeEqual(hash(token.trim()), this.#tokenHash)
  }
}

/** Hashes have one length, and comparing them tells nothing of the token. */
function hash(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

/** The names under which a client can rightly reach the server. Addresses are safe: another site has none here. */
function listNames(host: string): string[] {
  if (isLoopback(host)) return [...loopbackNames, formatHost(host)]
  if (!isEveryAddress(host)) return [formatHost(host)]
  const addresses = Object.values(networkInterfaces()).flatMap((list) =>
    (list ?? []).map(({ address }) => formatHost(address)),
  )
  return [...loopbackNames, hostname(), ...addresses]
}

/** Whether only this machine reaches a host. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

function isEveryAddress(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}

/** What stands in an address where clients reach a host that is listened on. */
export function nameForClients(host: string): string {
  return isEveryAddress(host) ? hostname() : formatHost(host)
}

/** A host as it stands in an address: IPv6 in brackets. */
function formatHost(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host
}
