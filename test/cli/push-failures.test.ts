import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { makeCrowd, writeCrowd } from '../support/crowd.ts'
import { openLinkedTeam } from '../support/linked-team.ts'
import type { RunDocument } from '../support/run-document.ts'
import { refuseWith, type Tampering } from '../support/tampering-proxy.ts'
import { collect } from '../support/workdir.ts'

/** `[input, outcome, reason, pushed]` of each result. */
function condense({ results }: RunDocument): unknown[] {
  return results.map(({ input, outcome, reason, pushed }) => [input, outcome, reason, pushed])
}

describe('a push of assignments that fails', () => {
  test('a push stops when the store cannot record an answer, and sync continues once the store is repaired', async () => {
    const team = await openLinkedTeam(makeCrowd(1_200))
    team.workdir.write('crowd.csv', writeCrowd(1_200))
    team.changeOwnStore(`
      CREATE TRIGGER broken BEFORE UPDATE ON results WHEN new.pushed = 'confirmed'
      BEGIN SELECT RAISE(ABORT, 'broken on purpose'); END
    `)
    const { code, stderr } = await team.inProcess.run(['bulk-assign', 'crowd.csv'])
    expect([code, stderr]).toEqual([1, expect.stringContaining('broken on purpose')])
    // Four calls are in flight, and each lane may have begun another one.
    expect(team.listMutations().length).toBeLessThanOrEqual(8)
    team.changeOwnStore('DROP TRIGGER broken')
    await team.inProcess.runForJson(0, ['sync'])
    expect(team.listGitLabHolders()).toHaveLength(1_200)
  })

  test('a push writes the outcome of a refused user and removes the pending seat in one transaction', async () => {
    const team = await openLinkedTeam()
    team.changeOwnStore(
      "CREATE TRIGGER break_results BEFORE UPDATE ON results WHEN NEW.pushed = 'refused' BEGIN SELECT RAISE(ABORT, 'broken'); END",
    )
    team.proxy.tamper = ({ isMutation }) => {
      if (isMutation) team.changeGitLab("UPDATE users SET state = 'blocked' WHERE id = 2")
      return 'pass'
    }
    expect((await team.inProcess.run(['assign', 'bob'])).code).toBe(1)
    expect(team.listOwnHolders()).toEqual(['ada', 'Bob'])
    expect(team.readResults()).toEqual([['bob', 'pending', 'pending']])
    team.changeOwnStore('DROP TRIGGER break_results')
    await team.inProcess.runForJson(3, ['sync'])
    expect(team.listOwnHolders()).toEqual(['ada'])
    expect(team.readResults()).toEqual([['bob', 'invalid_user_membership', 'refused']])
  })

  test('sync --quiet reports as an error that GitLab refused a pending change', async () => {
    const team = await openLinkedTeam()
    await team.inProcess.runForJson(0, ['assign', 'bob', '--no-push'])
    team.changeGitLab("UPDATE users SET state = 'blocked' WHERE id = 2")
    expect(await team.inProcess.run(['sync', '--quiet'])).toEqual({
      code: 3,
      stdout: '',
      stderr: 'error: GitLab refused 1 pending change.\nhint: To see them: duo-seats runs\n',
    })
  })

  test('a push reads from GitLab the seats of a call whose answer was lost', async () => {
    const team = await openLinkedTeam(makeCrowd(150))
    team.workdir.write('crowd.csv', writeCrowd(150))
    let calls = 0
    team.proxy.tamper = ({ isMutation }) => (isMutation && calls++ === 0 ? 'drop-after' : 'pass')
    await team.inProcess.runForJson(0, ['bulk-assign', 'crowd.csv'])
    expect(team.listMutations().toSorted((a, b) => a - b)).toEqual([50, 100])
    expect(team.listGitLabHolders()).toHaveLength(150)
  })

  test('a push repeats a call that was lost on its way to GitLab', async () => {
    const team = await openLinkedTeam(makeCrowd(150))
    team.workdir.write('crowd.csv', writeCrowd(150))
    let calls = 0
    team.proxy.tamper = ({ isMutation }) => (isMutation && calls++ === 0 ? 'drop' : 'pass')
    await team.inProcess.runForJson(0, ['bulk-assign', 'crowd.csv'])
    expect(team.listMutations()).toHaveLength(3)
    expect(team.listGitLabHolders()).toHaveLength(150)
  })

  test.each([
    ['a revoked token', 401, 4],
    ['a token without the right', 403, 4],
  ])('a push that meets %s leaves its changes pending, and sync completes them', async (_, status, code) => {
    const team = await openLinkedTeam()
    team.proxy.tamper = ({ isMutation }) =>
      isMutation ? { status, body: '{"errors":[{"message":"Invalid token"}]}' } : 'pass'
    const document = await team.inProcess.runForJson(code, ['assign', 'bob', 'carol'])
    expect(condense(document)).toEqual([
      ['bob', 'pending', null, 'pending'],
      ['carol', 'pending', null, 'pending'],
    ])
    expect(team.listGitLabHolders()).toEqual(['ada'])
    team.proxy.tamper = () => 'pass'
    await team.inProcess.runForJson(0, ['sync'])
    expect(team.listGitLabHolders()).toEqual(['ada', 'Bob', 'carol'])
    expect(team.readResults()).toEqual([
      ['bob', 'assigned', 'confirmed'],
      ['carol', 'assigned', 'confirmed'],
    ])
  })

  test.each(['assign', 'unassign'])('%s waits until a GitLab that restarts is back', async (command) => {
    const team = await openLinkedTeam()
    let down = 0
    let mutations = 0
    team.proxy.tamper = ({ isMutation }) => {
      if (isMutation && mutations++ === 0) down = 6
      return down-- > 0 ? { status: 502, body: '<html></html>' } : 'pass'
    }
    const user = command === 'assign' ? 'bob' : 'ada'
    const { results } = await team.inProcess.runForJson(0, [command, user])
    expect(results.map(({ outcome, pushed }) => [outcome, pushed])).toEqual([[`${command}ed`, 'confirmed']])
  })

  test('a push leaves every change pending when GitLab goes out of reach', async () => {
    const team = await openLinkedTeam()
    let lost = 0
    team.proxy.tamper = ({ isMutation }) => {
      if (!isMutation && lost === 0) return 'pass'
      lost += 1
      // A retry that late is not attempted, so the time limit of the command may be long.
      return lost <= 3 ? 'drop' : { status: 503, headers: { 'retry-after': '100000' } }
    }
    const document = await team.inProcess.runForJson(6, ['assign', 'bob'])
    expect(condense(document)).toEqual([['bob', 'pending', null, 'pending']])
  })

  test.each<[string, Tampering, string]>([
    [
      'GitLab shows free seats and assigns none',
      refuseWith('NOT_ENOUGH_SEATS'),
      'The last time it answered with "NOT_ENOUGH_SEATS".',
    ],
    [
      'a gateway answers with a long page',
      { status: 200, body: `Sign in. ${'x'.repeat(400)}` },
      `The last time it answered with "Sign in. ${'x'.repeat(291)}…", not with GraphQL (200).`,
    ],
    ['GitLab hangs up', 'drop', 'The last time it did not answer (connection reset (ECONNRESET)).'],
  ])('a push gives up after 5 rounds and prints the last answer when %s', async (_, answer, words) => {
    const team = await openLinkedTeam()
    team.proxy.tamper = ({ isMutation }) => (isMutation ? answer : 'pass')
    const { code, stderr } = await team.inProcess.run(['assign', 'bob'])
    expect(code).toBe(6)
    expect(stderr).toContain(
      `error: GitLab completed no change in 5 attempts. ${words} Not confirmed by GitLab: 1 change is pending.\n`,
    )
  })

  test('a push gives up after 5 rounds and prints the last answer although no time is left to wait', async () => {
    const team = await openLinkedTeam()
    const draw = vi.spyOn(Math, 'random').mockReturnValue(0)
    onTestFinished(() => draw.mockRestore())
    let mutations = 0
    team.proxy.tamper = ({ isMutation }) => {
      if (!isMutation) return 'pass'
      mutations += 1
      // From now on a wait would outlast the time limit.
      if (mutations === 5) draw.mockReturnValue(1)
      return refuseWith('NOT_ENOUGH_SEATS')
    }
    const env = { DUO_SEATS_RETRY_BASE_MS: '1000000' }
    const { code, stderr } = await team.inProcess.run(['assign', 'bob', '--timeout', '9s'], { env })
    expect(code).toBe(6)
    expect(stderr).toContain(
      'error: GitLab completed no change in 5 attempts. The last time it answered with "NOT_ENOUGH_SEATS".',
    )
  })

  test('a push reports that the purchase expired meanwhile', async () => {
    const team = await openLinkedTeam()
    team.proxy.tamper = ({ isMutation }) => {
      if (isMutation) team.changeGitLab("UPDATE add_on_purchases SET expires_on = '2020-01-01'")
      return 'pass'
    }
    const finished = await team.inProcess.run(['assign', 'bob'])
    expect(finished.code).toBe(4)
    expect(finished.stderr).toContain('GitLab no longer shows the add-on purchase')
  })

  test('sync finishes a killed push, and completes the results of its run', async () => {
    const team = await openLinkedTeam(makeCrowd(300))
    team.workdir.write('crowd.csv', writeCrowd(300))
    const child = team.start(['bulk-assign', 'crowd.csv'])
    let calls = 0
    team.proxy.tamper = ({ isMutation }) => {
      if (isMutation && calls++ === 1) child.kill('SIGKILL')
      return 'pass'
    }
    await new Promise((resolve) => child.on('close', resolve))
    team.proxy.tamper = () => 'pass'
    const { pushed } = await team.inProcess.runForJson<{ pushed: object }>(0, ['sync'])
    expect(pushed).toMatchObject({ refused: 0, pending: 0 })
    expect(team.listGitLabHolders()).toHaveLength(300)
    expect(new Set(team.readResults().map(([, outcome, state]) => `${outcome} ${state}`))).toEqual(
      new Set(['assigned confirmed']),
    )
  })

  test('an interrupted push prints the number of pending changes, and sync pushes them', async () => {
    const team = await openLinkedTeam(makeCrowd(300))
    team.workdir.write('crowd.csv', writeCrowd(300))
    const child = team.start(['bulk-assign', 'crowd.csv'])
    const finished = collect(child)
    let calls = 0
    // Only the first call is answered before the signal arrives.
    team.proxy.tamper = async ({ isMutation }): Promise<Tampering> => {
      if (!isMutation || ++calls === 1) return 'pass'
      if (calls === 2) child.kill('SIGINT')
      await finished
      return 'drop'
    }
    const { code, stderr } = await finished
    team.proxy.tamper = () => 'pass'
    expect(code).toBe(130)
    expect(stderr).toMatch(
      /error: Interrupted while pushing: \d+ of 300 changes confirmed, \d+ stay pending\.\n/,
    )
    await team.inProcess.runForJson(0, ['sync'])
    expect(team.listGitLabHolders()).toHaveLength(300)
    expect(team.listOwnHolders()).toHaveLength(300)
  })
})
