import { describe, expect, test } from 'vitest'
import { type LinkedTeam, openLinkedTeam } from '../support/linked-team.ts'
import { makeSeat } from '../support/make-snapshot.ts'
import { showInProcess } from '../support/run-at-terminal.ts'
import { condense } from '../support/run-document.ts'
import { makeTeamSnapshot } from '../support/sample-team.ts'

/** Ada, Bob, Carol and Eve hold all four seats. */
const full = { seats: [1, 2, 3, 5].map((id) => makeSeat(id)) }

describe('a linked undo', () => {
  async function openApplied(): Promise<LinkedTeam> {
    const team = await openLinkedTeam(full)
    team.workdir.write('team.csv', 'username\ncarol\nfrank\ntwin-one\neve\n')
    await team.inProcess.runForJson(0, ['apply', 'team.csv', '--yes', '--max-removals', '2'])
    team.proxy.seen.length = 0
    return team
  }

  test('undo of an apply restores the seats in GitLab and in the store, and can be undone itself', async () => {
    const team = await openApplied()
    expect(condense(await team.runForJson(0, ['undo', '1', '--yes']))).toEqual([
      ['frank', 'unassigned', 'confirmed'],
      ['twin-one', 'unassigned', 'confirmed'],
      ['ada', 'assigned', 'confirmed'],
      ['Bob', 'assigned', 'confirmed'],
    ])
    expect(team.listCalls()).toEqual(['TakeSeats 2', 'GiveSeats 2'])
    expect(team.listGitLabHolders()).toEqual(['ada', 'Bob', 'carol', 'eve'])
    expect(team.listOwnHolders()).toEqual(['ada', 'Bob', 'carol', 'eve'])
    await team.inProcess.runForJson(0, ['undo', '2', '--yes'])
    expect(team.listGitLabHolders()).toEqual(['carol', 'eve', 'frank', 'twin-one'])
    expect(team.listOwnHolders()).toEqual(['carol', 'eve', 'frank', 'twin-one'])
  })

  test('a run whose change an earlier run requested does not end with the command that undoes it', async () => {
    const team = await openLinkedTeam()
    const show = () => showInProcess(team.workdir, ['assign', 'bob', '--no-push'], team.env)
    expect((await show()).stdout).toContain('Run 1; to undo it: duo-seats undo 1')
    expect((await show()).stdout).not.toContain('to undo it')
  })

  test('undo --dry-run sends nothing to GitLab', async () => {
    const team = await openApplied()
    const before = team.readOwnStore()
    await team.inProcess.runForJson(0, ['undo', '1', '--dry-run'])
    expect(team.listMutations()).toEqual([])
    expect(team.readOwnStore()).toEqual(before)
  })

  test('undo skips users whose seat GitLab changed after the run', async () => {
    const team = await openApplied()
    team.moveSeatInGitLab(6, 1)
    const { results } = await team.inProcess.runForJson(3, ['undo', '1', '--yes'])
    expect(results.map(({ input, outcome }) => [input, outcome])).toEqual([
      ['twin-one', 'unassigned'],
      ['ada', 'changed_since'],
      ['frank', 'changed_since'],
      ['Bob', 'assigned'],
    ])
    expect(team.listGitLabHolders()).toEqual(['ada', 'Bob', 'carol', 'eve'])
  })

  test('undo prints a reason for every user who cannot have the seat back', async () => {
    const team = await openApplied()
    team.changeGitLab(`
      UPDATE users SET state = 'blocked' WHERE username = 'ada';
      UPDATE users SET gone_at = '2026-03-02' WHERE username = 'Bob';
      DELETE FROM seats WHERE user_id = 6; UPDATE users SET state = 'deactivated' WHERE username = 'frank';
    `)
    for (const option of ['--dry-run', '--yes']) {
      const { results } = await team.inProcess.runForJson(3, ['undo', '1', option])
      expect(results.map(({ input, outcome, message }) => [input, outcome, message])).toEqual([
        ['twin-one', 'unassigned', expect.any(String)],
        ['frank', 'changed_since', 'Not changed: the seat was changed after that run.'],
        ['ada', 'invalid_user_membership', 'The user is blocked.'],
        ['Bob', 'user_not_found', 'GitLab no longer lists the user.'],
      ])
    }
    expect(team.listGitLabHolders()).toEqual(['carol', 'eve'])
  })

  test('undo on GitLab.com reports that a user who left the group is not a member', async () => {
    const { subscription } = makeTeamSnapshot()
    const ofGroup = { ...subscription, offering: 'gitlab.com', url: 'https://gitlab.com', group: 'acme' }
    const team = await openLinkedTeam({ subscription: ofGroup })
    await team.inProcess.runForJson(0, ['unassign', 'ada'])
    team.changeGitLab("UPDATE users SET member = 0 WHERE username = 'ada'")
    const { results } = await team.inProcess.runForJson(3, ['undo', '1', '--yes'])
    expect(results.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['invalid_user_membership', 'not_a_member'],
    ])
  })

  test('undo --no-push makes its changes pending until sync pushes them', async () => {
    const team = await openApplied()
    const document = await team.runWithoutPush('undo', '1', '--yes')
    expect(document.summary.outcomes).toEqual({ pending: 2, pending_removal: 2 })
    expect(team.listMutations()).toEqual([])
    await team.inProcess.runForJson(0, ['sync'])
    expect(team.listGitLabHolders()).toEqual(['ada', 'Bob', 'carol', 'eve'])
    expect(team.listOwnHolders()).toEqual(['ada', 'Bob', 'carol', 'eve'])
  })

  test('undo discards the pending changes of its run', async () => {
    const team = await openLinkedTeam(full)
    team.workdir.write('team.csv', 'username\ncarol\nfrank\ntwin-one\neve\n')
    await team.runWithoutPush('apply', 'team.csv', '--yes', '--max-removals', '2')
    await team.runWithoutPush('undo', '1', '--yes')
    await team.inProcess.runForJson(0, ['sync'])
    expect(team.listGitLabHolders()).toEqual(['ada', 'Bob', 'carol', 'eve'])
    expect(team.listOwnHolders()).toEqual(['ada', 'Bob', 'carol', 'eve'])
    expect(team.readResults().map(([input, outcome]) => [input, outcome])).toEqual([
      ['ada', 'not_attempted'],
      ['Bob', 'not_attempted'],
      ['carol', 'already_assigned'],
      ['frank', 'not_attempted'],
      ['twin-one', 'not_attempted'],
      ['eve', 'already_assigned'],
      ['frank', 'unassigned'],
      ['twin-one', 'unassigned'],
      ['ada', 'assigned'],
      ['Bob', 'assigned'],
    ])
  })
})
