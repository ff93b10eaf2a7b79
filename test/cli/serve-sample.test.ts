import { existsSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readTopic } from '../../src/cli/help/help-topics.ts'
import { makeSampleCompany } from '../../src/played-gitlab/sample-company.ts'
import type { RunDocument } from '../support/run-document.ts'
import { startSample } from '../support/serve.ts'
import { Workdir } from '../support/workdir.ts'

test('a newcomer in an empty directory can link, sync, list and preview with serve --sample', async () => {
  const workdir = new Workdir()
  const gitlab = await startSample(workdir)
  const store = /export DUO_SEATS_STORE=(\S+)/.exec(gitlab.stdout)?.[1] ?? ''
  const env = { GITLAB_TOKEN: gitlab.token, DUO_SEATS_STORE: store, TMPDIR: workdir.path }
  const typed = gitlab.stdout.match(/(?<=^ {2}duo-seats ).*$/gm)?.map((line) => line.split(' ')) ?? []
  expect(typed.map(([command]) => command)).toEqual(['link', 'sync', 'list', 'bulk-assign'])
  const printed: string[] = []
  for (const args of typed) printed.push(await workdir.inProcess.runExpecting(0, args, { env }))
  expect(printed[0]).toContain('GitLab Duo Enterprise: 24 of 30 seats held.\n')
  expect(printed[1]).toContain('GitLab Duo Enterprise: 2 holders not eligible: ')
  expect(printed[2]).toContain('24 users, as of the sync ')
  expect(printed[3]).toContain('5 assigned, 14 already_assigned.\nSeats free: 6 before, 1 after.\nDry run')
  const idle = await workdir.inProcess.runForJson<RunDocument>(5, ['reclaim', '--inactive-for', '60d'], {
    env,
  })
  expect(idle.summary.outcomes).toEqual({ unassigned: 5, left_alone: 3 })
  expect(await gitlab.stop()).toBe(0)
  expect(readdirSync(workdir.path).filter((name) => !name.startsWith('practice.db'))).toEqual([])
})

test('serve --sample duo-pro plays the time before the purchase of Enterprise', async () => {
  const workdir = new Workdir()
  const gitlab = await startSample(workdir, ['duo-pro'])
  expect(gitlab.stdout).toContain('\nGitLab Duo Pro: 17 of 20 seats held.\n\n')
  const { data } = await gitlab.ask('{ addOnPurchases { name assignedQuantity } }')
  expect(data).toEqual({ addOnPurchases: [{ name: 'CODE_SUGGESTIONS', assignedQuantity: 17 }] })
})

test('serve --sample lists Enterprise alone, since GitLab never has both add-ons', async () => {
  const gitlab = await startSample(new Workdir())
  const { data } = await gitlab.ask('{ addOnPurchases { name assignedQuantity } }')
  expect(data).toEqual({ addOnPurchases: [{ name: 'DUO_ENTERPRISE', assignedQuantity: 24 }] })
})

test('serve --sample refuses --store, and leaves the default store alone', async () => {
  const workdir = new Workdir()
  const { code, stderr } = await workdir.inProcess.run(['--store', 'mine.db', 'serve', '--sample'])
  expect([code, stderr.split('\n')[0]]).toEqual([
    2,
    'error: The made-up company has a store of its own, which ends with the command.',
  ])
  expect([existsSync(workdir.join('mine.db')), existsSync(workdir.join('store.db'))]).toEqual([false, false])
})

test('the made-up company has 60 people with different names, and is the same each time', () => {
  const now = '2026-03-02T09:00:00.000Z'
  const company = makeSampleCompany('duo-enterprise', now)
  expect(company).toEqual(makeSampleCompany('duo-enterprise', now))
  const people = company.users.filter(({ type }) => type === 'human')
  expect([people.length, new Set(people.map(({ username }) => username)).size]).toEqual([60, 60])
  expect(new Set(people.map(({ state }) => state)).size).toBe(6)
})

test('help rehearse shows the topic about serve, with an example first', async () => {
  const topic = await readTopic('rehearse')
  expect(topic).toBe(await readTopic('serve'))
  expect(topic?.split('\n\n')[1]).toBe('```sh\nduo-seats serve --sample\n```')
})
