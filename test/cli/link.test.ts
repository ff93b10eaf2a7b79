import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type HostOptions, hostedToken, hostGitLab } from '../support/host-gitlab.ts'
import { openLinkedTeam } from '../support/linked-team.ts'
import { makeSnapshot } from '../support/make-snapshot.ts'
import { openTeam } from '../support/sample-team.ts'
import { syncStore } from '../support/sync-store.ts'
import { Workdir } from '../support/workdir.ts'

/** A GitLab that is played from a store of the team, and an empty directory to link from. */
async function openGitLab(options: HostOptions = {}) {
  const { url } = await hostGitLab((await openTeam()).join('store.db'), options)
  return { url, workdir: new Workdir(), env: { GITLAB_TOKEN: hostedToken } }
}

describe('link', () => {
  test('link prints the GitLab, the user of the token and the seats', async () => {
    const { url, workdir, env } = await openGitLab()
    const finished = await workdir.run(['link', url], { env })
    expect(finished.code).toBe(0)
    expect(finished.stdout).toMatch(
      /^Linked to http:\/\/127\.0\.0\.1:\d+ as @\S+, GitLab \S+\.\nGitLab Duo Pro: 1 of 4 seats held\.\nNext: duo-seats sync\n$/,
    )
  })

  test('link names a store with a space in its path so that the shell reads it', async () => {
    const { url, workdir, env } = await openGitLab()
    const finished = await workdir.inProcess.run(['link', url, '--store', 'my store.db'], { env })
    expect(finished.stdout).toMatch(/\nNext: duo-seats --store 'my store\.db' sync\n$/)
  })

  test('link and sync neither store nor print the token', async () => {
    const { url, workdir, env } = await openGitLab()
    const finished = await workdir.inProcess.run(['link', url, '--debug'], { env })
    expect(finished.code).toBe(0)
    const wrong = await workdir.inProcess.run(['sync', '--debug'], {
      env: { GITLAB_TOKEN: 'glpat-wrong-and-secret' },
    })
    expect(wrong.code).toBe(4)
    for (const text of [finished.stdout, finished.stderr, workdir.read('store.db')])
      expect(text).not.toContain(hostedToken)
    expect(wrong.stdout + wrong.stderr).not.toContain('glpat-wrong-and-secret')
  })

  test('link and sync read the token from a file and from standard input', async () => {
    const { url, workdir } = await openGitLab()
    workdir.write('token.txt', `${hostedToken}\n`)
    await workdir.inProcess.runExpecting(0, ['link', url, '--token-file', 'token.txt'])
    await workdir.inProcess.runExpecting(0, ['sync', '--token-file', '-'], { stdin: hostedToken })
  })

  test.each([
    ['a missing token', ['link', 'http://127.0.0.1:1'], {}, 2, 'The GitLab token is missing.'],
    [
      'a token with a space',
      ['link', 'http://127.0.0.1:1'],
      { GITLAB_TOKEN: 'two words' },
      2,
      'GITLAB_TOKEN does not contain a token',
    ],
    [
      'http:// to another machine',
      ['link', 'http://gitlab.example.com'],
      { GITLAB_TOKEN: 'x' },
      2,
      'http://',
    ],
    [
      'GitLab.com without a group',
      ['link', 'gitlab.com'],
      { GITLAB_TOKEN: 'x' },
      2,
      'On GitLab.com, seats belong to a top-level group',
    ],
    [
      'a group that is not at the top',
      ['link', 'gitlab.com', '--group', 'acme/team'],
      { GITLAB_TOKEN: 'x' },
      2,
      '"acme/team" is not a top-level group.',
    ],
    [
      'a host that is not there',
      ['link', 'http://127.0.0.1:1'],
      // The back-off that users have, not the short one of the tests.
      { GITLAB_TOKEN: 'x', DUO_SEATS_RETRY_BASE_MS: '' },
      6,
      '127.0.0.1',
    ],
  ])('link rejects %s', async (_, args, env, code, sentence) => {
    const workdir = new Workdir()
    const finished = await workdir.inProcess.run(args, { env })
    expect(finished.code).toBe(code)
    expect(finished.stdout).toBe('')
    expect(finished.stderr).toContain(sentence)
    expect(finished.stderr).toContain('hint: ')
  })

  test.each([
    ['a wrong token', [], 'wrong', 4],
    ['a token with a space', [], 'two words', 2],
    ['a group on Self-Managed', ['--group', 'acme'], null, 2],
  ])('link creates no store when it is refused for %s', async (_, options, token, code) => {
    const { url, workdir, env } = await openGitLab()
    const finished = await workdir.inProcess.run(['link', url, ...options, '--store', 'new/store.db'], {
      env: { GITLAB_TOKEN: token ?? env.GITLAB_TOKEN },
    })
    expect(finished.code).toBe(code)
    expect(readdirSync(workdir.path)).toEqual([])
  })

  test('link without --group hints at it, where the user of the token is no administrator', async () => {
    const { url, workdir, env } = await openGitLab({ caller: 'user' })
    const { code, stderr } = await workdir.inProcess.run(['link', url], { env })
    expect(code).toBe(4)
    expect(stderr).toContain('For a group on GitLab.com, add --group.')
  })

  test.each(['', 'https://'])(
    'link with the scheme "%s" proposes http:// for a server without TLS',
    async (scheme) => {
      const { url, workdir, env } = await openGitLab()
      const { host } = new URL(url)
      const { code, stderr } = await workdir.inProcess.run(['link', `${scheme}${host}`], { env })
      expect([code, stderr.split('\n')]).toEqual([
        6,
        [
          expect.stringContaining('the server does not speak TLS'),
          `hint: If it has no TLS, type: duo-seats link ${url}`,
          '',
        ],
      ])
      await workdir.inProcess.runExpecting(0, ['link', url], { env })
    },
  )

  test('link repeats the group in the command that it proposes for a server without TLS', async () => {
    const { url, workdir, env } = await openGitLab()
    const args = ['link', new URL(url).host, '--group', 'acme']
    const { stderr } = await workdir.inProcess.run(args, { env })
    expect(stderr).toContain(`type: duo-seats link ${url} --group acme\n`)
  })

  test('sync of a store whose GitLab has lost its TLS does not propose a link, which would be refused', async () => {
    const team = await openLinkedTeam()
    const url = team.proxy.url.replace('http:', 'https:')
    team.changeOwnStore(`UPDATE link SET url = '${url}'`)
    const { code, stderr } = await team.inProcess.run(['sync'])
    expect([code, stderr.split('\n').slice(1)]).toEqual([
      6,
      ['hint: Check the address, the network and the proxy variables, then try again.', ''],
    ])
    expect((await team.inProcess.run(['link', team.proxy.url])).code).toBe(2)
  })

  test('link creates no store when no host answers at the address', async () => {
    const workdir = new Workdir()
    await workdir.inProcess.runExpecting(6, ['link', 'http://127.0.0.1:1'], { env: { GITLAB_TOKEN: 'x' } })
    expect(readdirSync(workdir.path)).toEqual([])
  })

  test('link leaves a store unchanged when GitLab rejects the token', async () => {
    const team = await openLinkedTeam()
    await team.inProcess.run(['unlink'])
    const before = team.readOwnStore()
    expect(
      (await team.inProcess.run(['link', team.proxy.url], { env: { GITLAB_TOKEN: 'wrong' } })).code,
    ).toBe(4)
    expect(team.readOwnStore()).toEqual(before)
  })

  test('link reports that the store cannot be created in its place', async () => {
    const { url, workdir, env } = await openGitLab()
    workdir.write('file', '')
    const finished = await workdir.inProcess.run(['link', url, '--store', 'file/store.db'], { env })
    expect(finished.code).toBe(1)
    expect(finished.stderr).toContain('The store file/store.db cannot be created')
    const inProc = await workdir.run(['link', url, '--store', '/proc/a/store.db'], { env })
    expect([inProc.code, inProc.stderr]).toEqual([
      1,
      expect.stringContaining('The store /proc/a/store.db cannot be created'),
    ])
  })

  test('link rejects a store that holds the data of another scope', async () => {
    const { url, env } = await openGitLab()
    const workdir = new Workdir()
    await syncStore(workdir, makeSnapshot())
    const finished = await workdir.inProcess.run(['link', url], { env })
    expect(finished.code).toBe(2)
    expect(finished.stderr).toContain('The store has the data of https://gitlab.example.com')
  })

  test('link warns of seats that only the store has, which the next sync loses', async () => {
    const team = await openLinkedTeam()
    await team.inProcess.run(['unlink'])
    await team.inProcess.runForJson(0, ['assign', 'bob'])
    const { stderr } = await team.inProcess.run(['link', team.proxy.url])
    expect(stderr).toContain('1 seat was assigned in this store alone. The next sync removes those')
    await team.inProcess.runForJson(0, ['sync'])
    expect(team.listOwnHolders()).toEqual(['ada'])
    expect((await team.inProcess.run(['link', team.proxy.url])).stderr).not.toContain('in this store alone')
  })

  test('link and sync take a group in any case, and keep the spelling of GitLab', async () => {
    const subscription = {
      offering: 'gitlab.com',
      url: 'https://gitlab.com',
      group: 'Acme',
      plan: 'ultimate',
      gitlab_version: '18.6.0',
      last_sync_at: null,
    }
    const team = await openTeam({ subscription })
    const { url } = await hostGitLab(team.join('store.db'))
    const workdir = new Workdir()
    const env = { GITLAB_TOKEN: hostedToken }
    for (const group of ['ACME', 'acme', 'Acme']) {
      const { code, stdout } = await workdir.inProcess.run(['link', url, '--group', group], { env })
      expect(code).toBe(0)
      expect(stdout).toContain(', group Acme as @root')
      await workdir.inProcess.runExpecting(0, ['sync'], { env })
    }
    const other = await workdir.inProcess.run(['link', url, '--group', 'acmes'], { env })
    expect(other.code).toBe(2)
    expect(other.stderr).toContain(', group Acme.')
  })

  test('link rejects a store that is linked to another GitLab, and links again to the same one', async () => {
    const team = await openLinkedTeam()
    expect((await team.inProcess.run(['link', team.proxy.url])).code).toBe(0)
    const finished = await team.inProcess.run(['link', 'https://other.example.com'])
    expect(finished.code).toBe(2)
    expect(finished.stderr).toContain('The store is linked to http://127.0.0.1')
  })

  test('link reports the limits of an old GitLab', async () => {
    const { url, workdir, env } = await openGitLab({ version: '17.0' })
    const { code, stderr } = await workdir.inProcess.run(['link', url], { env })
    expect(code).toBe(0)
    expect(stderr).toContain('changes seats one by one only')
    expect(stderr).toContain('hides holders who are not eligible any more')
  })
})

describe('unlink', () => {
  test('unlink removes the link and keeps the data', async () => {
    const team = await openLinkedTeam()
    expect((await team.run(['unlink'])).code).toBe(0)
    const { users } = await team.inProcess.runForJson<{ users: object[] }>(0, ['list'])
    expect(users).toHaveLength(1)
    expect((await team.inProcess.run(['sync'])).stderr).toContain('The store is not linked to a GitLab')
  })

  test('unlink is refused while seats are pending, unless --discard-pending is given', async () => {
    const team = await openLinkedTeam()
    await team.inProcess.runForJson(0, ['assign', 'bob', '--no-push'])
    const refused = await team.inProcess.run(['unlink'])
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('GitLab has not confirmed 1 change.')
    expect((await team.inProcess.run(['unlink', '--discard-pending'])).code).toBe(0)
    expect(team.listOwnHolders()).toEqual(['ada'])
  })

  test('unlink rejects a store that is not linked', async () => {
    const workdir = await openTeam()
    const finished = await workdir.inProcess.run(['unlink'])
    expect(finished.code).toBe(2)
    expect(finished.stderr).toContain('The store is not linked to a GitLab.')
  })
})
