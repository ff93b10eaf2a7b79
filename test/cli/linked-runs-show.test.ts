import { describe, expect, test } from 'vitest'
import { makeCrowd, writeCrowd } from '../support/crowd.ts'
import { openLinkedTeam } from '../support/linked-team.ts'
import type { RunDocument } from '../support/run-document.ts'

test('bulk-assign and runs show do not count a user that GitLab refuses as ineligible among those who need a seat', async () => {
  const team = await openLinkedTeam(makeCrowd(4, 2))
  team.workdir.write('crowd.csv', writeCrowd(4))
  let mutations = 0
  team.proxy.tamper = ({ isMutation }) => {
    if (isMutation && mutations++ === 0) team.changeGitLab("UPDATE users SET state = 'blocked' WHERE id = 1")
    return 'pass'
  }
  const { code, stdout } = await team.inProcess.run(['bulk-assign', 'crowd.csv'])
  const told =
    '4 rows: 2 assigned, 1 invalid_user_membership, 1 no_seats_available.\n' +
    'Seats free: 2 before, 0 after.\n' +
    '3 users needed a seat, 2 were free. 1 without a seat: @user004 (line 5).\n'
  expect([code, stdout]).toEqual([3, expect.stringContaining(told)])
  expect((await team.inProcess.run(['runs', 'show', '1'])).stdout).toContain(told)
})

describe('runs show of a linked run', () => {
  test('runs show counts a pending seat of an earlier run once, before and after the push', async () => {
    const team = await openLinkedTeam()
    const show = () => team.inProcess.runForJson(0, ['runs', 'show', '2', '--format', 'json'])
    await team.inProcess.runForJson(0, ['assign', 'bob', '--no-push'])
    const { summary } = await team.inProcess.runForJson(0, ['assign', 'bob', 'carol', '--no-push'])
    expect(summary).toMatchObject({ needed: 1, free_before: 2, free_after: 1 })
    expect((await show()).summary).toEqual(summary)
    await team.inProcess.runForJson(0, ['sync'])
    expect((await show()).summary).toMatchObject({ needed: 1, free_before: 2, free_after: 1 })
  })

  test('runs show prints the GitLab user of the token, and no user for a run that did not ask GitLab', async () => {
    const team = await openLinkedTeam()
    await team.inProcess.runForJson(0, ['assign', 'bob'])
    await team.inProcess.runForJson(0, ['assign', 'carol', '--no-push'])
    const { runs } = await team.inProcess.runForJson<{ runs: object[] }>(0, ['runs'])
    expect(runs).toMatchObject([
      { id: 2, gitlab_user_id: null, gitlab_username: null },
      { id: 1, gitlab_user_id: 1, gitlab_username: 'root' },
    ])
    const shown = await team.inProcess.runExpecting(0, ['runs', 'show', '1'])
    expect(shown).toContain('\nGitLab:    @root, user 1, by the token\n')
    expect(await team.inProcess.runExpecting(0, ['runs', 'show', '2'])).not.toContain('GitLab: ')
  })

  test('runs show prints the shortage of a run that --on-shortage fail stopped', async () => {
    const team = await openLinkedTeam(makeCrowd(150))
    team.workdir.write('crowd.csv', writeCrowd(150))
    let mutations = 0
    team.proxy.tamper = ({ isMutation }) => {
      if (isMutation && mutations++ === 0) team.changeGitLab('UPDATE add_on_purchases SET quantity = 120')
      return 'pass'
    }
    const { summary } = await team.inProcess.runForJson(3, [
      'bulk-assign',
      'crowd.csv',
      '--on-shortage',
      'fail',
    ])
    expect(summary).toMatchObject({ outcomes: { not_attempted: 50 }, short: 50 })
    const shown = await team.inProcess.runForJson<RunDocument>(0, ['runs', 'show', '1', '--format', 'json'])
    expect(shown.summary).toEqual(summary)
  })
})
