import { expect, test } from 'vitest'
import { makePurchase } from '../support/make-snapshot.ts'
import { listHolders } from '../support/read-store.ts'
import { runInShell } from '../support/run-in-shell.ts'
import { openTeam } from '../support/sample-team.ts'
import { Workdir } from '../support/workdir.ts'

test('the template is a header and a comment, and needs no store', async () => {
  const { code, stdout, stderr } = await new Workdir().run(['template'])
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/^username\n# .+\n$/)
})

test('the template is a list with nobody in it', async () => {
  const workdir = await openTeam()
  expect(await runInShell(workdir, 'duo-seats template | duo-seats bulk-assign -')).toEqual({
    code: 0,
    stdout: 'Nothing to do.\n',
    stderr: '',
  })
})

test('names below the template are given seats', async () => {
  const workdir = await openTeam()
  const line = "{ duo-seats template; echo bob; echo ' @CAROL'; } | duo-seats bulk-assign - -q"
  expect(await runInShell(workdir, line)).toEqual({ code: 0, stdout: '', stderr: '' })
  expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol'])
})

test('what list --free prints as CSV is a list for bulk-assign, as it is', async () => {
  const workdir = await openTeam({ add_on_purchases: [makePurchase({ quantity: 10 })] })
  const line = 'duo-seats list --free --format csv | duo-seats bulk-assign - --quiet'
  expect(await runInShell(workdir, line)).toEqual({ code: 0, stdout: '', stderr: '' })
  expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol', 'eve', 'frank', 'twin-one', 'twin-two'])
  expect(await runInShell(workdir, line)).toMatchObject({ code: 0 })
})
