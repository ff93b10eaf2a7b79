import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { GitLab } from '../../src/gitlab/gitlab.ts'
import { certificateFile, type PeerAnswer, type PeerOptions, startHttpPeer } from '../support/http-peer.ts'
import { Workdir } from '../support/workdir.ts'
import { makeOptions } from './peer-gitlab.ts'

/** Exit, message and hint of the failure to connect, and the number of retries. */
async function connectTo(answer: PeerAnswer, options: PeerOptions, env: Record<string, string> = {}) {
  const peer = await startHttpPeer([answer], options)
  const { options: facts, said } = makeOptions(peer.url, { env })
  const failure = await GitLab.connect(facts).catch((error: Error & { exit: string; hint: string }) => error)
  if (failure instanceof GitLab) throw new Error('It connected.')
  const { exit, message, hint } = failure
  return {
    exit,
    message: message.replace(new URL(peer.url).host, 'HOST'),
    hint,
    retries: said.retries.length,
  }
}

const html = '<html><title>Blocked</title></html>'

describe('a refusal of a gateway', () => {
  test.each<[string, PeerAnswer, string]>([
    ['a web page with 403', { status: 403, body: html }, 'refused the request (403)'],
    [
      'a Basic login with 401',
      { status: 401, headers: { 'www-authenticate': 'Basic realm="proxy"' }, body: 'Authorization Required' },
      'requires a login of its own (401)',
    ],
    ['a web page with 401', { status: 401, body: html }, 'requires a login of its own (401)'],
    ['407 in place of GitLab', { status: 407, body: '' }, 'requires a login of its own (407)'],
  ])('a refusal of a gateway that is %s is not blamed on the token', async (_, answer, what) => {
    expect(await connectTo(answer, {})).toEqual({
      exit: 'unreachable',
      message: `A gateway in front of GitLab at HOST ${what}.`,
      hint: expect.stringContaining('The token is not the cause.'),
      retries: 0,
    })
  })

  test('a refusal of a gateway is told from a refusal of GitLab, which answers with JSON', async () => {
    const headers = { 'www-authenticate': 'Basic realm="x"' }
    const answer = { status: 401, headers, body: { errors: [{ message: 'Invalid token' }] } }
    expect(await connectTo(answer, {})).toMatchObject({ exit: 'denied' })
    expect(await connectTo({ status: 403, body: { message: '403 Forbidden' } }, {})).toMatchObject({
      exit: 'denied',
    })
  })
})

describe('a certificate', () => {
  const signedHint =
    'If your company signed it, name the file with its CA certificate in NODE_EXTRA_CA_CERTS.'

  test.each([
    ['expired', 'has expired (CERT_HAS_EXPIRED)', 'Check the clock'],
    ['future', 'is not valid yet (CERT_NOT_YET_VALID)', 'Check the clock'],
    [
      'foreign',
      'is for another host, DNS:other.example.com (ERR_TLS_CERT_ALTNAME_INVALID)',
      'Write the address with a name of the certificate.',
    ],
    ['untrusted', 'is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)', signedHint],
  ] as const)(
    'a certificate that is %s is reported with its own cause and advice',
    async (certificate, why, advice) => {
      expect(await connectTo({}, { tls: true, certificate })).toEqual({
        exit: 'unreachable',
        message: `GitLab at HOST cannot be reached: its certificate ${why}.`,
        hint: expect.stringContaining(advice),
        retries: 0,
      })
    },
  )

  test.each([
    ['does not exist', null, 'cannot be read. Correct the path'],
    ['is not PEM', 'DER', 'has no certificate in PEM form. Convert it: openssl x509 -inform der'],
    ['has another CA', readFileSync(certificateFile), 'does not contain the CA certificate that signed it.'],
  ])(
    'a certificate of an authority in a file that %s leads to advice about that file',
    async (_, content, advice) => {
      const workdir = new Workdir()
      if (content !== null) workdir.write('ca.pem', content)
      const file = workdir.join('ca.pem')
      const { hint } = await connectTo(
        {},
        { tls: true, certificate: 'untrusted' },
        { NODE_EXTRA_CA_CERTS: file },
      )
      expect(hint).toContain(`The file ${file}, which NODE_EXTRA_CA_CERTS names, ${advice}`)
    },
  )
})

describe('a TLS handshake', () => {
  test.each([
    [
      'without a common version',
      { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
      'the server supports none of the TLS versions of this machine',
      'enable TLS 1.2 or 1.3',
    ],
    [
      'with a client certificate in TLS 1.3',
      { requestCert: true, ca: readFileSync(certificateFile) },
      'the server requires a client certificate',
      'duo-seats sends no client certificate.',
    ],
    [
      'with a client certificate in TLS 1.2',
      { requestCert: true, ca: readFileSync(certificateFile), maxVersion: 'TLSv1.2' },
      'the server rejected the TLS handshake',
      'It may require a client certificate',
    ],
  ] as const)(
    '%s fails with its cause instead of the line of OpenSSL',
    async (_, tlsOptions, why, advice) => {
      expect(await connectTo({}, { tls: true, tlsOptions })).toEqual({
        exit: 'unreachable',
        message: `GitLab at HOST cannot be reached: ${why}.`,
        hint: expect.stringContaining(advice),
        retries: 0,
      })
    },
  )
})
