import { describe, expect, test } from 'vitest'
import { createRedactor } from '../../src/domain/redact-token.ts'

const token = 'glpat-S3cret.to+ken/0123456789'
const redact = createRedactor(token)
const base64 = (text: string) => Buffer.from(text).toString('base64')

describe('createRedactor', () => {
  test.each([
    ['as it is', token],
    ['in capitals', token.toUpperCase()],
    ['encoded for a URL', encodeURIComponent(token)],
    ['with every character encoded', [...token].map((c) => `%${c.charCodeAt(0).toString(16)}`).join('')],
    ['encoded twice', encodeURIComponent(encodeURIComponent(token))],
    ['escaped for JSON', [...token].map((c) => `\\u00${c.charCodeAt(0).toString(16)}`).join('')],
    ['escaped for HTML', [...token].map((c) => `&#${c.charCodeAt(0)};`).join('')],
    ['split by zero width spaces', [...token].join('\u200b')],
    ['split by soft hyphens, joiners and line breaks', [...token].join('\u00ad\u2060\u034f\n')],
    ['in hex', Buffer.from(token).toString('hex')],
  ])('createRedactor replaces a token %s', (_, text) => {
    expect(redact(`before ${text} after`)).toBe('before [token] after')
  })

  test.each(['', 'x', 'ab', 'oauth2:', 'user-of-some-length:'])(
    'createRedactor replaces a token in Base64 after the text "%s"',
    (before) => {
      for (const text of [base64(`${before}${token}`), base64(`${before}${token}\n`)]) {
        const rest = redact(text)
        expect(rest).toContain('[token]')
        for (const url of [rest, redact(text.replaceAll('+', '-').replaceAll('/', '_'))])
          expect(Buffer.from(url.replace('[token]', ''), 'base64').toString()).not.toContain('ecret')
      }
    },
  )

  test('createRedactor leaves other texts unchanged, also for a short token', () => {
    const text = 'GitLab at gitlab.example.com answered with 502 bad gateway Z2l0bGFi'
    expect(redact(text)).toBe(text)
    expect(createRedactor('zq7')(text)).toBe(text)
  })
})
