import type { ExplainedFailure } from './certificate-failure.ts'

const clientCertificateHint =
  'duo-seats sends no client certificate. Ask the administrator for an address that does not require one.'

/** By OpenSSL's reasons, which Node has in the message only. */
const meanings: readonly [reason: RegExp, ExplainedFailure][] = [
  [
    /protocol version|unsupported protocol|no protocols available/,
    {
      why: 'the server supports none of the TLS versions of this machine',
      hint: 'Ask the administrator of the server to enable TLS 1.2 or 1.3.',
    },
  ],
  [
    /certificate required|bad certificate|unknown ca|certificate unknown/,
    { why: 'the server requires a client certificate', hint: clientCertificateHint },
  ],
  [
    /handshake failure/,
    {
      why: 'the server rejected the TLS handshake',
      hint: `It may require a client certificate, or ciphers that this machine lacks. ${clientCertificateHint}`,
    },
  ],
]

/** @returns null for another kind of failure */
export function explainTls(message: string): ExplainedFailure | null {
  const reason = findTlsReason(message) ?? ''
  return meanings.find(([pattern]) => pattern.test(reason))?.[1] ?? null
}

/** OpenSSL's line has the reason between addresses and file names. @returns undefined for another line */
export function findTlsReason(message: string): string | undefined {
  return /:SSL routines:[^:]*:([^:]+):/.exec(message)?.[1]
}
