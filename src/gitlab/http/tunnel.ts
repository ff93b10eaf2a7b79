import { once } from 'node:events'
import { request as requestPlainly } from 'node:http'
import { request as requestSecurely } from 'node:https'
import { isIP, isIPv6, type Socket } from 'node:net'
import type { ChosenProxy } from './proxy.ts'

/** The proxy answered CONNECT with a status that opens no tunnel. */
export class ProxyRefusedError extends Error {
  override readonly name = 'ProxyRefusedError'
  readonly status: number

  constructor(status: number) {
    super(`the proxy refused the tunnel (${status})`)
    this.status = status
  }
}

/**
 * Opens a tunnel through a proxy with CONNECT.
 *
 * @throws ProxyRefusedError; a network error; AbortError
 */
export async function openTunnel(
  { url, authorization }: ChosenProxy,
  target: { host: string; port: number },
  signal: AbortSignal,
): Promise<Socket> {
  const { protocol, hostname } = new URL(url)
  const authority = `${isIPv6(target.host) ? `[${target.host}]` : target.host}:${target.port}`
  const request = protocol === 'https:' ? requestSecurely : requestPlainly
  const asked = request(url, {
    method: 'CONNECT',
    path: authority,
    headers: {
      host: authority,
      connection: 'keep-alive',
      ...(authorization !== null && { 'proxy-authorization': authorization }),
    },
    agent: false,
    // Node would take the target's name from the header "host" and expect it in the certificate of the proxy.
    servername: isIP(hostname.replace(/^\[|\]$/g, '')) === 0 ? hostname : '',
    signal,
  })
  asked.end()
  const [{ statusCode }, socket] = (await once(asked, 'connect')) as [{ statusCode: number }, Socket]
  if (statusCode >= 200 && statusCode < 300) return socket
  socket.destroy()
  throw new ProxyRefusedError(statusCode)
}
