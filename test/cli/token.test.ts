import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { findToken, listTokenVariables } from '../../src/input/token/find-token.ts'
import { hostedToken } from '../support/host-gitlab.ts'
import { startHttpPeer } from '../support/http-peer.ts'
import { openLinkedTeam } from '../support/linked-team.ts'
import { Workdir } from '../support/workdir.ts'

/** A server that refuses every token, and the tokens that it got from a `link`. */
async function linkWith(makeEnv: (port: string) => NodeJS.ProcessEnv, args: readonly string[] = []) {
  const peer = await startHttpPeer([{ status: 401, body: { errors: [{ message: 'Invalid token' }] } }])
  const { port } = new URL(peer.url)
  const workdir = new Workdir()
  const path = { PATH: process.env['PATH'] }
  const finished = await workdir.inProcess.run(['link', peer.url, ...args], {
    env: { ...path, ...makeEnv(port) },
  })
  return {
    ...finished,
    host: `127.0.0.1:${port}`,
    tokens: peer.seen.map(({ headers }) => headers.authorization),
  }
}

const command = `echo "for-$DUO_SEATS_HOST"`

describe('the token for a GitLab', () => {
  test.each([
    ['https://gitlab.example.com', ['GITLAB_TOKEN_GITLAB_EXAMPLE_COM']],
    [
      'https://git-lab.example.com:8443/root',
      ['GITLAB_TOKEN_GIT_LAB_EXAMPLE_COM_8443', 'GITLAB_TOKEN_GIT_LAB_EXAMPLE_COM'],
    ],
  ])('the variables for %s are %j', (url, names) => {
    expect(listTokenVariables(url)).toEqual(names)
  })

  test.each<[string, (port: string) => NodeJS.ProcessEnv, string]>([
    ['GITLAB_TOKEN', () => ({ GITLAB_TOKEN: 'all', GITLAB_TOKEN_OTHER_EXAMPLE_COM: 'other' }), 'all'],
    ['the variable of the host', () => ({ GITLAB_TOKEN: 'all', GITLAB_TOKEN_127_0_0_1: 'host' }), 'host'],
    [
      'the variable of the host and the port',
      (port) => ({ GITLAB_TOKEN_127_0_0_1: 'host', [`GITLAB_TOKEN_127_0_0_1_${port}`]: 'port' }),
      'port',
    ],
    [
      'the variable of the host before a command',
      () => ({ DUO_SEATS_TOKEN_COMMAND: command, GITLAB_TOKEN_127_0_0_1: 'host' }),
      'host',
    ],
    [
      'a command before GITLAB_TOKEN',
      () => ({ DUO_SEATS_TOKEN_COMMAND: command, GITLAB_TOKEN: 'all' }),
      'for-HOST',
    ],
  ])('link reads it from %s', async (_, makeEnv, token) => {
    const { code, host, tokens } = await linkWith(makeEnv)
    expect(code).toBe(4)
    expect(tokens).toEqual([`Bearer ${token.replace('HOST', host)}`])
  })

  test('link runs --token-command, which wins over all variables', async () => {
    const env = { GITLAB_TOKEN_127_0_0_1: 'host', DUO_SEATS_TOKEN_COMMAND: 'false' }
    const { host, tokens } = await linkWith(() => env, ['--token-command', command])
    expect(tokens).toEqual([`Bearer for-${host}`])
  })

  test('a token command gets the host as git writes it, and may answer with a line for the password', async () => {
    const answer = `sed -n 's/^host=/password=of-/p'; echo quit=0`
    const { host, tokens } = await linkWith(() => ({}), ['--token-command', answer])
    expect(tokens).toEqual([`Bearer of-${host}`])
  })

  test.each(['http://localhost:8080', 'https://gitlab.example.com/root'])(
    'a token command gets the protocol of %s as git writes it',
    async (url) => {
      const tokenCommand = `sed -n 's/^protocol=/password=/p'`
      const { signal } = new AbortController()
      const context = { env: { PATH: process.env['PATH'] }, signal, warn: () => {} }
      const token = await findToken(url, { tokenCommand, timeoutMs: 60_000 }, context)
      expect(token).toBe(url.split(':')[0])
    },
  )

  test.each([
    ['fails', 'echo secret; exit 3', 'The token command ended with exit code 3, without a token for HOST.'],
    ['does not exist', 'duo-seats-no-such-command 2>&1', 'The token command ended with exit code 127'],
    ['prints nothing', 'true', 'The output of --token-command is empty'],
    ['prints a sentence', 'echo a secret sentence', 'The output of --token-command does not contain a token'],
  ])('link rejects a token command that %s, and does not print its output', async (_, line, sentence) => {
    const { code, host, stderr, tokens } = await linkWith(() => ({}), ['--token-command', line])
    expect([code, tokens]).toEqual([2, []])
    expect(stderr).toContain(sentence.replace('HOST', host))
    expect(stderr).not.toContain('secret')
  })

  test.each([
    [
      'does not end',
      'echo secret; exec sleep 30',
      'The token command did not end within 0.3 s, the --timeout.',
    ],
    ['prints without end', 'yes secret', 'The token command printed more than a token for HOST.'],
  ])('link rejects a token command that %s', async (_, line, sentence) => {
    const { code, host, stderr, tokens } = await linkWith(
      () => ({}),
      ['--token-command', line, '--timeout', line.startsWith('yes') ? '1m' : '300ms'],
    )
    expect([code, tokens]).toEqual([2, []])
    expect(stderr).toContain(sentence.replace('HOST', host))
    expect(stderr).not.toContain('secret')
  })

  test('link refuses a timeout of more than 24 days, which a timer would end at once', async () => {
    const { code, stderr } = await linkWith(() => ({}), ['--token-command', command, '--timeout', '600h'])
    expect([code, stderr.split('\n')[0]]).toEqual([
      2,
      "error: option '--timeout <time>' argument '600h' is invalid. It takes a span of 24 days at most: 576h.",
    ])
  })

  test.each(['--token-command', '--token-file'])('link waits up to 24 days for %s', async (option) => {
    const source = option === '--token-command' ? command : new Workdir().write('token', 'for-file')
    const { tokens } = await linkWith(() => ({}), [option, source, '--timeout', '576h'])
    expect(tokens).toHaveLength(1)
  })

  test('link does not wait longer than --timeout for a pipe without a token', async () => {
    const workdir = new Workdir()
    execFileSync('mkfifo', [workdir.join('pipe')])
    const args = ['link', 'https://gitlab.example.com', '--token-file', 'pipe', '--timeout', '300ms']
    expect(await workdir.inProcess.run(args)).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'error: pipe did not end within 0.3 s, the --timeout.\n' +
        'hint: It is a pipe: check the command that writes the token to it.\n',
    })
  })

  test('link rejects a file and a command together', async () => {
    const args = ['link', 'gitlab.example.com', '--token-file', 'x', '--token-command', 'y']
    expect((await new Workdir().inProcess.run(args)).code).toBe(2)
  })

  test('a run with a question asks the token command once', async () => {
    const team = await openLinkedTeam()
    const env = { PATH: process.env['PATH'], GITLAB_TOKEN: undefined }
    team.workdir.write('token', hostedToken)
    const line = 'echo x >> asked; cat token'
    team.workdir.write('list.csv', 'username\nbob\n')
    const args = ['apply', 'list.csv', '--yes', '--max-removals', '100%', '--token-command', line]
    await team.inProcess.runExpecting(0, args, { env })
    expect(team.workdir.read('asked')).toBe('x\n')
    expect(team.listGitLabHolders()).toEqual(['Bob'])
  })

  test('--debug prints each request with method, path, operation, status and time, and no token', async () => {
    const team = await openLinkedTeam()
    const { stderr } = await team.inProcess.run(['sync', '--debug'])
    expect(stderr).toMatch(/GitLab: POST \/api\/graphql ReadLicense answered 200.* after \d+ ms/)
    expect(stderr).not.toContain(hostedToken)
  })
})
