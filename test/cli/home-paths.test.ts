import { mkdirSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { makeTeamSnapshot, openTeam } from '../support/sample-team.ts'
import { Workdir } from '../support/workdir.ts'

/** The team in a directory below the home directory, from which the commands run. */
async function openTeamAtHome() {
  const workdir = await openTeam()
  const home = workdir.join('home')
  mkdirSync(home)
  workdir.write('home/list.csv', 'username\nbob\n')
  const env = { HOME: home }
  return { workdir, home, env }
}

test('--results, --rejects and the list of bulk-assign may begin with ~/', async () => {
  const { workdir, home, env } = await openTeamAtHome()
  const files = ['--results=~/all.json', '--rejects=~/rejects.csv']
  await workdir.inProcess.runExpecting(0, ['bulk-assign', '~/list.csv', ...files], { env })
  expect(readdirSync(home).sort()).toEqual(['all.json', 'list.csv', 'rejects.csv'])
  expect(readdirSync(workdir.path)).not.toContain('~')
})

test.each([
  [['--store=~/own.db'], {}],
  [[], { DUO_SEATS_STORE: '~/own.db' }],
  [[], { DUO_SEATS_STORE: '', XDG_DATA_HOME: '~/data' }],
])('sync %j with the environment %j makes a store below the home directory', async (options, variables) => {
  const { workdir, home, env } = await openTeamAtHome()
  const settings = { env: { ...env, ...variables } }
  workdir.write('home/copy.json', makeTeamSnapshot())
  await workdir.inProcess.runExpecting(0, ['sync', '--from=~/copy.json', ...options], settings)
  const made = readdirSync(home, { encoding: 'utf8', recursive: true })
  expect(made.filter((name) => name.endsWith('.db'))).toHaveLength(1)
  expect(readdirSync(workdir.path)).not.toContain('~')
})

test('DUO_BULK_USER_FILE_PATH, --except and --token-file may begin with ~/', async () => {
  const { workdir, env } = await openTeamAtHome()
  const named = { env: { ...env, DUO_BULK_USER_FILE_PATH: '~/list.csv' } }
  await workdir.inProcess.runExpecting(0, ['bulk-assign'], named)
  const reclaim = ['reclaim', '--inactive-for', '60d', '--except=~/list.csv']
  await workdir.inProcess.runExpecting(0, reclaim, { env })
  const { stderr } = await workdir.inProcess.run(['serve', '--token-file=~/token'], { env })
  expect(stderr).toContain(`The file ${workdir.join('home/token')} does not exist.`)
})

test.each(['', 'relative'])('with HOME="%s" the store is in the home of the system user', async (HOME) => {
  const workdir = new Workdir()
  const env = { HOME, DUO_SEATS_STORE: '', XDG_DATA_HOME: '' }
  const { stderr } = await workdir.run(['list'], { env })
  expect(stderr).toMatch(/^error: The store \/\S*\.local\/share\/duo-seats\/store\.db does not exist\./)
  expect(stderr).not.toContain(workdir.path)
})
