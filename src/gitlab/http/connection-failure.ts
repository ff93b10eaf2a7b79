import { isLoopback } from '../../domain/loopback.ts'
import { explainCertificate } from './certificate-failure.ts'
import { ConnectError } from './connecting-agent.ts'
import { TimeLimitError } from './time-limit.ts'
import { explainTls, findTlsReason } from './tls-failure.ts'
import { ProxyRefusedError } from './tunnel.ts'

/**
 * The reason why no answer came.
 *
 * - `hopeless`: not sent, and a retry would fail alike
 * - `no_tls`: as `hopeless`; a server on this machine does not speak TLS
 * - `unsent`: not sent
 * - `broken`: possibly carried out
 */
interface ConnectionFailure {
  kind: 'hopeless' | 'no_tls' | 'unsent' | 'broken'
  /** Ends a sentence: `host not found (ENOTFOUND)`. */
  why: string
  hint: string
}

const networkHint = 'Check the address, the network and the proxy variables, then try again.'

const credentialsHint = 'Check HTTPS_PROXY: user and password are part of http://user:password@host:port.'

const proxyHint = 'Ask the administrator of the proxy, or add the host to NO_PROXY.'

const withoutTls = 'ERR_SSL_WRONG_VERSION_NUMBER'

const meanings: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'connection refused'],
  ['ENOTFOUND', 'host not found'],
  ['EAI_AGAIN', 'the DNS server does not answer'],
  ['EHOSTUNREACH', 'no route to host'],
  ['ENETUNREACH', 'no route to host, network unreachable'],
  ['ETIMEDOUT', 'connection timeout'],
  ['ECONNRESET', 'connection reset'],
  ['EPIPE', 'broken pipe'],
  [withoutTls, 'the server does not speak TLS'],
])

interface FailedRequest {
  /** The address of the GitLab. */
  url?: string
  /** Value of `NODE_EXTRA_CA_CERTS`. */
  caFile?: string | undefined
}

/** @param error of an `HttpClient` */
export function explainFailure(error: unknown, { url, caFile }: FailedRequest = {}): ConnectionFailure {
  const chain = listCauses(error)
  const refusal = chain.find((cause) => cause instanceof ProxyRefusedError)
  if (refusal !== undefined) return explainProxyStatus(refusal.status)
  const code = findCode(chain)
  const message = chain.at(-1)?.message ?? ''
  const why = describeFailure(chain, code)
  const hopeless = explainCertificate(code, message, caFile) ?? explainTls(message)
  if (hopeless !== null) return { kind: 'hopeless', ...hopeless }
  if (code === withoutTls && url !== undefined && isLoopback(new URL(url).hostname))
    return { kind: 'no_tls', why, hint: networkHint }
  const isUnsent = chain.some((cause) => cause instanceof ConnectError)
  return { kind: isUnsent ? 'unsent' : 'broken', why, hint: networkHint }
}

function explainProxyStatus(status: number): ConnectionFailure {
  if (status === 407)
    return { kind: 'hopeless', why: 'the proxy requires a user and a password (407)', hint: credentialsHint }
  return {
    kind: status >= 500 ? 'unsent' : 'hopeless',
    why: `the proxy refused the tunnel (${status})`,
    hint: proxyHint,
  }
}

function describeFailure(chain: readonly SystemError[], code: string): string {
  const last = chain.at(-1)
  if (last instanceof TimeLimitError) return `timeout, ${last.message}`
  const meaning = meanings.get(code) ?? shorten(last?.message ?? 'unknown failure')
  return code === '' ? meaning : `${meaning} (${code})`
}

function shorten(message: string): string {
  const reason = findTlsReason(message)
  return reason === undefined ? message : `TLS failed: ${reason}`
}

/** An error with all its causes in one line. It contains texts only: properties of a request could hold the token. */
export function describeCauses(error: unknown): string {
  return listCauses(error)
    .map(({ name, message, code }) => `${name}: ${message}${code === undefined ? '' : ` (${code})`}`)
    .join(', caused by ')
}

interface SystemError extends Error {
  code?: string
}

function listCauses(error: unknown): SystemError[] {
  const chain: SystemError[] = []
  for (let cause = error; cause instanceof Error && chain.length < 8; cause = cause.cause) chain.push(cause)
  return chain
}

function findCode(chain: readonly SystemError[]): string {
  const code = chain.findLast(({ code }) => typeof code === 'string')?.code ?? ''
  return /^\w{1,60}$/.test(code) ? code : ''
}
