import { describe, expect, test } from 'vitest'
import { findProxy } from '../../src/gitlab/http/proxy.ts'
import { proxyFor } from '../../src/gitlab/http/reach-host.ts'

const target = 'https://gitlab.example.com'

describe('proxyFor', () => {
  test.each([
    ['no variable', {}, null],
    ['HTTPS_PROXY', { HTTPS_PROXY: 'http://proxy:3128' }, 'http://proxy:3128'],
    ['https_proxy', { https_proxy: 'http://proxy:3128/' }, 'http://proxy:3128'],
    [
      'https_proxy and HTTPS_PROXY',
      { https_proxy: 'http://small:1', HTTPS_PROXY: 'http://big:1' },
      'http://small:1',
    ],
    ['an empty https_proxy and HTTPS_PROXY', { https_proxy: '', HTTPS_PROXY: 'http://big:1' }, null],
    ['the variable of the other scheme', { HTTP_PROXY: 'http://proxy:3128', HTTPS_PROXY: undefined }, null],
    [
      'an address without a scheme',
      { HTTPS_PROXY: 'proxy.example.com:3128' },
      'http://proxy.example.com:3128',
    ],
    ['an address with credentials', { HTTPS_PROXY: 'https://me:hunter2@proxy:3128' }, 'https://proxy:3128'],
    ['ALL_PROXY', { ALL_PROXY: 'http://proxy:1080' }, 'http://proxy:1080'],
    [
      'all_proxy and HTTPS_PROXY',
      { all_proxy: 'http://all:1', HTTPS_PROXY: 'http://https:1' },
      'http://https:1',
    ],
    ['ALL_PROXY and an empty HTTPS_PROXY', { ALL_PROXY: 'http://all:1', HTTPS_PROXY: '' }, null],
    ['a user with a domain', { HTTPS_PROXY: 'http://CORP\\ada:pw@proxy:3128' }, 'http://proxy:3128'],
    ['a password with a slash', { HTTPS_PROXY: 'http://ada:1/2#3?@proxy:3128' }, 'http://proxy:3128'],
    ['NO_PROXY=*', { HTTPS_PROXY: 'http://proxy:1', NO_PROXY: '*' }, null],
    [
      'NO_PROXY for other hosts',
      { HTTPS_PROXY: 'http://proxy:1', NO_PROXY: 'le.com,example.org' },
      'http://proxy:1',
    ],
    [
      'no_proxy and NO_PROXY',
      { HTTPS_PROXY: 'http://proxy:1', NO_PROXY: '*', no_proxy: 'x' },
      'http://proxy:1',
    ],
  ])('proxyFor chooses the proxy for %s', (_, env, proxy) => {
    expect(proxyFor(target, env)).toBe(proxy)
  })

  test.each([
    ['gitlab.example.com', 'https://gitlab.example.com'],
    ['GitLab.Example.COM', 'https://gitlab.example.com'],
    ['example.com', 'https://gitlab.example.com'],
    ['.example.com', 'https://gitlab.example.com'],
    ['*.example.com', 'https://gitlab.example.com'],
    ['.example.com', 'https://example.com'],
    ['other, example.com', 'https://gitlab.example.com'],
    ['other example.com', 'https://gitlab.example.com'],
    ['example.com:443', 'https://gitlab.example.com'],
    ['example.com:8443', 'https://gitlab.example.com:8443'],
    ['10.1.2.3', 'https://10.1.2.3'],
    ['10.0.0.0/8', 'https://10.1.2.3'],
    ['fd00::/8', 'https://[fd00::1]'],
    ['[fd00::1]:443', 'https://[fd00::1]'],
  ])('proxyFor returns null when NO_PROXY=%s excludes %s', (NO_PROXY, url) => {
    expect(proxyFor(url, { HTTPS_PROXY: 'http://proxy:1', NO_PROXY })).toBeNull()
  })

  test.each([
    ['example.com:8443', 'https://gitlab.example.com'],
    ['10.0.0.0/8', 'https://11.1.2.3'],
    ['10.0.0.0/99', 'https://10.1.2.3'],
    ['2.3', 'https://10.1.2.3'],
    ['', 'https://gitlab.example.com'],
  ])('proxyFor returns the proxy when NO_PROXY=%s does not exclude %s', (NO_PROXY, url) => {
    expect(proxyFor(url, { HTTPS_PROXY: 'http://proxy:1', NO_PROXY })).toBe('http://proxy:1')
  })

  test.each(['http://127.0.0.1:8090', 'http://localhost', 'http://[::1]:8090'])(
    'proxyFor returns null for %s, since a proxy would get the token without encryption',
    (url) => {
      for (const proxy of ['http://proxy:3128', 'http://127.0.0.1:3128', 'https://localhost:3128']) {
        const env = { HTTP_PROXY: proxy, http_proxy: proxy, HTTPS_PROXY: proxy, https_proxy: proxy }
        expect(proxyFor(url, env)).toBeNull()
      }
    },
  )

  test.each(['HTTPS_PROXY', 'ALL_PROXY'])('proxyFor rejects a SOCKS proxy in %s by its kind', (name) => {
    expect(() => proxyFor(target, { [name]: 'socks5h://me:hunter2@proxy:1' })).toThrow(
      expect.objectContaining({
        exit: 'usage',
        message: `The environment variable ${name} names a SOCKS proxy, which duo-seats does not support.`,
      }),
    )
  })

  test.each(['ftp://me:hunter2@proxy:1', 'http://me:hunter2@', 'not a proxy'])(
    'proxyFor rejects the variable with the value %s, and the message does not contain the value',
    (HTTPS_PROXY) => {
      expect(() => proxyFor(target, { HTTPS_PROXY })).toThrow(
        expect.objectContaining({
          exit: 'usage',
          message: 'The environment variable HTTPS_PROXY is not the address of an HTTP proxy.',
        }),
      )
    },
  )

  test('proxyFor keeps the backslash and the signs of a user with a domain and a password', () => {
    for (const credentials of ['CORP\\ada:1/2#3', 'CORP%5Cada:1%2F2%233']) {
      const authorization = `Basic ${Buffer.from('CORP\\ada:1/2#3').toString('base64')}`
      const env = { HTTPS_PROXY: `http://${credentials}@proxy:3128` }
      expect(findProxy(target, env)).toEqual({ url: 'http://proxy:3128', authorization })
    }
  })
})
