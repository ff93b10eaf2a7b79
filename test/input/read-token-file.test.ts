import { execFileSync } from 'node:child_process'
import { chmodSync, readdirSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findToken } from '../../src/input/token/find-token.ts'
import { readTokenFile } from '../../src/input/token/read-token-file.ts'
import { Workdir } from '../support/workdir.ts'
import { encodeUtf16 } from './read-csv.ts'

const { signal } = new AbortController()

async function read(file: string, env: { CI?: string } = {}) {
  const warnings: string[] = []
  const token = await readTokenFile({ file, env, signal, warn: (text) => warnings.push(text) })
  return { token, warnings }
}

function writeSecret(content: string | Uint8Array): string {
  const path = new Workdir().write('token', content)
  chmodSync(path, 0o600)
  return path
}

describe('a file with a token', () => {
  test.each([
    ['UTF-8', 'glpat-abc\n'],
    ['UTF-8 with a byte order mark', '\ufeffglpat-abc\r\n'],
    ['UTF-16 little endian', encodeUtf16('glpat-abc\r\n', 'little')],
    ['UTF-16 big endian', encodeUtf16('glpat-abc', 'big')],
    ['UTF-16 without a byte order mark', Buffer.from('glpat-abc\n', 'utf16le')],
  ])('a file with a token is read in %s', async (_, content) => {
    expect(await read(writeSecret(content))).toEqual({ token: 'glpat-abc', warnings: [] })
  })

  test.each([0o644, 0o640, 0o604])(
    'a file with a token of mode %o is read with a warning, except in a CI job',
    async (mode) => {
      const path = writeSecret('glpat-abc')
      chmodSync(path, mode)
      expect(await read(path)).toEqual({
        token: 'glpat-abc',
        warnings: [`Other users of this machine can read the token in ${path}. Type: chmod 600 ${path}`],
      })
      expect((await read(path, { CI: 'true' })).warnings).toEqual([])
      expect((await read(path, { CI: 'false' })).warnings).toHaveLength(1)
    },
  )

  test.each([
    ['"glpat-abc"', 'PATH has quotes around the token.', 'Delete the quotes: docker --env-file keeps them.'],
    [
      "'glpat-abc'\n",
      'PATH has quotes around the token.',
      'Delete the quotes: docker --env-file keeps them.',
    ],
    [
      'GITLAB_TOKEN=glpat-abc',
      'PATH has the name of a variable before the token.',
      'Delete the name and the equals sign.',
    ],
    [
      'x'.repeat(5_000),
      'PATH does not contain a token: it is too long.',
      'A token is one word, such as glpat-….',
    ],
    ['\n', 'PATH is empty: it must contain a GitLab token.', 'A token is one word, such as glpat-….'],
  ])('a file with a token that contains %j is refused without the token', async (content, message, hint) => {
    const path = writeSecret(content)
    await expect(read(path)).rejects.toMatchObject({ message: message.replace('PATH', path), hint })
  })

  test('a file with a token that never ends is refused', async () => {
    await expect(read('/dev/zero')).rejects.toMatchObject({
      message: '/dev/zero does not contain a token: it is too long.',
    })
  })
})

test('quotes in GITLAB_TOKEN are reported', async () => {
  const context = { env: { GITLAB_TOKEN: '"glpat-abc"' }, signal, warn: () => {} }
  await expect(findToken('https://gitlab.example.com', { timeoutMs: 60_000 }, context)).rejects.toMatchObject(
    {
      exit: 'usage',
      message: 'GITLAB_TOKEN has quotes around the token.',
    },
  )
})

describe('a token in place of its file', () => {
  test.each(['glpat-V3ryS3cretV3ryS3cret', 'gldt-abc', 'glpat-a.01.b2', 'V3ryS3cretV3ryS3cretV3ry'])(
    'a token in place of its file is not printed by link --token-file %s, also with --debug and --format json',
    async (token) => {
      const workdir = new Workdir()
      const args = ['link', 'http://127.0.0.1:1', '--token-file', token, '--debug']
      const { code, stdout, stderr } = await workdir.inProcess.run(args)
      expect([code, `${stdout}${stderr}`.includes(token)]).toEqual([2, false])
      expect(stderr).toMatch(/^error: (An argument contains a GitLab token|The file .* looks like a token)\./)
      const doctor = await workdir.inProcess.run(['serve', '--token-file', token, '--debug'])
      expect(`${doctor.stdout}${doctor.stderr}`).not.toContain(token)
    },
  )

  test('a token in place of its file is told apart from the name of a missing file', async () => {
    const file = join(await mkdtemp('/tmp/duo-seats-test-'), 'token-of-the-administrator.txt')
    await expect(read(file)).rejects.toMatchObject({ message: `The file ${file} does not exist.` })
  })
})

test('serve --token-file - needs no folder of temporary files and leaves none', async () => {
  const workdir = new Workdir()
  const { stderr } = await workdir.run(['serve', '--token-file', '-'], {
    stdin: 'glpat-abc',
    env: { TMPDIR: '/nope' },
  })
  expect(stderr).toContain('The store')
  expect(readdirSync(workdir.path)).toEqual([])
})

test('serve --token-file - refuses an input that never ends', async () => {
  const workdir = new Workdir()
  const { stderr } = await workdir.run(['serve', '--token-file', '-'], { stdin: 'x'.repeat(1_000_000) })
  expect(stderr).toContain('error: Standard input does not contain a token: it is too long.\n')
})

test('a signal ends the wait for a FIFO that no process writes to', async () => {
  const path = join(new Workdir().path, 'silent')
  execFileSync('mkfifo', [path])
  const controller = new AbortController()
  const reading = readTokenFile({ file: path, env: {}, signal: controller.signal, warn: () => {} })
  controller.abort(new Error('interrupted'))
  await expect(reading).rejects.toThrow('interrupted')
})
