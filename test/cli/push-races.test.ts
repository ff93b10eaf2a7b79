import { describe, expect, test } from 'vitest'
import { notAvailable } from '../gitlab/peer-gitlab.ts'
import { makeHolders, nameOf } from '../support/crowd.ts'
import { type LinkedTeam, openLinkedTeam } from '../support/linked-team.ts'
import { groupSubscription, makeSeat } from '../support/make-snapshot.ts'
import { condense } from '../support/run-document.ts'
import { answerError, type Passing, type Tampering } from '../support/tampering-proxy.ts'

const rejectMutations = ({ isMutation }: Passing): Tampering =>
  isMutation ? answerError(notAvailable) : 'pass'

const setExpiry = (day: string) => `UPDATE add_on_purchases SET expires_on = '${day}'`

describe('a purchase that is over for a moment', () => {
  /** Until GitLab has answered the first `calls` mutations; then it is renewed. */
  function expireDuring(team: LinkedTeam, calls: number): void {
    let mutations = 0
    let answered = 0
    const rewrite = (body: string) => {
      if (++answered === calls) team.changeGitLab(setExpiry('2099-01-01'))
      return body
    }
    team.proxy.tamper = async ({ isMutation }): Promise<Tampering> => {
      if (isMutation && ++mutations === 1) team.changeGitLab(setExpiry('2020-01-01'))
      return isMutation && mutations <= calls ? { rewrite } : 'pass'
    }
  }

  test.each([
    ['18.6', ['bob'], 1],
    ['18.6', ['bob', 'carol'], 1],
    ['17.0', ['bob', 'carol', 'eve'], 3],
  ])('assign with GitLab %s gives %j their seats once it is renewed', async (version, names, calls) => {
    const team = await openLinkedTeam({}, { version })
    expireDuring(team, calls)
    expect(condense(await team.inProcess.runForJson(0, ['assign', ...names]))).toEqual(
      names.map((name) => [name, 'assigned', 'confirmed']),
    )
    expect(team.listGitLabHolders()).toHaveLength(names.length + 1)
  })

  test.each([
    ['18.6', 1],
    ['17.0', 1],
  ])('unassign with GitLab %s takes a seat once it is renewed', async (version, calls) => {
    const team = await openLinkedTeam({}, { version })
    expireDuring(team, calls)
    expect(condense(await team.inProcess.runForJson(0, ['unassign', 'ada']))).toEqual([
      ['ada', 'unassigned', 'confirmed'],
    ])
    expect(team.listGitLabHolders()).toEqual([])
  })

  test('assign blames the token once GitLab has rejected a call after it showed the purchase', async () => {
    const team = await openLinkedTeam()
    team.proxy.tamper = rejectMutations
    const { code, stderr } = await team.inProcess.run(['assign', 'bob'])
    expect([code, stderr]).toEqual([
      4,
      expect.stringContaining('This token can read seats but not change them.'),
    ])
    expect(team.listCalls()).toEqual(['GiveSeat 1', 'GiveSeat 1'])
  })
})

describe('a holder who is hidden from an Owner, since the holder is blocked', () => {
  async function openTeam(): Promise<LinkedTeam> {
    return openLinkedTeam({ subscription: groupSubscription, seats: [1, 4].map((id) => makeSeat(id)) })
  }

  test('unassign does not confirm a removal that a token may not make', async () => {
    const team = await openTeam()
    team.proxy.tamper = rejectMutations
    const document = await team.inProcess.runForJson(4, ['unassign', 'dora'])
    expect(condense(document)).toEqual([['dora', 'pending_removal', 'pending']])
    expect(team.listGitLabHolders()).toEqual(['ada', 'dora'])
  })

  test('unassign takes the seat with a token that may', async () => {
    const team = await openTeam()
    expect(condense(await team.inProcess.runForJson(0, ['unassign', 'dora']))).toEqual([
      ['dora', 'unassigned', 'confirmed'],
    ])
  })

  test('unassign confirms the removal of a user who was deleted in GitLab meanwhile', async () => {
    const team = await openTeam()
    team.proxy.tamper = ({ isMutation }) => {
      if (isMutation)
        team.changeGitLab(`
          PRAGMA foreign_keys = OFF;
          DELETE FROM seats WHERE user_id = 4;
          DELETE FROM users WHERE id = 4
        `)
      return 'pass'
    }
    expect(condense(await team.inProcess.runForJson(0, ['unassign', 'dora']))).toEqual([
      ['dora', 'unassigned', 'confirmed'],
    ])
  })
})

describe('a new holder who moves between the pages of the list', () => {
  const internalError = { rewrite: () => '{"errors":[{"message":"Internal server error"}]}' }

  /** GitLab makes the first change, and answers with an error. Then `change` runs after the first page of each list of users. */
  function changeDuringLists(team: LinkedTeam, change: (list: number) => void): void {
    let mutations = 0
    let lists = 0
    const rewrite = (body: string) => {
      change(++lists)
      return body
    }
    team.proxy.tamper = ({ isMutation, variables }): Tampering => {
      if (isMutation) return ++mutations === 1 ? internalError : 'pass'
      return mutations === 1 && variables['isFirst'] === true ? { rewrite } : 'pass'
    }
  }

  const first100 = makeHolders(100, 101, 101)

  test('assign does not report that a holder has no seat after an answer with an error', async () => {
    const team = await openLinkedTeam(first100)
    changeDuringLists(team, (list) => {
      if (list === 1) team.changeGitLab('DELETE FROM seats WHERE user_id = 1')
    })
    expect(condense(await team.inProcess.runForJson(0, ['assign', nameOf(101)]))).toEqual([
      [nameOf(101), 'assigned', 'confirmed'],
    ])
    expect(team.listGitLabHolders()).toContain(nameOf(101))
  })

  test('assign does not report that a holder of GitLab 17.4 has no seat after an answer with an error', async () => {
    const seats = Array.from({ length: 100 }, (_, index) => makeSeat(index + 2))
    const team = await openLinkedTeam({ ...first100, seats }, { version: '17.4' })
    // The list begins with the newest user.
    changeDuringLists(team, (list) => {
      if (list === 1) team.changeGitLab("UPDATE users SET state = 'blocked' WHERE id = 2")
    })
    expect(condense(await team.inProcess.runForJson(0, ['assign', nameOf(1)]))).toEqual([
      [nameOf(1), 'assigned', 'confirmed'],
    ])
  })

  test('assign leaves the change pending while seats change in each reading, and sync completes it', async () => {
    const team = await openLinkedTeam(first100)
    changeDuringLists(team, () => team.changeGitLab('DELETE FROM seats WHERE user_id = 1'))
    const answering = team.proxy.tamper
    team.proxy.tamper = (passing) => {
      if (passing.operation === 'ReadPurchases')
        team.changeGitLab('INSERT OR IGNORE INTO seats (add_on_purchase_id, user_id) VALUES (1, 1)')
      return answering(passing)
    }
    const { code, stdout, stderr } = await team.inProcess.run(['assign', nameOf(101), '--format', 'json'])
    expect(code).toBe(6)
    expect(condense(JSON.parse(stdout))).toEqual([[nameOf(101), 'pending', 'pending']])
    expect(stderr).toContain(
      'error: GitLab changed seats while it listed the holders, 5 times in a row. A holder may be missing in the list. ' +
        'Not confirmed by GitLab: 1 change is pending.\n',
    )
    team.proxy.tamper = () => 'pass'
    await team.inProcess.runForJson(0, ['sync'])
    expect(team.readResults()).toEqual([[nameOf(101), 'assigned', 'confirmed']])
  })
})
