import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { openLinkedTeam } from '../support/linked-team.ts'
import { makeSnapshot } from '../support/make-snapshot.ts'
import { openTeam } from '../support/sample-team.ts'
import { startGitLab } from '../support/serve.ts'
import { syncStore } from '../support/sync-store.ts'
import { Workdir } from '../support/workdir.ts'

/** A GitLab that is served from a store of the team, and an empty directory to link from. */
async function openGitLab(args: readonly string[] = []) {
  const gitlab = await startGitLab(await openTeam(), undefined, args)
  return { gitlab, workdir: new Workdir(), env: { GITLAB_TOKEN: gitlab.token } }
}

describe('link', () => {
  test('says to what, as whom, and which seats there are', async () => {
    const { gitlab, workdir, env } = await openGitLab()
    const finished = await workdir.run(['link', gitlab.url], { env })
    expect(finished.code).toBe(0)
    expect(finished.stdout).toMatch(
      /^Linked to http:\/\/127\.0\.0\.1:\d+ as @\S+, GitLab \S+\.\nGitLab Duo Pro: 1 of 4 seats held\.\nNext: duo-seats sync\n$/,
    )
  })

  test('keeps the token nowhere and prints it nowhere', async () => {
    const { gitlab, workdir, env } = await openGitLab()
    const finished = await workdir.run(['link', gitlab.url, '--debug'], { env })
    expect(finished.code).toBe(0)
    const wrong = await workdir.run(['sync', '--debug'], { env: { GITLAB_TOKEN: 'glpat-wrong-and-secret' } })
    expect(wrong.code).toBe(4)
    for (const text of [finished.stdout, finished.stderr, workdir.read('store.db')])
      expect(text).not.toContain(gitlab.token)
    expect(wrong.stdout + wrong.stderr).not.toContain('glpat-wrong-and-secret')
  })

  test('takes the token from a file and from standard input', async () => {
    const { gitlab, workdir } = await openGitLab()
    workdir.write('token.txt', `${gitlab.token}\n`)
    await workdir.runExpecting(0, ['link', gitlab.url, '--token-file', 'token.txt'])
    await workdir.runExpecting(0, ['sync', '--token-file', '-'], { stdin: gitlab.token })
  })

  test.each([
    ['no token', ['link', 'http://127.0.0.1:1'], {}, 2, 'The GitLab token is missing.'],
    [
      'a token that is no word',
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
      'On GitLab.com seats belong to a top-level group',
    ],
    [
      'a group that is not at the top',
      ['link', 'gitlab.com', '--group', 'acme/team'],
      { GITLAB_TOKEN: 'x' },
      2,
      '"acme/team" is no top-level group.',
    ],
    ['a host that is not there', ['link', 'http://127.0.0.1:1'], { GITLAB_TOKEN: 'x' }, 6, '127.0.0.1'],
  ])('refuses %s', async (_, args, env, code, sentence) => {
    const workdir = new Workdir()
    const finished = await workdir.run(args, { env })
    expect(finished.code).toBe(code)
    expect(finished.stdout).toBe('')
    expect(finished.stderr).toContain(sentence)
    expect(finished.stderr).toContain('hint: ')
  })

  test.each([
    ['a wrong token', [], 'wrong', 4],
    ['a token that is no word', [], 'two words', 2],
    ['a group on Self-Managed', ['--group', 'acme'], null, 2],
  ])('that is refused leaves nothing behind: %s', async (_, options, token, code) => {
    const { gitlab, workdir, env } = await openGitLab()
    const finished = await workdir.run(['link', gitlab.url, ...options, '--store', 'new/store.db'], {
      env: { GITLAB_TOKEN: token ?? env.GITLAB_TOKEN },
    })
    expect(finished.code).toBe(code)
    expect(readdirSync(workdir.path)).toEqual([])
  })

  test('that is refused leaves nothing behind: an address at which nobody answers', async () => {
    const workdir = new Workdir()
    await workdir.runExpecting(6, ['link', 'http://127.0.0.1:1'], { env: { GITLAB_TOKEN: 'x' } })
    expect(readdirSync(workdir.path)).toEqual([])
  })

  test('that is refused leaves a store as it was', async () => {
    const team = await openLinkedTeam()
    await team.run(['unlink'])
    const before = team.readOwnStore()
    expect((await team.run(['link', team.proxy.url], { GITLAB_TOKEN: 'wrong' })).code).toBe(4)
    expect(team.readOwnStore()).toEqual(before)
  })

  test('in a place where no store can be made says so', async () => {
    const { gitlab, workdir, env } = await openGitLab()
    workdir.write('file', '')
    const finished = await workdir.run(['link', gitlab.url, '--store', 'file/store.db'], { env })
    expect(finished.code).toBe(1)
    expect(finished.stderr).toContain('The store file/store.db cannot be made')
  })

  test('refuses a store that holds the data of another scope', async () => {
    const { gitlab, env } = await openGitLab()
    const workdir = new Workdir()
    await syncStore(workdir, makeSnapshot())
    const finished = await workdir.run(['link', gitlab.url], { env })
    expect(finished.code).toBe(2)
    expect(finished.stderr).toContain('The store holds the data of https://gitlab.example.com')
  })

  test('warns of seats that were given in the store alone, which the next sync loses', async () => {
    const team = await openLinkedTeam()
    await team.run(['unlink'])
    await team.runForJson(0, ['assign', 'bob'])
    const { stderr } = await team.run(['link', team.proxy.url])
    expect(stderr).toContain('Seats that were given in this store alone: 1. The next sync loses those')
    await team.runForJson(0, ['sync'])
    expect(team.listOwnHolders()).toEqual(['ada'])
    expect((await team.run(['link', team.proxy.url])).stderr).not.toContain('in this store alone')
  })

  test('refuses a store that is linked elsewhere, and links again to the same GitLab', async () => {
    const team = await openLinkedTeam()
    expect((await team.run(['link', team.proxy.url])).code).toBe(0)
    const finished = await team.run(['link', 'https://other.example.com'])
    expect(finished.code).toBe(2)
    expect(finished.stderr).toContain('The store is linked to http://127.0.0.1')
  })

  test('tells what an old GitLab cannot do', async () => {
    const { gitlab, workdir, env } = await openGitLab(['--gitlab-version', '17.0'])
    const { code, stderr } = await workdir.run(['link', gitlab.url], { env })
    expect(code).toBe(0)
    expect(stderr).toContain('gives and takes seats one by one only')
    expect(stderr).toContain('hides holders who are not eligible any more')
  })
})

describe('unlink', () => {
  test('forgets the link and keeps the data', async () => {
    const team = await openLinkedTeam()
    expect((await team.run(['unlink'])).code).toBe(0)
    const { users } = await team.runForJson<{ users: object[] }>(0, ['list'])
    expect(users).toHaveLength(1)
    expect((await team.run(['sync'])).stderr).toContain('This store is linked to no GitLab')
  })

  test('refuses while seats are pending, unless they are given up', async () => {
    const team = await openLinkedTeam()
    await team.runForJson(0, ['assign', 'bob', '--no-push'])
    const refused = await team.run(['unlink'])
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('Changes that GitLab has not confirmed: 1.')
    expect((await team.run(['unlink', '--discard-pending'])).code).toBe(0)
    expect(team.listOwnHolders()).toEqual(['ada'])
  })

  test('has nothing to do in a store that is not linked', async () => {
    const workdir = await openTeam()
    const finished = await workdir.run(['unlink'])
    expect(finished.code).toBe(2)
    expect(finished.stderr).toContain('The store is linked to no GitLab.')
  })
})
