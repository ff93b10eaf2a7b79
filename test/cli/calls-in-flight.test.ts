import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { type LinkedTeam, openLinkedTeam, patience } from '../support/linked-team.ts'
import type { Tampering } from '../support/tampering-proxy.ts'
import { collect, waitForWords } from '../support/workdir.ts'

const note =
  /^\d changes? (has|have) no answer, and GitLab may still work on (it|them)\. Waiting for up to \d+ s until it shows (it|them)\.$/m

/** Global ids in all calls that assign seats: GitLab notifies a user for each one. */
function listGiven({ proxy }: LinkedTeam): unknown[] {
  return proxy.seen
    .filter(({ operation }) => /^GiveSeats?$/.test(operation))
    .flatMap(({ variables }) => variables['userIds'] ?? variables['userId'])
}

/** GitLab works until it was asked several times whether it is done, however fast the machine is. */
async function workOn({ proxy }: LinkedTeam): Promise<void> {
  const questions = proxy.seen.length + 6
  while (proxy.seen.length < questions) await delay(10)
}

/** GitLab takes some time for its first mutation. @returns resolves when the mutation has come */
function slowDown(team: LinkedTeam): Promise<void> {
  return new Promise((resolve) => {
    let mutations = 0
    team.proxy.tamper = async ({ isMutation }): Promise<Tampering> => {
      if (!isMutation || mutations++ > 0) return 'pass'
      resolve()
      await workOn(team)
      return 'pass'
    }
  })
}

/** Kills a command while GitLab works on its first mutation. */
async function killInFlight(team: LinkedTeam, args: readonly string[]): Promise<void> {
  const came = slowDown(team)
  const child = team.start(args)
  const finished = collect(child)
  await came
  child.kill('SIGKILL')
  await finished
}

async function waitForGitLab({ proxy }: LinkedTeam): Promise<void> {
  while (proxy.underway > 0) await delay(10)
}

describe('a call that GitLab works on', () => {
  test('sync after a kill waits until GitLab shows the seats, and sends no call again', async () => {
    const team = await openLinkedTeam()
    await killInFlight(team, ['assign', 'bob', 'carol'])
    const { code, stderr } = await team.inProcess.run(['sync'], { env: patience })
    expect(code).toBe(0)
    expect(stderr).toMatch(note)
    expect(listGiven(team)).toHaveLength(2)
    expect(team.listGitLabHolders()).toEqual(['ada', 'Bob', 'carol'])
    expect(team.countResults()).toEqual({ 'assigned confirmed': 2 })
  })

  test('another run after a kill waits until GitLab shows the seats, and sends no call again', async () => {
    const team = await openLinkedTeam()
    await killInFlight(team, ['assign', 'bob'])
    await team.inProcess.runForJson(0, ['assign', 'bob', 'carol'], { env: patience })
    expect(listGiven(team)).toEqual(['gid://gitlab/User/2', 'gid://gitlab/User/3'])
  })

  test('assign waits until GitLab shows the seats after a gateway has answered with 504, and sends no call again', async () => {
    const team = await openLinkedTeam()
    let mutations = 0
    team.proxy.tamper = ({ isMutation }) => {
      if (!isMutation || mutations++ > 0) return 'pass'
      void workOn(team).then(() =>
        team.changeGitLab('INSERT INTO seats (add_on_purchase_id, user_id) VALUES (1, 2), (1, 3)'),
      )
      return { status: 504 }
    }
    const { code, stderr } = await team.inProcess.run(['assign', 'bob', 'carol'], { env: patience })
    expect(code).toBe(0)
    expect(stderr).toMatch(note)
    expect(listGiven(team)).toHaveLength(2)
    expect(team.countResults()).toEqual({ 'assigned confirmed': 2 })
  })

  test.each([1, 2, 3, 4])(
    'assign sends no call again to a GitLab that finishes late, with seed %i',
    async (seed) => {
      const team = await openLinkedTeam({}, { faults: 'late:0.5', seed })
      await team.inProcess.runForJson(0, ['assign', 'bob', 'carol'], { env: patience })
      expect(listGiven(team)).toHaveLength(2)
      expect(team.listGitLabHolders()).toEqual(['ada', 'Bob', 'carol'])
    },
  )

  test('a call that did not reach GitLab is sent again once GitLab must be done', async () => {
    const team = await openLinkedTeam()
    let mutations = 0
    team.proxy.tamper = ({ isMutation }) => (isMutation && mutations++ === 0 ? 'drop' : 'pass')
    const startedAt = performance.now()
    await team.inProcess.runForJson(0, ['assign', 'bob'])
    expect(performance.now() - startedAt).toBeGreaterThan(1_000)
    expect(listGiven(team)).toHaveLength(2)
    expect(team.listGitLabHolders()).toEqual(['ada', 'Bob'])
  })

  test('a removal waits for a seat that a killed run may still give', async () => {
    const team = await openLinkedTeam()
    await killInFlight(team, ['assign', 'bob'])
    await team.runWithoutPush('unassign', 'bob')
    const { code, stderr } = await team.inProcess.run(['sync'], { env: patience })
    expect(code).toBe(0)
    expect(stderr).toMatch(note)
    await waitForGitLab(team)
    expect(team.listGitLabHolders()).toEqual(['ada'])
    expect(team.listOwnHolders()).toEqual(['ada'])
  })

  test('an assignment waits for a removal that a killed run may still make', async () => {
    const team = await openLinkedTeam()
    await killInFlight(team, ['unassign', 'ada'])
    await team.runWithoutPush('assign', 'ada')
    await team.inProcess.runForJson(0, ['sync'], { env: patience })
    await waitForGitLab(team)
    expect(team.listGitLabHolders()).toEqual(['ada'])
    expect(team.listOwnHolders()).toEqual(['ada'])
  })
})

describe('the wait for a call that GitLab works on', () => {
  async function openStuckTeam(): Promise<LinkedTeam> {
    const team = await openLinkedTeam()
    team.proxy.tamper = ({ isMutation }) => (isMutation ? { status: 504 } : 'pass')
    return team
  }

  const long = { DUO_SEATS_RETRY_BASE_MS: '300' }

  test('Ctrl-C ends the wait, and the change stays pending', async () => {
    const team = await openStuckTeam()
    const child = team.workdir.start(['assign', 'bob'], { ...team.env, ...long })
    const finished = collect(child)
    await waitForWords(child, 'Waiting for up to 60 s')
    child.kill('SIGINT')
    const { code, stderr } = await finished
    expect(code).toBe(130)
    expect(stderr).toContain('Interrupted while pushing: 0 of 1 change confirmed, 1 stays pending.')
    expect(team.readResults()).toEqual([['bob', 'pending', 'pending']])
  })

  test('the wait ends with --timeout', async () => {
    const team = await openStuckTeam()
    const { code, stderr } = await team.inProcess.run(['assign', 'bob', '--timeout', '5s'], { env: long })
    expect([code, stderr]).toEqual([
      6,
      expect.stringContaining(
        'has not shown yet whether it made 1 change without an answer; there is no time left to try again.',
      ),
    ])
    expect(team.readResults()).toEqual([['bob', 'pending', 'pending']])
  })
})
