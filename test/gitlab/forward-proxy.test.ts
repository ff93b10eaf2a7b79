import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { GitLab } from '../../src/gitlab/gitlab.ts'
import { reachHost } from '../../src/gitlab/http/reach-host.ts'
import { startForwardProxy } from '../support/forward-proxy.ts'
import { certificateFile, startHttpPeer } from '../support/http-peer.ts'
import { openTeam } from '../support/sample-team.ts'
import { Workdir } from '../support/workdir.ts'
import { answerConnect, catchFailure, makeOptions, token } from './peer-gitlab.ts'

const credentials = { user: 'me@corp', password: 'p:ss/w%rd' }

function withCredentials(url: string, { user, password } = credentials): string {
  return url.replace('//', `//${encodeURIComponent(user)}:${encodeURIComponent(password)}@`)
}

async function startPeer() {
  const peer = await startHttpPeer([{ body: answerConnect('18.6') }], { tls: true })
  return { peer, host: new URL(peer.url).host }
}

describe('a forward proxy', () => {
  test.each(['HTTPS_PROXY', 'https_proxy'])(
    'a forward proxy gets a CONNECT when %s names it',
    async (name) => {
      const proxy = await startForwardProxy()
      const { peer, host } = await startPeer()
      const gitlab = await GitLab.connect(makeOptions(peer.url, { env: { [name]: proxy.url } }).options)
      expect(gitlab.version).toBe('18.6.0-ee')
      expect(proxy.seen).toEqual([`CONNECT ${host} 200`])
    },
  )

  test('a forward proxy gets the user and the password of its address, and the peer does not', async () => {
    const proxy = await startForwardProxy({ credentials })
    const { peer, host } = await startPeer()
    const env = { https_proxy: withCredentials(proxy.url) }
    await GitLab.connect(makeOptions(peer.url, { env }).options)
    expect(proxy.seen).toEqual([`CONNECT ${host} 200`])
    expect(peer.seen[0]?.headers['proxy-authorization']).toBeUndefined()
  })

  test.each([
    ['no', (url: string) => url],
    ['wrong', (url: string) => withCredentials(url, { ...credentials, password: 'hunter2' })],
  ])('a forward proxy that gets %s credentials fails without a retry', async (_, write) => {
    const proxy = await startForwardProxy({ credentials })
    const { peer, host } = await startPeer()
    const { options, said } = makeOptions(peer.url, { env: { HTTPS_PROXY: write(proxy.url) } })
    const failure = await GitLab.connect(options).catch((error: unknown) => error)
    expect(failure).toMatchObject({
      exit: 'unreachable',
      message: `GitLab at ${host} cannot be reached through the proxy ${proxy.url}: the proxy requires a user and a password (407).`,
      hint: expect.stringContaining('HTTPS_PROXY'),
    })
    expect(inspect([failure, said], { depth: 9 })).not.toMatch(/hunter2|Basic/)
    expect(proxy.seen).toEqual([`CONNECT ${host} 407`])
    expect(peer.seen).toEqual([])
  })

  test.each([
    [403, 'the proxy refused the tunnel (403).', 1],
    [503, 'the proxy refused the tunnel (503), 6 times in a row.', 6],
  ])(
    'a forward proxy that refuses the tunnel with %s fails after the right number of attempts',
    async (refuseWith, end, attempts) => {
      const proxy = await startForwardProxy({ refuseWith })
      const { peer, host } = await startPeer()
      const { options } = makeOptions(peer.url, { env: { HTTPS_PROXY: proxy.url } })
      expect((await catchFailure(GitLab.connect(options))).message).toBe(
        `GitLab at ${host} cannot be reached through the proxy ${proxy.url}: ${end}`,
      )
      expect(proxy.seen).toHaveLength(attempts)
    },
  )

  test('a forward proxy that refuses connections is named in the message', async () => {
    const { peer } = await startPeer()
    const { options } = makeOptions(peer.url, { env: { HTTPS_PROXY: 'http://127.0.0.1:9' } })
    expect((await catchFailure(GitLab.connect(options))).message).toMatch(
      /cannot be reached through the proxy http:\/\/127\.0\.0\.1:9: connection refused \(ECONNREFUSED\), 6 times/,
    )
  })

  test.each([
    ['NO_PROXY', 'localhost'],
    ['no_proxy', 'example.com,localhost'],
  ])('a forward proxy gets no request when %s=%s excludes the host', async (name, value) => {
    const proxy = await startForwardProxy()
    const { peer } = await startPeer()
    const env = { HTTPS_PROXY: proxy.url, [name]: value }
    await GitLab.connect(makeOptions(peer.url, { env }).options)
    expect(proxy.seen).toEqual([])
  })

  test('a forward proxy gets a second CONNECT when the connection of a query is reset', async () => {
    const proxy = await startForwardProxy()
    const peer = await startHttpPeer(['drop-after', { body: answerConnect('18.6') }], { tls: true })
    const { options, said } = makeOptions(peer.url, { env: { HTTPS_PROXY: proxy.url } })
    await GitLab.connect(options)
    expect(said.retries).toHaveLength(1)
    expect(proxy.seen).toHaveLength(2)
  })

  test('a forward proxy with an https:// address gets its CONNECT over TLS', async () => {
    const proxy = await startForwardProxy({ tls: true, credentials })
    const peer = await startHttpPeer([{ status: 401, body: {} }], { tls: true })
    const env = {
      HTTPS_PROXY: withCredentials(proxy.url),
      NODE_EXTRA_CA_CERTS: certificateFile,
      GITLAB_TOKEN: token,
    }
    const { code, stderr } = await new Workdir().run(['link', peer.url], { env })
    expect(code, stderr).toBe(4)
    expect(proxy.seen).toEqual([`CONNECT ${new URL(peer.url).host} 200`])
    expect(peer.seen).toHaveLength(1)
  })
})

describe('reachHost', () => {
  const { signal } = new AbortController()

  test('reachHost reports the reason of a refused tunnel', async () => {
    const proxy = await startForwardProxy({ refuseWith: 403 })
    expect(await reachHost('cloud.gitlab.com', { HTTPS_PROXY: proxy.url }, signal)).toEqual({
      ok: false,
      why: 'the proxy refused the tunnel (403)',
      hint: 'Ask the administrator of the proxy, or add the host to NO_PROXY.',
    })
    expect(proxy.seen).toEqual(['CONNECT cloud.gitlab.com:443 403'])
  })

  test('reachHost does not accept a certificate that is not trusted', async () => {
    const proxy = await startForwardProxy({ answerEverything: 'untrusted' })
    expect(await reachHost('cloud.gitlab.com', { HTTPS_PROXY: proxy.url }, signal)).toEqual({
      ok: false,
      why: 'its certificate is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)',
      hint: 'If your company signed it, name the file with its CA certificate in NODE_EXTRA_CA_CERTS.',
    })
  })

  test('reachHost trusts the certificates of NODE_EXTRA_CA_CERTS, with a proxy and without one', async () => {
    const proxy = await startForwardProxy({ answerEverything: true })
    const peer = await startHttpPeer([{ status: 401, body: {} }], { tls: true })
    const env = { HTTPS_PROXY: proxy.url, NO_PROXY: 'localhost', NODE_EXTRA_CA_CERTS: certificateFile }
    const workdir = await openTeam()
    const { stdout } = await workdir.run(['doctor', '--format', 'json'], { env })
    const { checks } = JSON.parse(stdout) as { checks: { check: string; verdict: string }[] }
    expect(checks.filter(({ check }) => check.endsWith('gitlab_com')).map(({ verdict }) => verdict)).toEqual([
      'ok',
      'ok',
    ])
    expect(proxy.seen).toEqual(['CONNECT cloud.gitlab.com:443 200', 'CONNECT customers.gitlab.com:443 200'])

    const linking = await new Workdir().run(['link', peer.url], { env: { ...env, GITLAB_TOKEN: token } })
    expect({ code: linking.code, requests: peer.seen.length }).toEqual({ code: 4, requests: 1 })
  })

  test('reachHost rejects with the reason of its signal', async () => {
    const reason = new Error('Ctrl-C')
    await expect(reachHost('localhost', {}, AbortSignal.abort(reason))).rejects.toBe(reason)
  })
})
