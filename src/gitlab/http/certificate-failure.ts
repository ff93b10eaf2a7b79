import { readFileSync } from 'node:fs'

/** `why` ends a sentence. */
export interface ExplainedFailure {
  why: string
  hint: string
}

/** OpenSSL's codes for a certificate that is not accepted (nodejs.org, "X509 certificate error codes"), and Node's own. */
const certificateCode =
  /^(CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|ERR_TLS_CERT_)/

const clockHint = 'Check the clock of this machine, and ask the administrator of the server for a valid one.'

const meanings: ReadonlyMap<string, ExplainedFailure> = new Map([
  ['CERT_HAS_EXPIRED', { why: 'its certificate has expired', hint: clockHint }],
  ['CERT_NOT_YET_VALID', { why: 'its certificate is not valid yet', hint: clockHint }],
  [
    'CERT_REVOKED',
    { why: 'its certificate was revoked', hint: 'Ask the administrator of the server for a new one.' },
  ],
])

const foreignHint =
  'Write the address with a name of the certificate. If that is not GitLab, another server or a proxy answers in its place.'

/**
 * @param code of the error
 * @param message of the error: for a certificate of another host, it contains the names
 * @param caFile value of `NODE_EXTRA_CA_CERTS`
 * @returns null for another kind of failure
 */
export function explainCertificate(
  code: string,
  message: string,
  caFile: string | undefined,
): ExplainedFailure | null {
  if (!certificateCode.test(code)) return null
  const known = meanings.get(code)
  if (known !== undefined) return { ...known, why: `${known.why} (${code})` }
  if (/^(ERR_TLS_CERT_ALTNAME|HOSTNAME_MISMATCH)/.test(code)) {
    const [, names] = /cert's (?:altnames|CN): (.+)$/.exec(message) ?? []
    const of = names === undefined ? '' : `, ${names}`
    return { why: `its certificate is for another host${of} (${code})`, hint: foreignHint }
  }
  return { why: `its certificate is not trusted (${code})`, hint: adviseAuthority(caFile) }
}

/** Node reads the file when it starts, and only warns of one that it cannot use. */
function adviseAuthority(caFile: string | undefined): string {
  if (!caFile)
    return 'If your company signed it, name the file with its CA certificate in NODE_EXTRA_CA_CERTS.'
  const text = readText(caFile)
  if (text === null)
    return `The file ${caFile}, which NODE_EXTRA_CA_CERTS names, cannot be read. Correct the path or its permissions.`
  if (!text.includes('-----BEGIN CERTIFICATE-----'))
    return `The file ${caFile}, which NODE_EXTRA_CA_CERTS names, has no certificate in PEM form. Convert it: openssl x509 -inform der -in FILE -out ca.pem`
  return `The file ${caFile}, which NODE_EXTRA_CA_CERTS names, does not contain the CA certificate that signed it. Add that one to the file.`
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return null
  }
}
