import { describe, expect, test } from 'vitest'
import { makeGroup } from '../support/group-tree.ts'
import { type LinkedTeam, openLinkedTeam } from '../support/linked-team.ts'
import { groupSubscription, makePurchase, makeSeat, makeUser } from '../support/make-snapshot.ts'
import { condense } from '../support/run-document.ts'

/** On GitLab.com. Bob is an idle holder, dora blocked. An Owner finds her among the members and the holders only. */
function openHiding(facts: object = {}): Promise<LinkedTeam> {
  return openLinkedTeam({
    subscription: groupSubscription,
    users: [
      makeUser(1, 'ada'),
      makeUser(2, 'bob', { last_duo_activity_on: '2020-02-01' }),
      makeUser(4, 'dora', { state: 'blocked' }),
    ],
    seats: [1, 2].map((id) => makeSeat(id)),
    add_on_purchases: [makePurchase({ quantity: 4 })],
    groups: [
      makeGroup('acme/board', [
        ['ada', 'owner'],
        ['dora', 'developer'],
      ]),
    ],
    ...facts,
  })
}

/** Of both members, one of whom is hidden. */
async function expectSeatsTaken(team: LinkedTeam): Promise<void> {
  const command = 'bulk-unassign --members-of acme/board --yes'
  expect(condense(await team.inProcess.runForJson(0, command.split(' ')))).toEqual([
    ['@ada', 'unassigned', 'confirmed'],
    ['@dora', 'unassigned', 'confirmed'],
  ])
  expect(team.listGitLabHolders()).toEqual([])
}

const note = 'Left out, since they cannot be given a seat and hold none: 1 blocked.\n'

describe('a blocked member that GitLab hides in look-ups', () => {
  test.each([
    ['--dry-run', null],
    ['--wide', 'confirmed'],
  ])('bulk-unassign %s leaves out a hidden member without a seat', async (option, pushed) => {
    const team = await openHiding()
    const { code, stdout, stderr } = await team.inProcess.run([
      ...'bulk-unassign --members-of acme/board --yes --format json'.split(' '),
      option,
    ])
    expect([code, stderr]).toEqual([0, note])
    expect(condense(JSON.parse(stdout))).toEqual([['@ada', 'unassigned', pushed]])
  })

  test('bulk-unassign takes the seat of a hidden member', async () => {
    const team = await openHiding({ seats: [1, 4].map((id) => makeSeat(id)) })
    await expectSeatsTaken(team)
  })

  test('bulk-unassign takes the seat that a hidden member has got since the last sync', async () => {
    const team = await openHiding()
    team.moveSeatInGitLab(2, 4)
    await expectSeatsTaken(team)
  })

  test('reclaim is not refused for a hidden member without a seat', async () => {
    const team = await openHiding()
    const { code, stdout, stderr } = await team.inProcess.run(
      'reclaim --inactive-for 60d --except-members-of acme/board --max-removals 1 --yes --format json'.split(
        ' ',
      ),
    )
    expect([code, stderr]).toEqual([0, expect.stringContaining(note)])
    expect(condense(JSON.parse(stdout))).toEqual([
      ['bob', 'unassigned', 'confirmed'],
      ['@ada', 'already_assigned', null],
    ])
  })

  test('reclaim keeps the seat of a hidden member', async () => {
    const team = await openHiding({ seats: [2, 4].map((id) => makeSeat(id)) })
    const command = 'reclaim --inactive-for 60d --except-members-of acme/board --max-removals 1 --yes'
    await team.inProcess.runForJson(0, command.split(' '))
    expect(team.listGitLabHolders()).toEqual(['dora'])
  })

  test('apply and bulk-assign leave out a hidden member without a seat', async () => {
    const team = await openHiding()
    for (const command of ['bulk-assign', 'apply --yes --max-removals 1']) {
      const { code, stderr } = await team.inProcess.run([...command.split(' '), '--members-of', 'acme/board'])
      expect([code, stderr]).toEqual([0, note])
    }
    expect(team.listGitLabHolders()).toEqual(['ada'])
  })
})
