import { renameSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { canShowBrowser } from '../../src/cli/open-browser.ts'
import { writeEmptyStore } from '../support/emptied-store.ts'
import { openLinkedTeam } from '../support/linked-team.ts'
import { openTeam } from '../support/sample-team.ts'
import { collect, Workdir } from '../support/workdir.ts'

test('page prints its address, serves the store, and exits with 0 after Ctrl-C', async () => {
  const workdir = await openTeam()
  const child = workdir.start(['page', '--read-only'])
  onTestFinished(() => void child.kill('SIGKILL'))
  const printed = await new Promise<string>((done) =>
    child.stdout?.once('data', (data) => done(String(data))),
  )
  const { origin, hash } = new URL(/http\S+/.exec(printed)?.[0] ?? '')
  expect(printed).toBe(
    `The seats of ${workdir.join('store.db')}, read-only:\n\n  ${origin}/${hash}\n\nCtrl-C ends the page.\n`,
  )
  const response = await fetch(`${origin}/api/status`, {
    headers: { authorization: `Bearer ${hash.slice(1)}` },
  })
  expect([response.status, await response.json()]).toMatchObject([200, { read_only: true }])
  const ended = collect(child)
  child.kill('SIGINT')
  expect(await ended).toEqual({ code: 0, stdout: '', stderr: '' })
})

test('page prints the path of its store with escaped control characters', async () => {
  const workdir = await openTeam()
  renameSync(workdir.join('store.db'), workdir.join('a\u001b[2J.db'))
  const child = workdir.start(['page', '--read-only', '--store', 'a\u001b[2J.db'])
  onTestFinished(() => void child.kill('SIGKILL'))
  const printed = await new Promise<string>((done) =>
    child.stdout?.once('data', (data) => done(String(data))),
  )
  expect(printed).toMatch(/^The seats of .*a\\u\{1b\}\[2J\.db, read-only:\n\n {2}http/)
})

test('page ends with 130 after Ctrl-C if a change had to be interrupted, and tells how to continue', async () => {
  const team = await openLinkedTeam()
  const asked = new Promise<void>((done) => {
    team.proxy.tamper = async ({ isMutation }) => {
      if (!isMutation) return 'pass' as const
      done()
      return new Promise<'pass'>(() => {})
    }
  })
  const child = team.start(['page'])
  onTestFinished(() => void child.kill('SIGKILL'))
  const printed = await new Promise<string>((done) =>
    child.stdout?.once('data', (data) => done(String(data))),
  )
  const { origin, hash } = new URL(/http\S+/.exec(printed)?.[0] ?? '')
  const answer = fetch(`${origin}/api/runs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${hash.slice(1)}`, 'content-type': 'application/json' },
    body: JSON.stringify({ command: 'assign', add_on: null, user_ids: [2], dry_run: false }),
  })
  await asked
  const ended = collect(child)
  child.kill('SIGINT')
  expect(await (await answer).json()).toMatchObject({ failure: { code: 'interrupted' } })
  expect(await ended).toEqual({
    code: 130,
    stdout: '',
    stderr: [
      'A change is at work. Waiting for it, for up to 10 seconds.',
      'error: Interrupted while pushing: 0 of 1 change confirmed, 1 stays pending.',
      'hint: Run "duo-seats sync" to push the rest; it is safe to repeat.',
      '',
    ].join('\n'),
  })
})

test('page refuses a store that does not exist, an empty one, and a port that is in use', async () => {
  const empty = new Workdir()
  expect(await empty.inProcess.run(['page'])).toMatchObject({ code: 1, stdout: '' })
  writeEmptyStore(empty.join('store.db'))
  expect(await empty.inProcess.run(['page'])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^error: The store is empty: .*\nhint: Link it with /),
  })
  const taken = createServer()
  await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done))
  onTestFinished(() => void taken.close())
  const { port } = taken.address() as AddressInfo
  const workdir = await openTeam()
  expect(await workdir.inProcess.run(['page', '--port', String(port)])).toEqual({
    code: 1,
    stdout: '',
    stderr: `error: Port ${port} is in use.\nhint: Choose another with --port; --port 0 takes a free one.\n`,
  })
})

test.each([
  ['linux', {}, false],
  ['linux', { DISPLAY: ':0' }, true],
  ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, true],
  ['linux', { DISPLAY: ':0', CI: 'true' }, false],
  ['linux', { DISPLAY: ':0', CI: 'false' }, true],
  ['darwin', {}, true],
  ['win32', { CI: '1' }, false],
] as const)('a browser on %s with %j can be shown: %s', (platform, env, expected) => {
  expect(canShowBrowser(env, platform)).toBe(expected)
})
