import { judgeFailure } from './connection-failure.ts'
import { openHttpClient } from './http-client.ts'
import { findProxy, type ProxyEnvironment } from './proxy.ts'
import { limitTime } from './time-limit.ts'

export { proxyFor } from './proxy.ts'

/** Whether a host answers; `why` not, as the end of a sentence, and what to do where that is known. */
export type Reach = { ok: true } | { ok: false; why: string; hint: string | null }

const timeLimitMs = 10_000

/**
 * Whether a host answers to HTTPS on port 443, through the proxy in force; with whatever HTTP status.
 *
 * @param host a name, without scheme or port
 * @throws the signal's reason; UserError where the proxy variable holds no address
 */
export async function reachHost(host: string, env: ProxyEnvironment, signal: AbortSignal): Promise<Reach> {
  const url = `https://${host}:443/`
  const send = await openHttpClient(findProxy(url, env))
  const request = { method: 'HEAD', headers: { 'user-agent': 'duo-seats' }, body: null } as const
  try {
    await limitTime(timeLimitMs, signal, async (limited) => {
      await (await send(url, { ...request, signal: limited })).text()
    })
    return { ok: true }
  } catch (error) {
    signal.throwIfAborted()
    const { kind, why, hint } = judgeFailure(error)
    return { ok: false, why, hint: kind === 'hopeless' ? hint : null }
  }
}
