import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { listCrowd, makeHolders, nameOf, writeCrowd } from '../support/crowd.ts'
import { containsUser, openLinkedTeam } from '../support/linked-team.ts'
import { makeSeat } from '../support/make-snapshot.ts'
import { condense } from '../support/run-document.ts'
import { answerError, refuseWith } from '../support/tampering-proxy.ts'
import { collect } from '../support/workdir.ts'

/** Ada, Bob and Carol hold three of four seats. */
const threeHolders = { seats: [1, 2, 3].map((id) => makeSeat(id)) }

function unassignAll(holders: number): string[] {
  return ['unassign', '--yes', ...listCrowd(holders)]
}

describe('a linked unassign', () => {
  test('unassign removes the seat in GitLab and in the store', async () => {
    const team = await openLinkedTeam()
    const document = await team.runForJson(0, ['unassign', '--yes', 'ada', 'bob'])
    expect(condense(document)).toEqual([
      ['ada', 'unassigned', 'confirmed'],
      ['bob', 'not_assigned', null],
    ])
    expect(document.summary).toMatchObject({ free_before: 3, free_after: 4 })
    expect(team.listCalls()).toEqual(['TakeSeat 1'])
    expect([team.listGitLabHolders(), team.listOwnHolders()]).toEqual([[], []])
  })

  test('unassign --dry-run changes neither GitLab nor the store', async () => {
    const team = await openLinkedTeam()
    const before = team.readOwnStore()
    const document = await team.inProcess.runForJson(0, ['unassign', 'ada', '--dry-run'])
    expect(condense(document)).toEqual([['ada', 'unassigned', null]])
    expect(team.readOwnStore()).toEqual(before)
    expect(team.listCalls()).toEqual([])
    expect(team.listGitLabHolders()).toEqual(['ada'])
  })

  test('unassign finds that a user lost the seat in GitLab since the last sync', async () => {
    const team = await openLinkedTeam()
    team.changeGitLab('DELETE FROM seats')
    expect(condense(await team.inProcess.runForJson(0, ['unassign', 'ada']))).toEqual([
      ['ada', 'not_assigned', null],
    ])
    expect(team.listCalls()).toEqual([])
  })

  test('unassign removes a seat that GitLab assigned since the last sync', async () => {
    const team = await openLinkedTeam()
    team.changeGitLab('INSERT INTO seats (add_on_purchase_id, user_id) VALUES (1, 2)')
    expect(condense(await team.inProcess.runForJson(0, ['unassign', 'bob']))).toEqual([
      ['bob', 'unassigned', 'confirmed'],
    ])
    expect(team.listGitLabHolders()).toEqual(['ada'])
  })

  test('unassign removes the seat of a user who is not eligible any more', async () => {
    const team = await openLinkedTeam()
    team.changeGitLab("UPDATE users SET state = 'blocked' WHERE username = 'ada'")
    const { results } = await team.inProcess.runForJson(0, ['unassign', 'ada'])
    expect(results.map(({ outcome, reason, pushed }) => [outcome, reason, pushed])).toEqual([
      ['unassigned', 'blocked', 'confirmed'],
    ])
    expect(team.listGitLabHolders()).toEqual([])
  })

  test.each([
    ['one user', ['ada'], 'TakeSeat 1'],
    ['several users', ['ada', 'bob'], 'TakeSeats 2'],
  ])('unassign confirms the removal where GitLab finds no seat of %s', async (_, inputs, call) => {
    const team = await openLinkedTeam(threeHolders)
    team.proxy.tamper = ({ isMutation }) => {
      if (isMutation) team.changeGitLab('DELETE FROM seats WHERE user_id < 3')
      return 'pass'
    }
    const document = await team.inProcess.runForJson(0, ['unassign', '--yes', ...inputs])
    expect(condense(document)).toEqual(inputs.map((input) => [input, 'unassigned', 'confirmed']))
    expect(team.listCalls()).toEqual([call])
  })

  test.each([
    ['one user', ['ada'], ['Bob', 'carol']],
    ['one user of several', ['ada', 'bob'], ['carol']],
  ])('unassign confirms the removal where %s is gone from GitLab', async (_, inputs, holders) => {
    const team = await openLinkedTeam(threeHolders)
    team.proxy.tamper = ({ isMutation }) => {
      if (isMutation)
        team.changeGitLab(`
          UPDATE users SET gone_at = taken FROM (SELECT taken_at AS taken FROM subscription) WHERE id = 1;
          DELETE FROM seats WHERE user_id = 1
        `)
      return 'pass'
    }
    const document = await team.inProcess.runForJson(0, ['unassign', '--yes', ...inputs])
    expect(condense(document)).toEqual(inputs.map((input) => [input, 'unassigned', 'confirmed']))
    expect([team.listGitLabHolders(), team.listOwnHolders()]).toEqual([holders, holders])
  })

  test('unassign is refused by a GitLab that cannot remove seats over its API', async () => {
    const team = await openLinkedTeam({}, { version: '16.7' })
    const before = team.readOwnStore()
    const { code, stdout, stderr } = await team.inProcess.run(['unassign', 'ada'])
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(
      /^error: GitLab 16\.7\S* cannot change seats over its API\. Nothing was written\.\n/,
    )
    expect(team.readOwnStore()).toEqual(before)
  })
})

describe('the push of removals', () => {
  test('a push of removals sends a hundred users a call, and no user again', async () => {
    const team = await openLinkedTeam(makeHolders(250))
    team.workdir.write('crowd.csv', writeCrowd(250))
    const document = await team.runForJson(0, ['bulk-unassign', 'crowd.csv', '--yes'])
    expect(new Set(document.results.map(({ outcome, pushed }) => `${outcome} ${pushed}`))).toEqual(
      new Set(['unassigned confirmed']),
    )
    expect(team.listCalls()).toEqual(['TakeSeats 100', 'TakeSeats 100', 'TakeSeats 50'])
    expect([team.listGitLabHolders(), team.listOwnHolders()]).toEqual([[], []])
    await team.inProcess.runForJson(0, ['bulk-unassign', 'crowd.csv', '--yes'])
    expect(team.listMutations()).toEqual([100, 100, 50])
  })

  test.each([
    ['17.4', ['TakeSeats 50', 'TakeSeats 10']],
    ['17.2', Array(60).fill('TakeSeat 1')],
  ])('a push of removals sends as many users a call as GitLab %s accepts', async (version, calls) => {
    const team = await openLinkedTeam(makeHolders(60), { version })
    await team.inProcess.runForJson(0, unassignAll(60))
    expect(team.listCalls()).toEqual(calls)
    expect(team.listGitLabHolders()).toEqual([])
  })

  test('a push of removals sends shorter calls after GitLab rejects one as too long', async () => {
    const team = await openLinkedTeam(makeHolders(120))
    const limit = 'The number of users to be unassigned in a single API call should be less than 50.'
    team.proxy.tamper = ({ variables: { userIds } }) =>
      Array.isArray(userIds) && userIds.length > 50 ? answerError(limit) : 'pass'
    await team.inProcess.runForJson(0, unassignAll(120))
    expect(team.listMutations()).toEqual([100, 50, 50, 20])
    expect(team.listGitLabHolders()).toEqual([])
  })

  test.each([
    'drop',
    'drop-after',
    { status: 502, body: '<html></html>' },
    { status: 504, body: '<html></html>' },
  ] as const)('a push of removals repeats a call without an answer: %o', async (loss) => {
    const team = await openLinkedTeam(makeHolders(150))
    let calls = 0
    team.proxy.tamper = ({ isMutation }) => (isMutation && calls++ === 0 ? loss : 'pass')
    await team.inProcess.runForJson(0, unassignAll(150))
    expect(team.listCalls()).toEqual(['TakeSeats 100', 'TakeSeats 50', 'TakeSeats 100'])
    expect([team.listGitLabHolders(), team.listOwnHolders()]).toEqual([[], []])
  })

  test('a push of removals narrows an unknown refusal down to its user, who keeps the seat', async () => {
    const team = await openLinkedTeam(makeHolders(100))
    team.proxy.tamper = (passing) =>
      passing.isMutation && containsUser(passing, 37) ? refuseWith('SOMETHING_NEW') : 'pass'
    const document = await team.inProcess.runForJson(3, unassignAll(100))
    expect(document.summary).toMatchObject({
      outcomes: { unassigned: 99, refused_by_gitlab: 1 },
      free_before: 0,
      free_after: 99,
    })
    expect(condense(document)[36]).toEqual([nameOf(37), 'refused_by_gitlab', 'refused'])
    expect([team.listGitLabHolders(), team.listOwnHolders()]).toEqual([[nameOf(37)], [nameOf(37)]])
    expect(team.listMutations().length).toBeLessThanOrEqual(16)
  })

  test.each([
    ['SEAT_ASSIGNMENT_NOT_SUPPORTED', 'seat_assignment_not_supported'],
    ['INCOMPATIBLE_ADD_ON', 'incompatible_add_on'],
    ['INVALID_USER_MEMBERSHIP', 'refused_by_gitlab'],
    ['NO_SEATS_AVAILABLE', 'refused_by_gitlab'],
  ])('a removal that GitLab refuses with %s gets the right outcome', async (code, outcome) => {
    const team = await openLinkedTeam()
    team.proxy.tamper = ({ isMutation }) => (isMutation ? refuseWith(code) : 'pass')
    expect(condense(await team.inProcess.runForJson(3, ['unassign', 'ada']))).toEqual([
      ['ada', outcome, 'refused'],
    ])
    expect([team.listGitLabHolders(), team.listOwnHolders()]).toEqual([['ada'], ['ada']])
  })

  test.each([401, 403])(
    'a push of removals that meets a %i leaves the rest pending, and sync completes the run',
    async (status) => {
      const team = await openLinkedTeam(makeHolders(150))
      team.proxy.tamper = ({ isMutation, variables: { userIds } }) =>
        isMutation && Array.isArray(userIds) && userIds.length < 100
          ? { status, body: '{"errors":[{"message":"Invalid token"}]}' }
          : 'pass'
      const { code, stderr } = await team.inProcess.run(unassignAll(150))
      expect(code).toBe(4)
      expect(stderr).toContain('Not confirmed by GitLab: 50 changes are pending.')
      expect(team.countResults()).toEqual({ 'unassigned confirmed': 100, 'pending_removal pending': 50 })
      expect([team.listGitLabHolders().length, team.listOwnHolders().length]).toEqual([50, 50])
      team.proxy.tamper = () => 'pass'
      const { pushed } = await team.inProcess.runForJson<{ pushed: object }>(0, ['sync'])
      expect(pushed).toEqual({ confirmed: 50, refused: 0, pending: 0 })
      expect([team.listGitLabHolders(), team.listOwnHolders()]).toEqual([[], []])
      expect((await team.inProcess.runForJson(0, ['runs', 'show', '1'])).summary).toMatchObject({
        outcomes: { unassigned: 150 },
        free_after: 150,
      })
    },
  )

  test('a push of removals leaves every change pending when GitLab goes out of reach', async () => {
    const team = await openLinkedTeam()
    let lost = 0
    team.proxy.tamper = ({ isMutation }) => {
      if (!isMutation && lost === 0) return 'pass'
      lost += 1
      // A retry that late is not attempted, so the time limit of the command may be long.
      return lost <= 3 ? 'drop' : { status: 503, headers: { 'retry-after': '100000' } }
    }
    const document = await team.inProcess.runForJson(6, ['unassign', 'ada'])
    expect(condense(document)).toEqual([['ada', 'pending_removal', 'pending']])
  })

  test('a push of removals reports that the purchase expired meanwhile', async () => {
    const team = await openLinkedTeam()
    team.proxy.tamper = ({ isMutation }) => {
      if (isMutation) team.changeGitLab("UPDATE add_on_purchases SET expires_on = '2020-01-01'")
      return 'pass'
    }
    const { code, stderr } = await team.inProcess.run(['unassign', 'ada'])
    expect(code).toBe(4)
    expect(stderr).toContain('GitLab no longer shows the add-on purchase')
    expect(stderr).toContain('or discard the pending changes with "duo-seats unlink --discard-pending"')
    expect(team.readResults()).toEqual([['ada', 'pending_removal', 'pending']])
  })

  test('sync finishes a killed push of removals, and completes the results of its run', async () => {
    const team = await openLinkedTeam(makeHolders(300))
    const child = team.start(unassignAll(300))
    let calls = 0
    team.proxy.tamper = ({ isMutation }) => {
      if (isMutation && calls++ === 1) child.kill('SIGKILL')
      return 'pass'
    }
    await collect(child)
    team.proxy.tamper = () => 'pass'
    const { pushed } = await team.inProcess.runForJson<{ pushed: object }>(0, ['sync'])
    expect(pushed).toMatchObject({ refused: 0, pending: 0 })
    expect([team.listGitLabHolders(), team.listOwnHolders()]).toEqual([[], []])
    expect(team.countResults()).toEqual({ 'unassigned confirmed': 300 })
  })

  test('an interrupted push of removals prints the number of pending changes, and sync pushes them', async () => {
    const team = await openLinkedTeam(makeHolders(300))
    const child = team.start(unassignAll(300))
    const finished = collect(child)
    let calls = 0
    team.proxy.tamper = ({ isMutation }) => {
      if (!isMutation || calls++ === 0) return 'pass'
      // GitLab answers after the end of the process: an earlier answer could outrun the signal.
      if (calls === 2) child.kill('SIGINT')
      return finished.then(() => 'pass' as const)
    }
    const { code, stderr } = await finished
    while (team.proxy.underway > 0) await wait(5)
    team.proxy.tamper = () => 'pass'
    expect(code).toBe(130)
    expect(stderr).toMatch(
      /error: Interrupted while pushing: \d+ of 300 changes confirmed, \d+ stay pending\.\n/,
    )
    await team.inProcess.runForJson(0, ['sync'])
    expect([team.listGitLabHolders(), team.listOwnHolders()]).toEqual([[], []])
    expect(team.countResults()).toEqual({ 'unassigned confirmed': 300 })
  })

  test('two unassign processes on one store push every removal once', async () => {
    const team = await openLinkedTeam(makeHolders(200))
    const finished = await Promise.all([team.run(unassignAll(200)), team.run(unassignAll(200))])
    expect(finished.map(({ code }) => code)).toEqual([0, 0])
    expect(team.listMutations().reduce((sum, size) => sum + size, 0)).toBe(200)
    expect(team.countResults()).toEqual({ 'unassigned confirmed': 200, 'not_assigned null': 200 })
  })

  test('two stores that push the same removals at once both end with 0', async () => {
    const team = await openLinkedTeam(makeHolders(200))
    const other = await team.link('second.db')
    const finished = await Promise.all([
      team.run(unassignAll(200)),
      team.run([...unassignAll(200), '--store', other]),
    ])
    expect(finished.map(({ code }) => code)).toEqual([0, 0])
    expect([team.listGitLabHolders(), team.listOwnHolders()]).toEqual([[], []])
  })
})
