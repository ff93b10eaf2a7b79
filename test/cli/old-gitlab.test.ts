import { describe, expect, test } from 'vitest'
import type { Runner } from '../support/command-line.ts'
import { type LinkedTeam, openLinkedTeam } from '../support/linked-team.ts'
import { makePurchase, makeSeat } from '../support/make-snapshot.ts'
import { condense } from '../support/run-document.ts'
import type { ChangeRow } from '../support/sync-store.ts'

/** Ada and Bob hold a seat. GitLab 17.5 and later list Bob among the holders once he is blocked. */
const oneBlocked = { seats: [1, 2].map((id) => makeSeat(id)) }

const onGitLabCom = {
  subscription: {
    offering: 'gitlab.com',
    url: 'https://gitlab.com',
    group: 'acme',
    plan: 'ultimate',
    gitlab_version: '16.11.0',
    last_sync_at: null,
  },
}

function openOldTeam(version: string, facts: object = {}): Promise<LinkedTeam> {
  return openLinkedTeam(facts, { version })
}

type Reader = Pick<Runner, 'runForJson'>

async function sync(runner: Reader): Promise<unknown[]> {
  const { changes } = await runner.runForJson<{ changes: ChangeRow[] }>(0, ['sync'])
  return changes.map(({ change, username }) => [change, username])
}

async function list(runner: Reader): Promise<unknown[]> {
  const { users } = await runner.runForJson<{
    users: { username: string; pushed: string | null }[]
  }>(0, ['list'])
  return users.map(({ username, pushed }) => [username, pushed])
}

/** The calls for two users, by what a release offers. */
const oneByOne = { give: ['GiveSeat 1', 'GiveSeat 1'], take: ['TakeSeat 1', 'TakeSeat 1'] }
const inBulk = { give: ['GiveSeats 2'], take: ['TakeSeats 2'] }

describe.each([
  ['16.8', 'self-managed', oneByOne],
  ['16.10', 'self-managed', oneByOne],
  ['16.10', 'gitlab.com', oneByOne],
  ['16.11', 'self-managed', oneByOne],
  ['16.11', 'gitlab.com', inBulk],
  ['17.0', 'self-managed', oneByOne],
  ['17.0', 'gitlab.com', inBulk],
  ['17.3', 'self-managed', inBulk],
  ['17.3', 'gitlab.com', inBulk],
  ['17.5', 'self-managed', inBulk],
  ['18.0', 'self-managed', inBulk],
  ['18.6', 'self-managed', inBulk],
] as const)('GitLab %s on %s', (version, place, calls) => {
  test(`assign, list, sync, unassign and apply work with GitLab ${version} on ${place}`, async () => {
    const team = await openOldTeam(version, place === 'gitlab.com' ? onGitLabCom : {})
    const runner = team.inProcess
    // An Owner on GitLab.com does not find a blocked user.
    const ofBlocked = place === 'gitlab.com' ? 'user_not_found' : 'invalid_user_membership'
    // The binary itself talks to the oldest release.
    const first = version === '16.8' ? team : runner
    expect(condense(await first.runForJson(3, ['assign', 'bob', 'CAROL', 'ada', 'dora', 'mallory']))).toEqual(
      [
        ['bob', 'assigned', 'confirmed'],
        ['CAROL', 'assigned', 'confirmed'],
        ['ada', 'already_assigned', null],
        ['dora', ofBlocked, null],
        ['mallory', 'user_not_found', null],
      ],
    )
    expect(team.listCalls()).toEqual(calls.give)
    expect(team.listGitLabHolders()).toEqual(['ada', 'Bob', 'carol'])
    const held = ['ada', 'Bob', 'carol'].map((username) => [username, 'confirmed'])
    expect(await list(runner)).toEqual(held)
    expect(await sync(first)).toEqual([])
    expect(await list(runner)).toEqual(held)

    expect(condense(await runner.runForJson(0, ['unassign', '--yes', 'ada', 'bob', 'eve']))).toEqual([
      ['ada', 'unassigned', 'confirmed'],
      ['bob', 'unassigned', 'confirmed'],
      ['eve', 'not_assigned', null],
    ])
    expect(team.listCalls()).toEqual([...calls.give, ...calls.take])
    expect([team.listGitLabHolders(), team.listOwnHolders()]).toEqual([['carol'], ['carol']])

    team.workdir.write('wanted.csv', 'username\nada\neve\n')
    expect(condense(await runner.runForJson(0, ['apply', 'wanted.csv', '--yes']))).toEqual([
      ['carol', 'unassigned', 'confirmed'],
      ['ada', 'assigned', 'confirmed'],
      ['eve', 'assigned', 'confirmed'],
    ])
    expect([team.listGitLabHolders(), team.listOwnHolders()]).toEqual([
      ['ada', 'eve'],
      ['ada', 'eve'],
    ])
    expect(await sync(runner)).toEqual([])
  })
})

describe('a GitLab before 17.5, which hides ineligible holders', () => {
  test.each(['16.10', '17.0', '17.3'])(
    'assign does not count the seats of holders that GitLab %s hides as free',
    async (version) => {
      const team = await openOldTeam(version, {
        ...oneBlocked,
        add_on_purchases: [makePurchase({ quantity: 3 })],
      })
      team.changeGitLab("UPDATE users SET state = 'blocked' WHERE id = 2")
      expect(await sync(team.inProcess)).toEqual([
        ['user_gone', 'Bob'],
        ['seat_lost', 'Bob'],
      ])
      const document = await team.inProcess.runForJson(3, ['assign', 'carol', 'eve', 'frank'])
      expect(condense(document)).toEqual([
        ['carol', 'assigned', 'confirmed'],
        ['eve', 'no_seats_available', null],
        ['frank', 'no_seats_available', null],
      ])
      expect(document.summary).toMatchObject({ free_before: 1, free_after: 0, short: 2 })
      expect(team.listCalls()).toEqual(['GiveSeat 1'])
      expect(team.listGitLabHolders()).toEqual(['ada', 'Bob', 'carol'])
    },
  )

  test.each(['16.10', '17.0', '17.3'])(
    'reclaim --to-free does not count the seats of holders that GitLab %s hides as free',
    async (version) => {
      const team = await openOldTeam(version, {
        ...oneBlocked,
        add_on_purchases: [makePurchase({ quantity: 3 })],
      })
      team.changeGitLab("UPDATE users SET state = 'blocked' WHERE id = 2")
      await sync(team.inProcess)
      const { code, stderr } = await team.inProcess.run(
        'reclaim --inactive-for 60d --seat-age-unknown take --to-free 2 --max-removals 1 --yes'.split(' '),
      )
      expect([code, stderr]).toEqual([0, '2 free seats wanted, 1 free before: 1 seat to remove.\n'])
      expect(team.listGitLabHolders()).toEqual(['Bob'])
    },
  )

  test.each(['16.10', '17.0', '17.3'])(
    'apply does not remove the seats of holders that GitLab %s hides',
    async (version) => {
      const team = await openOldTeam(version, oneBlocked)
      team.changeGitLab("UPDATE users SET state = 'blocked' WHERE id = 2")
      team.workdir.write('wanted.csv', 'username\nada\n')
      expect(condense(await team.inProcess.runForJson(0, ['apply', 'wanted.csv', '--yes']))).toEqual([
        ['ada', 'already_assigned', null],
      ])
      expect(team.listCalls()).toEqual([])
    },
  )

  test('sync does not take a user for gone who is hidden in a list of GitLab 17.0', async () => {
    const team = await openOldTeam('17.0', oneBlocked)
    const rewrite = (body: string) => {
      const answer = JSON.parse(body)
      const { users } = answer.data
      users.nodes = users.nodes.map((node: { username: string }) => (node.username === 'Bob' ? null : node))
      return JSON.stringify(answer)
    }
    team.proxy.tamper = ({ operation }) => (operation.startsWith('ReadEligible') ? { rewrite } : 'pass')
    expect((await team.inProcess.run(['sync'])).code).toBe(6)
    expect(team.listOwnHolders()).toEqual(['ada', 'Bob'])
  })

  test('assign reads from GitLab 17.0 which seat was assigned when an answer is lost', async () => {
    const team = await openOldTeam('17.0')
    let mutations = 0
    team.proxy.tamper = ({ isMutation }) => (isMutation && ++mutations === 2 ? 'drop-after' : 'pass')
    const document = await team.inProcess.runForJson(0, ['assign', 'bob', 'carol', 'eve'])
    expect(condense(document)).toEqual(
      ['bob', 'carol', 'eve'].map((input) => [input, 'assigned', 'confirmed']),
    )
    expect(team.listCalls()).toEqual(Array(3).fill('GiveSeat 1'))
    expect([team.listGitLabHolders(), team.listOwnHolders()]).toEqual(
      Array(2).fill(['ada', 'Bob', 'carol', 'eve']),
    )
  })
})

describe('the version of the linked GitLab', () => {
  test.each(['16.8', '17.4', '18.6'])('link and sync print the version %s of GitLab', async (version) => {
    const team = await openOldTeam(version)
    expect((await team.inProcess.run(['link', team.proxy.url])).stdout).toContain(`GitLab ${version}.0-ee`)
    expect((await team.inProcess.run(['sync'])).stdout).toContain(`GitLab ${version}.0-ee`)
  })

  test.each([
    ['16.7', ['assign', 'bob'], 'cannot change seats over its API'],
    ['16.7', ['sync'], 'cannot change seats over its API. A push needs GitLab 16.8.'],
    ['16.10', ['sync'], 'changes seats one by one only'],
  ])('with GitLab %s the command %j prints what is not supported', async (version, args, sentence) => {
    const team = await openOldTeam(version)
    const { stderr } = await team.inProcess.run(args)
    expect(stderr).toContain(`GitLab ${version}.0-ee ${sentence}`)
    expect(team.listGitLabHolders()).toEqual(['ada'])
  })
})
