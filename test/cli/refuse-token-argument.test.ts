import { describe, expect, test } from 'vitest'
import { openTeam } from '../support/sample-team.ts'

const token = 'glpat-AbCdEf0123456789xyz_'

describe('a token among the arguments', () => {
  test.each([
    [['assign', token]],
    [['unassign', `@${token}`]],
    [['link', token]],
    [['sync', `--token=${token}`]],
    [['sync', '--token-file', token]],
    [['list', '--search', token]],
    [['assign', 'ada', '--format', 'json', '--add-on', token]],
    [[token]],
  ])('a token among the arguments ends %j with 2, and is neither printed nor recorded', async (args) => {
    const workdir = await openTeam()
    const before = workdir.read('store.db')
    const { code, stdout, stderr } = await workdir.inProcess.run([...args, '--debug'])
    expect(code).toBe(2)
    expect(stderr).toContain('An argument contains a GitLab token.')
    expect(stdout + stderr).not.toContain('AbCdEf')
    expect(workdir.read('store.db')).toBe(before)
  })

  test('a token among the arguments is found without a prefix, if it is the token of the environment', async () => {
    const workdir = await openTeam()
    const env = { GITLAB_TOKEN: 'abcdefgh0123456789xy' }
    const { code, stderr } = await workdir.run(['assign', env.GITLAB_TOKEN], { env })
    expect(code).toBe(2)
    expect(stderr).not.toContain('abcdefgh')
  })

  test('a variable of blanks is not found as a token among the arguments', async () => {
    const workdir = await openTeam()
    const env = { GITLAB_TOKEN: ' '.repeat(20) }
    const { code, stderr } = await workdir.run(['assign', 'bob'], { env })
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('GitLab token')])
  })

  test('a token among the arguments is not found in names that resemble one', async () => {
    const workdir = await openTeam()
    const { stderr } = await workdir.inProcess.run(['assign', 'glpat-bob', 'eagleglpat-0123456789abcdef'])
    expect(stderr).not.toContain('An argument contains')
  })
})

test('a token in a cell of a list ends the command with 2, and is neither printed nor recorded', async () => {
  const workdir = await openTeam()
  workdir.write('people.csv', `username,team\nbob,x\n${token},y\n`)
  for (const command of ['bulk-assign', 'bulk-unassign', 'apply']) {
    const { code, stdout, stderr } = await workdir.inProcess.run([command, 'people.csv', '--debug'])
    expect([command, code]).toEqual([command, 2])
    expect(stderr).toContain('people.csv, line 3: a cell contains a GitLab token.')
    expect(stdout + stderr).not.toContain('AbCdEf')
  }
  expect(workdir.read('store.db')).not.toContain('AbCdEf')
})
