import { describe, expect, test } from 'vitest'
import { startForwardProxy } from '../support/forward-proxy.ts'
import { certificateFile, startHttpPeer } from '../support/http-peer.ts'
import { openLinkedTeam } from '../support/linked-team.ts'
import { Workdir } from '../support/workdir.ts'

function withCredentials(url: string, user: string, password: string): string {
  return url.replace('http://', `http://${user}:${password}@`)
}

describe('a linked GitLab behind a proxy', () => {
  test.each(['HTTP_PROXY', 'http_proxy'])(
    'assign reaches GitLab through the proxy in %s',
    async (variable) => {
      const team = await openLinkedTeam()
      const proxy = await startForwardProxy()
      const { code } = await team.run(['assign', 'bob'], { [variable]: proxy.url })
      expect(code).toBe(0)
      expect(team.listGitLabHolders()).toEqual(['ada', 'Bob'])
      expect(new Set(proxy.seen)).toEqual(new Set([`CONNECT ${new URL(team.proxy.url).host} 200`]))
    },
  )

  test('sync sends the user and the password in the address of the proxy, and prints neither', async () => {
    const team = await openLinkedTeam()
    const proxy = await startForwardProxy({ credentials: { user: 'ada', password: 'pass word' } })
    const known = withCredentials(proxy.url, 'ada', 'pass%20word')
    const { code, stderr } = await team.run(['sync', '--debug'], { HTTP_PROXY: known })
    expect(code).toBe(0)
    expect(stderr).not.toContain('pass')
    const refused = await team.inProcess.run(['sync'], {
      env: { HTTP_PROXY: withCredentials(proxy.url, 'ada', 'wrong') },
    })
    expect(refused.code).toBe(6)
    expect(refused.stderr).toContain('407')
    expect(refused.stderr).not.toContain('wrong')
  })

  test('sync bypasses the proxy for a host in NO_PROXY', async () => {
    const team = await openLinkedTeam()
    const proxy = await startForwardProxy()
    for (const name of ['NO_PROXY', 'no_proxy']) {
      const env = { HTTP_PROXY: proxy.url, [name]: 'example.com,127.0.0.1' }
      const { code } = await team.inProcess.run(['sync'], { env })
      expect(code).toBe(0)
    }
    expect(proxy.seen).toEqual([])
  })
})

describe('a GitLab on this very machine', () => {
  test('sync does not send a token for a local GitLab through a proxy on another machine', async () => {
    const team = await openLinkedTeam()
    const { code } = await team.inProcess.run(['sync'], { env: { HTTP_PROXY: 'http://192.0.2.1:3128' } })
    expect(code).toBe(0)
  })
})

describe('a GitLab that redirects', () => {
  test('link does not follow a redirect to another host with the token', async () => {
    const elsewhere = await startHttpPeer([{ status: 200, body: {} }])
    const gitlab = await startHttpPeer([
      { status: 302, headers: { location: `${elsewhere.url}/api/graphql` } },
    ])
    const { code, stderr } = await new Workdir().run(['link', gitlab.url], {
      env: { GITLAB_TOKEN: 'secret' },
    })
    expect(code).toBe(6)
    expect(stderr).toContain(new URL(elsewhere.url).host)
    expect(elsewhere.seen).toEqual([])
  })
})

describe('a GitLab with a certificate of its own authority', () => {
  test('link trusts a certificate of a private authority with NODE_EXTRA_CA_CERTS only', async () => {
    const gitlab = await startHttpPeer([{ status: 401, body: { errors: [{ message: 'Invalid token' }] } }], {
      tls: true,
    })
    const workdir = new Workdir()
    const untrusted = await workdir.run(['link', gitlab.url], { env: { GITLAB_TOKEN: 'secret' } })
    expect(untrusted.code).toBe(6)
    expect(untrusted.stderr).toContain('NODE_EXTRA_CA_CERTS')
    expect(gitlab.seen).toEqual([])
    const trusted = await workdir.run(['link', gitlab.url], {
      env: { GITLAB_TOKEN: 'secret', NODE_EXTRA_CA_CERTS: certificateFile },
    })
    expect(trusted.code).toBe(4)
  })
})
