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
  const peer = await startHttpPeer([{ body: answerConnect('18.6') }])
  return { peer, host: new URL(peer.url).host }
}

describe('a forward proxy', () => {
  test.each(['HTTP_PROXY', 'http_proxy'])('is used where %s names it', async (name) => {
    const proxy = await startForwardProxy()
    const { peer, host } = await startPeer()
    const gitlab = await GitLab.connect(makeOptions(peer.url, { env: { [name]: proxy.url } }).options)
    expect(gitlab.version).toBe('18.6.0-ee')
    expect(proxy.seen).toEqual([`CONNECT ${host} 200`])
  })

  test('gets user and password out of its address', async () => {
    const proxy = await startForwardProxy({ credentials })
    const { peer, host } = await startPeer()
    const env = { http_proxy: withCredentials(proxy.url) }
    await GitLab.connect(makeOptions(peer.url, { env }).options)
    expect(proxy.seen).toEqual([`CONNECT ${host} 200`])
    expect(peer.seen[0]?.headers['proxy-authorization']).toBeUndefined()
  })

  test.each([
    ['no', (url: string) => url],
    ['wrong', (url: string) => withCredentials(url, { ...credentials, password: 'hunter2' })],
  ])('that wants credentials and gets %s is no reason to try again', async (_, write) => {
    const proxy = await startForwardProxy({ credentials })
    const { peer, host } = await startPeer()
    const { options, said } = makeOptions(peer.url, { env: { HTTP_PROXY: write(proxy.url) } })
    const failure = await GitLab.connect(options).catch((error: unknown) => error)
    expect(failure).toMatchObject({
      exit: 'unreachable',
      message: `GitLab at ${host} cannot be reached through the proxy ${proxy.url}: the proxy asks for a user and a password (407).`,
      hint: expect.stringContaining('HTTPS_PROXY'),
    })
    expect(inspect([failure, said], { depth: 9 })).not.toMatch(/hunter2|Basic/)
    expect(proxy.seen).toEqual([`CONNECT ${host} 407`])
    expect(peer.seen).toEqual([])
  })

  test.each([
    [403, 'the proxy does not open the way (403).', 1],
    [503, 'the proxy does not open the way (503), 6 times in a row.', 6],
  ])('that answers %s opens no way', async (refuseWith, end, attempts) => {
    const proxy = await startForwardProxy({ refuseWith })
    const { peer, host } = await startPeer()
    const { options } = makeOptions(peer.url, { env: { HTTP_PROXY: proxy.url } })
    expect((await catchFailure(GitLab.connect(options))).message).toBe(
      `GitLab at ${host} cannot be reached through the proxy ${proxy.url}: ${end}`,
    )
    expect(proxy.seen).toHaveLength(attempts)
  })

  test('that is not there is named', async () => {
    const { peer } = await startPeer()
    const { options } = makeOptions(peer.url, { env: { HTTP_PROXY: 'http://127.0.0.1:9' } })
    expect((await catchFailure(GitLab.connect(options))).message).toMatch(
      /cannot be reached through the proxy http:\/\/127\.0\.0\.1:9: nothing listens there \(ECONNREFUSED\), 6 times/,
    )
  })

  test.each([
    ['NO_PROXY', '127.0.0.1'],
    ['no_proxy', 'localhost,127.0.0.0/8'],
  ])('is not used where %s=%s', async (name, value) => {
    const proxy = await startForwardProxy()
    const { peer } = await startPeer()
    const env = { HTTP_PROXY: proxy.url, [name]: value }
    await GitLab.connect(makeOptions(peer.url, { env }).options)
    expect(proxy.seen).toEqual([])
  })

  test('breaks the connection of a query, which is repeated', async () => {
    const proxy = await startForwardProxy()
    const peer = await startHttpPeer(['drop-after', { body: answerConnect('18.6') }])
    const { options, said } = makeOptions(peer.url, { env: { HTTP_PROXY: proxy.url } })
    await GitLab.connect(options)
    expect(said.retries).toHaveLength(1)
    expect(proxy.seen).toHaveLength(2)
  })
})

describe('reaching a host', () => {
  const { signal } = new AbortController()

  test('says why not', async () => {
    const proxy = await startForwardProxy({ refuseWith: 403 })
    expect(await reachHost('cloud.gitlab.com', { HTTPS_PROXY: proxy.url }, signal)).toEqual({
      ok: false,
      why: 'the proxy does not open the way (403)',
      hint: 'Ask whoever runs the proxy, or except the host with NO_PROXY.',
    })
    expect(proxy.seen).toEqual(['CONNECT cloud.gitlab.com:443 403'])
  })

  test('does not take a certificate that is not trusted for the host', async () => {
    const proxy = await startForwardProxy({ answerEverything: true })
    expect(await reachHost('cloud.gitlab.com', { HTTPS_PROXY: proxy.url }, signal)).toEqual({
      ok: false,
      why: 'its certificate is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)',
      hint: 'If it is signed by a company of yours, name the file with its CA certificate in NODE_EXTRA_CA_CERTS.',
    })
  })

  test('trusts whom NODE_EXTRA_CA_CERTS names, with a proxy and without one', async () => {
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

  test('ends with the reason of its signal', async () => {
    const reason = new Error('Ctrl-C')
    await expect(reachHost('localhost', {}, AbortSignal.abort(reason))).rejects.toBe(reason)
  })
})
