import { describe, expect, test } from 'vitest'
import { proxyFor } from '../../src/gitlab/http/reach-host.ts'

const target = 'https://gitlab.example.com'

describe('the proxy on the way', () => {
  test.each([
    ['none is named', {}, null],
    ['HTTPS_PROXY', { HTTPS_PROXY: 'http://proxy:3128' }, 'http://proxy:3128'],
    ['https_proxy', { https_proxy: 'http://proxy:3128/' }, 'http://proxy:3128'],
    ['small letters win', { https_proxy: 'http://small:1', HTTPS_PROXY: 'http://big:1' }, 'http://small:1'],
    ['empty small letters win', { https_proxy: '', HTTPS_PROXY: 'http://big:1' }, null],
    ['the variable of another scheme', { HTTP_PROXY: 'http://proxy:3128' }, null],
    ['without a scheme', { HTTPS_PROXY: 'proxy.example.com:3128' }, 'http://proxy.example.com:3128'],
    ['with credentials', { HTTPS_PROXY: 'https://me:hunter2@proxy:3128' }, 'https://proxy:3128'],
    ['NO_PROXY for everything', { HTTPS_PROXY: 'http://proxy:1', NO_PROXY: '*' }, null],
    [
      'NO_PROXY for others',
      { HTTPS_PROXY: 'http://proxy:1', NO_PROXY: 'le.com,example.org' },
      'http://proxy:1',
    ],
    ['no_proxy wins', { HTTPS_PROXY: 'http://proxy:1', NO_PROXY: '*', no_proxy: 'x' }, 'http://proxy:1'],
  ])('%s', (_, env, proxy) => {
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
  ])('is none where NO_PROXY=%s excepts %s', (NO_PROXY, url) => {
    expect(proxyFor(url, { HTTPS_PROXY: 'http://proxy:1', NO_PROXY })).toBeNull()
  })

  test.each([
    ['example.com:8443', 'https://gitlab.example.com'],
    ['10.0.0.0/8', 'https://11.1.2.3'],
    ['10.0.0.0/99', 'https://10.1.2.3'],
    ['2.3', 'https://10.1.2.3'],
    ['', 'https://gitlab.example.com'],
  ])('stays where NO_PROXY=%s does not except %s', (NO_PROXY, url) => {
    expect(proxyFor(url, { HTTPS_PROXY: 'http://proxy:1', NO_PROXY })).toBe('http://proxy:1')
  })

  test.each(['socks5://me:hunter2@proxy:1', 'http://me:hunter2@', 'not a proxy'])(
    'is refused where the variable holds %s, which is not shown again',
    (HTTPS_PROXY) => {
      expect(() => proxyFor(target, { HTTPS_PROXY })).toThrow(
        expect.objectContaining({
          exit: 'usage',
          message: 'The environment variable HTTPS_PROXY holds no address of an HTTP proxy.',
        }),
      )
    },
  )
})
