import { expect, test } from 'vitest'
import { makePurchase } from '../support/make-snapshot.ts'
import { listCodeBlocks, readManual } from '../support/manual.ts'
import { listHolders } from '../support/read-store.ts'
import { runInShell } from '../support/run-in-shell.ts'
import { openTeam } from '../support/sample-team.ts'
import { Workdir } from '../support/workdir.ts'

test('template prints a header and a comment without a store', async () => {
  const { code, stdout, stderr } = await new Workdir().inProcess.run(['template'])
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/^username\n# .+\n$/)
})

test('template gitlab-ci prints the pipeline of the README', async () => {
  const { code, stdout, stderr } = await new Workdir().run(['template', 'gitlab-ci'])
  const [pipeline] = listCodeBlocks(readManual('README.md')).filter(({ language }) => language === 'yaml')
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toBe(pipeline?.text)
})

test('template gitlab-ci installs the version that prints it', async () => {
  const { inProcess } = new Workdir()
  const version = (await inProcess.runExpecting(0, ['--version'])).trim()
  const pipeline = await inProcess.runExpecting(0, ['template', 'gitlab-ci'])
  expect(pipeline).toContain(` ./duo-seats-${version}.tgz\n`)
})

test('template lists its templates when it does not have the named one', async () => {
  const { code, stderr } = await new Workdir().inProcess.run(['template', 'jenkins'])
  expect(code).toBe(2)
  expect(stderr).toContain('Allowed choices are csv, gitlab-ci.')
})

test('bulk-assign reads the template as an empty list', async () => {
  const workdir = await openTeam()
  expect(await runInShell(workdir, 'duo-seats template | duo-seats bulk-assign -')).toEqual({
    code: 0,
    stdout: 'The list names no user. Nothing to do.\n',
    stderr: '',
  })
})

test('bulk-assign assigns seats to the names below a template', async () => {
  const workdir = await openTeam()
  const line = "{ duo-seats template; echo bob; echo ' @CAROL'; } | duo-seats bulk-assign - -q"
  expect(await runInShell(workdir, line)).toEqual({ code: 0, stdout: '', stderr: '' })
  expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol'])
})

test('bulk-assign reads the CSV of list --free through a pipe', async () => {
  const workdir = await openTeam({ add_on_purchases: [makePurchase({ quantity: 10 })] })
  const line = 'duo-seats list --free --format csv | duo-seats bulk-assign - --quiet'
  expect(await runInShell(workdir, line)).toEqual({ code: 0, stdout: '', stderr: '' })
  expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol', 'eve', 'frank', 'twin-one', 'twin-two'])
  expect(await runInShell(workdir, line)).toMatchObject({ code: 0 })
})
