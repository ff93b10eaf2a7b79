/**
 * Why no answer came.
 *
 * - `hopeless`: not sent, and the next try would end alike
 * - `unsent`: not sent, so that nothing was carried out
 * - `broken`: may have been carried out
 */
export interface ConnectionFailure {
  kind: 'hopeless' | 'unsent' | 'broken'
  /** For people, as the end of a sentence: `there is no such host (ENOTFOUND)`. */
  why: string
  hint: string
}

const networkHint = 'Check the address, the network and the proxy variables, then try again.'

const certificateHint =
  'If it is signed by a company of yours, name the file with its CA certificate in NODE_EXTRA_CA_CERTS.'

const proxyHint =
  'Check HTTPS_PROXY and HTTP_PROXY: user and password stand in http://user:password@host:port.'

/** What the codes of Node and undici mean. */
const meanings: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'nothing listens there'],
  ['ENOTFOUND', 'there is no such host'],
  ['EAI_AGAIN', 'the name server does not answer'],
  ['EHOSTUNREACH', 'no way leads there'],
  ['ENETUNREACH', 'no way leads there'],
  ['ETIMEDOUT', 'nobody answers there'],
  ['UND_ERR_CONNECT_TIMEOUT', 'nobody answers there'],
  ['ECONNRESET', 'the connection broke'],
  ['EPIPE', 'the connection broke'],
  ['UND_ERR_SOCKET', 'the connection broke'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'it speaks no TLS'],
])

const unsentCodes = [
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'],
  'ERR_SSL_WRONG_VERSION_NUMBER',
]

/** OpenSSL's codes for a certificate that is not trusted (nodejs.org, "X509 certificate error codes"), and Node's own. */
const certificateCode =
  /^(CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|ERR_TLS_CERT_)/

/** Judges what an HTTP client has thrown. */
export function judgeFailure(error: unknown): ConnectionFailure {
  const chain = listCauses(error)
  const proxyStatus = findProxyStatus(chain)
  if (proxyStatus !== null) return judgeProxyStatus(proxyStatus)
  const code = findCode(chain)
  const suffix = code === '' ? '' : ` (${code})`
  if (certificateCode.test(code))
    return { kind: 'hopeless', why: `its certificate is not trusted${suffix}`, hint: certificateHint }
  const known = meanings.get(code)
  const why = known === undefined ? `${chain.at(-1)?.message ?? 'unknown'}${suffix}` : `${known}${suffix}`
  return { kind: isUnsent(chain, code) ? 'unsent' : 'broken', why, hint: networkHint }
}

/** All of it in one line, with nothing but texts: objects of a request could hold the token. */
export function describeCauses(error: unknown): string {
  return listCauses(error)
    .map(({ name, message, code }) => `${name}: ${message}${code === undefined ? '' : ` (${code})`}`)
    .join(', caused by ')
}

interface SystemError extends Error {
  code?: string
  syscall?: string
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

function isUnsent(chain: readonly SystemError[], code: string): boolean {
  return (
    unsentCodes.includes(code) ||
    chain.some(
      ({ syscall, message }) =>
        syscall === 'connect' ||
        syscall === 'getaddrinfo' ||
        message.includes('before secure TLS connection was established'),
    )
  )
}

/** undici tells a tunnel that the proxy did not open in words only. */
function findProxyStatus(chain: readonly SystemError[]): number | null {
  for (const { message } of chain) {
    const [, status] = /^Proxy response \((\d{3})\)/.exec(message) ?? []
    if (status !== undefined) return Number(status)
  }
  return null
}

function judgeProxyStatus(status: number): ConnectionFailure {
  if (status === 407)
    return { kind: 'hopeless', why: 'the proxy asks for a user and a password (407)', hint: proxyHint }
  return {
    kind: status >= 500 ? 'unsent' : 'hopeless',
    why: `the proxy does not open the way (${status})`,
    hint: 'Ask whoever runs the proxy, or except the host with NO_PROXY.',
  }
}
