import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { canShowBrowser } from '../../src/cli/open-browser.ts'
import { writeEmptyStore } from '../support/emptied-store.ts'
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
  ['darwin', {}, true],
  ['win32', { CI: '1' }, false],
] as const)('a browser on %s with %j can be shown: %s', (platform, env, expected) => {
  expect(canShowBrowser(env, platform)).toBe(expected)
})
