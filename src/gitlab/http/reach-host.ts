import { explainFailure } from './connection-failure.ts'
import { createHttpClient } from './http-client.ts'
import { findProxy, type NetworkEnvironment } from './proxy.ts'
import { limitTime } from './time-limit.ts'

export { proxyFor } from './proxy.ts'

/** Whether a host answers. `why` ends a sentence; `hint` is null where no remedy is known. */
export type Reach = { ok: true } | { ok: false; why: string; hint: string | null }

const timeLimitMs = 10_000

/**
 * Asks a host for any HTTPS answer on port 443, through the proxy of the environment.
 *
 * @param host a name without scheme or port
 * @throws the signal's reason; UserError if the proxy variable holds no address
 */
export async function reachHost(host: string, env: NetworkEnvironment, signal: AbortSignal): Promise<Reach> {
  const url = `https://${host}:443/`
  const send = createHttpClient(findProxy(url, env))
  const request = { method: 'HEAD', headers: { 'user-agent': 'duo-seats' }, body: null } as const
  try {
    await limitTime(timeLimitMs, signal, (limited) => send(url, { ...request, signal: limited }))
    return { ok: true }
  } catch (error) {
    signal.throwIfAborted()
    const { kind, why, hint } = explainFailure(error, { caFile: env.NODE_EXTRA_CA_CERTS })
    return { ok: false, why, hint: kind === 'hopeless' ? hint : null }
  }
}
