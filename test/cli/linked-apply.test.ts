import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { listCrowd, makeHolders, nameOf, writeCrowd } from '../support/crowd.ts'
import { containsUser, type LinkedTeam, openLinkedTeam } from '../support/linked-team.ts'
import { makeSeat } from '../support/make-snapshot.ts'
import { condense } from '../support/run-document.ts'
import { refuseWith } from '../support/tampering-proxy.ts'
import { collect } from '../support/workdir.ts'

/** Ada, Bob, Carol and Eve hold all four seats. */
const full = { seats: [1, 2, 3, 5].map((id) => makeSeat(id)) }

describe('a linked apply', () => {
  /** Writes a list of the users from `first` to `last`, and returns the command that applies it. */
  function apply(team: LinkedTeam, last: number, first: number, ...args: string[]): string[] {
    team.workdir.write('list.csv', writeCrowd(last, first))
    return ['apply', 'list.csv', '--yes', '--max-removals', '100%', ...args]
  }

  test('apply pushes removals before assignments where every seat is held', async () => {
    const team = await openLinkedTeam(makeHolders(250, 500, 250))
    const document = await team.inProcess.runForJson(0, apply(team, 400, 151))
    expect(document.summary).toMatchObject({
      outcomes: { unassigned: 150, assigned: 150, already_assigned: 100 },
      free_before: 0,
      free_after: 0,
      short: 0,
    })
    expect(team.listCalls()).toEqual(['TakeSeats 100', 'TakeSeats 50', 'GiveSeats 100', 'GiveSeats 50'])
    expect(team.listGitLabHolders()).toEqual(listCrowd(400, 151))
    expect(team.listOwnHolders()).toEqual(listCrowd(400, 151))
    await team.inProcess.runForJson(0, apply(team, 400, 151))
    expect(team.listCalls()).toHaveLength(4)
  })

  test('apply --dry-run sends no mutation', async () => {
    const team = await openLinkedTeam(makeHolders(10, 20, 10))
    const before = team.readOwnStore()
    const document = await team.inProcess.runForJson(0, apply(team, 20, 11, '--dry-run'))
    expect(document.summary.outcomes).toEqual({ assigned: 10, unassigned: 10 })
    expect(team.listCalls()).toEqual([])
    expect(team.readOwnStore()).toEqual(before)
  })

  test('apply beyond --max-removals reports no shortage for the removals that it did not attempt', async () => {
    const team = await openLinkedTeam(makeHolders(10, 20, 10))
    const command = apply(team, 12, 3, '--max-removals', '1')
    const { summary } = await team.inProcess.runForJson(5, command)
    expect(summary).toMatchObject({ outcomes: { not_attempted: 4 }, needed: 2, removals: 2, short: 0 })
    expect((await team.inProcess.run(command)).stdout).not.toContain('without')
    expect(team.listCalls()).toEqual([])
  })

  test('apply assigns the free seats in the order of the list when GitLab refuses a removal', async () => {
    const team = await openLinkedTeam(makeHolders(200, 400, 200), { version: '17.4' })
    let isFirst = true
    team.proxy.tamper = async (passing) => {
      const { operation } = passing
      if (operation.startsWith('Take') && containsUser(passing, 1)) return refuseWith('SOMETHING_NEW')
      // The first users of the list reach GitLab last.
      if (operation.startsWith('Give') && isFirst) {
        isFirst = false
        while (team.listGitLabHolders().length < 101) await wait(5)
      }
      return 'pass'
    }
    const document = await team.inProcess.runForJson(3, apply(team, 400, 201))
    expect(document.summary).toMatchObject({
      outcomes: { unassigned: 199, assigned: 199, no_seats_available: 1, refused_by_gitlab: 1 },
      free_after: 0,
      short: 1,
    })
    const intended = [nameOf(1), ...listCrowd(399, 201)]
    expect(team.listGitLabHolders()).toEqual(intended)
    expect(team.listOwnHolders()).toEqual(intended)
  })

  test('apply --on-shortage fail assigns no seat when GitLab refuses a removal', async () => {
    const team = await openLinkedTeam(makeHolders(4, 8, 4))
    team.proxy.tamper = (passing) =>
      passing.operation.startsWith('Take') && containsUser(passing, 1) ? refuseWith('SOMETHING_NEW') : 'pass'
    const document = await team.inProcess.runForJson(3, apply(team, 8, 5, '--on-shortage', 'fail'))
    expect(document.summary).toMatchObject({
      outcomes: { unassigned: 3, refused_by_gitlab: 1, not_attempted: 4 },
      free_after: 3,
    })
    expect([team.listGitLabHolders(), team.listOwnHolders()]).toEqual([[nameOf(1)], [nameOf(1)]])
  })

  test('sync finishes an apply that was killed between its removals and its assignments', async () => {
    const team = await openLinkedTeam(makeHolders(150, 300, 150))
    const child = team.start(apply(team, 300, 151))
    team.proxy.tamper = ({ operation }) => {
      if (operation === 'GiveSeats') child.kill('SIGKILL')
      return operation === 'GiveSeats' ? 'drop' : 'pass'
    }
    await collect(child)
    expect(team.countResults()).toEqual({ 'unassigned confirmed': 150, 'pending pending': 150 })
    expect(team.listGitLabHolders()).toEqual([])
    team.proxy.tamper = () => 'pass'
    await team.inProcess.runForJson(0, ['sync'])
    expect(team.listGitLabHolders()).toEqual(listCrowd(300, 151))
    expect(team.listOwnHolders()).toEqual(listCrowd(300, 151))
    expect(team.countResults()).toEqual({ 'unassigned confirmed': 150, 'assigned confirmed': 150 })
  })

  test('apply assigns no seat while its removals are not confirmed', async () => {
    const team = await openLinkedTeam(makeHolders(4, 8, 4))
    team.proxy.tamper = ({ operation }) =>
      operation === 'TakeSeats' ? { status: 401, body: '{"errors":[{"message":"Invalid token"}]}' } : 'pass'
    const { code, stderr } = await team.inProcess.run(apply(team, 8, 5))
    expect(code).toBe(4)
    expect(stderr).toContain('Not confirmed by GitLab: 8 changes are pending.')
    expect(team.countResults()).toEqual({ 'pending_removal pending': 4, 'pending pending': 4 })
    expect(team.listCalls()).toEqual(['TakeSeats 4'])
  })

  test('apply makes the holders in GitLab equal to the list when the store is out of date', async () => {
    const team = await openLinkedTeam(full)
    team.workdir.write('team.csv', 'username\nada\nbob\ncarol\nfrank\n')
    team.moveSeatInGitLab(1, 7)
    const document = await team.runForJson(0, ['apply', 'team.csv', '--yes', '--max-removals', '2'])
    expect(condense(document)).toEqual([
      ['eve', 'unassigned', 'confirmed'],
      ['twin-one', 'unassigned', 'confirmed'],
      ['ada', 'assigned', 'confirmed'],
      ['bob', 'already_assigned', null],
      ['carol', 'already_assigned', null],
      ['frank', 'assigned', 'confirmed'],
    ])
    expect(team.listGitLabHolders()).toEqual(['ada', 'Bob', 'carol', 'frank'])
  })
})
