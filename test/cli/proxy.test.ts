import { describe, expect, test } from 'vitest'
import { startForwardProxy } from '../support/forward-proxy.ts'
import { certificateFile, startHttpPeer, startTlsFront } from '../support/http-peer.ts'
import { openLinkedTeam } from '../support/linked-team.ts'
import { Workdir } from '../support/workdir.ts'

function withCredentials(url: string, user: string, password: string): string {
  return url.replace('http://', `http://${user}:${password}@`)
}

/** A linked team whose GitLab is reached over TLS. */
async function openSecureTeam() {
  const team = await openLinkedTeam()
  const front = await startTlsFront(team.proxy.url)
  team.changeOwnStore(`UPDATE link SET url = '${front.url}'; UPDATE subscription SET url = '${front.url}'`)
  return { team, host: new URL(front.url).host }
}

describe('a linked GitLab behind a proxy', () => {
  test.each(['HTTPS_PROXY', 'https_proxy'])(
    'assign reaches GitLab through the proxy in %s',
    async (variable) => {
      const { team, host } = await openSecureTeam()
      const proxy = await startForwardProxy()
      const env = { [variable]: proxy.url, NODE_EXTRA_CA_CERTS: certificateFile }
      const { code } = await team.run(['assign', 'bob'], env)
      expect(code).toBe(0)
      expect(team.listGitLabHolders()).toEqual(['ada', 'Bob'])
      expect(new Set(proxy.seen)).toEqual(new Set([`CONNECT ${host} 200`]))
    },
  )

  test('sync sends the user and the password in the address of the proxy, and prints neither', async () => {
    const { team } = await openSecureTeam()
    const proxy = await startForwardProxy({ credentials: { user: 'ada', password: 'pass word' } })
    const known = withCredentials(proxy.url, 'ada', 'pass%20word')
    const { code, stderr } = await team.run(['sync', '--debug'], {
      HTTPS_PROXY: known,
      NODE_EXTRA_CA_CERTS: certificateFile,
    })
    expect(code).toBe(0)
    expect(stderr).not.toContain('pass')
    const refused = await team.inProcess.run(['sync'], {
      env: { HTTPS_PROXY: withCredentials(proxy.url, 'ada', 'wrong') },
    })
    expect(refused.code).toBe(6)
    expect(refused.stderr).toContain('407')
    expect(refused.stderr).not.toContain('wrong')
  })

  test('sync bypasses the proxy for a host in NO_PROXY', async () => {
    const { team } = await openSecureTeam()
    const proxy = await startForwardProxy()
    for (const name of ['NO_PROXY', 'no_proxy']) {
      const env = { HTTPS_PROXY: proxy.url, [name]: 'example.com,localhost' }
      const { code } = await team.inProcess.run(['sync'], { env })
      expect(code).toBe(0)
    }
    expect(proxy.seen).toEqual([])
  })
})

describe('a GitLab on this very machine', () => {
  test.each([
    ['on another machine', async () => ({ url: 'http://192.0.2.1:3128', seen: [] })],
    ['on this machine, which may pass it on', () => startForwardProxy()],
  ])('link and sync do not send a token without encryption through a proxy %s', async (_, start) => {
    const team = await openLinkedTeam()
    const proxy = await start()
    const env = { HTTP_PROXY: proxy.url, http_proxy: proxy.url, HTTPS_PROXY: proxy.url }
    await team.inProcess.runExpecting(0, ['link', team.proxy.url], { env })
    await team.inProcess.runExpecting(0, ['sync'], { env })
    expect(proxy.seen).toEqual([])
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
