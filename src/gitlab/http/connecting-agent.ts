import { once } from 'node:events'
import { Agent, type ClientRequestArgs } from 'node:http'
import { Agent as TlsAgent } from 'node:https'
import type { Duplex } from 'node:stream'
import type { ChosenProxy } from './proxy.ts'
import { limitTime } from './time-limit.ts'
import { openTunnel } from './tunnel.ts'

/** A failure before the connection was usable: no byte of the request was sent. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError'

  constructor(cause: unknown) {
    super('no connection', { cause })
  }
}

/** An option of each request: aborts the opening of its connection. */
export interface ConnectOptions {
  connectSignal: AbortSignal
}

const connectTimeoutMs = 10_000

/** How long an idle connection is kept, in milliseconds, unless the server announces less. */
const idleTimeoutMs = 4_000

/**
 * An agent that keeps connections and hands over a new one only when it is usable, tunnel and TLS included. Node itself would
 * wait for a connection as long as the operating system does, which is minutes.
 *
 * @param proxy for https:// only; null: connects directly
 */
export function createAgent(protocol: 'http:' | 'https:', proxy: ChosenProxy | null): Agent {
  const isSecure = protocol === 'https:'
  const agent = new (isSecure ? TlsAgent : Agent)({ keepAlive: true, timeout: idleTimeoutMs })
  const createSocket = agent.createConnection.bind(agent)
  const openDirectly = (options: object, signal: AbortSignal) =>
    waitUntilUsable(createSocket(options) as Duplex, isSecure ? 'secureConnect' : 'connect', signal)
  const open = async (options: ClientRequestArgs, signal: AbortSignal): Promise<Duplex> => {
    if (proxy === null || !isSecure) return openDirectly(options, signal)
    const target = { host: String(options.host), port: Number(options.port) }
    return openDirectly({ ...options, socket: await openTunnel(proxy, target, signal) }, signal)
  }
  agent.createConnection = (options, callback) => {
    const { connectSignal } = options as ClientRequestArgs & ConnectOptions
    limitTime(connectTimeoutMs, connectSignal, (signal) => open(options, signal), 'connection').then(
      (socket) => callback?.(null, socket),
      // Node accepts a missing socket beside an error; its types do not.
      (error: unknown) => callback?.(new ConnectError(error), undefined as never),
    )
    return undefined
  }
  return agent
}

async function waitUntilUsable(socket: Duplex, event: string, signal: AbortSignal): Promise<Duplex> {
  try {
    await once(socket, event, { signal })
    return socket
  } catch (error) {
    socket.destroy()
    throw error
  }
}
