import { describe, expect, test } from 'vitest'
import { openLinkedTeam } from '../support/linked-team.ts'
import { makePurchase, makeSeat, makeUser } from '../support/make-snapshot.ts'
import { condense } from '../support/run-document.ts'

describe('a linked reclaim', () => {
  /** Two holders are idle, one has no known activity, and one is blocked. */
  const idle = {
    users: [
      makeUser(1, 'ada', { last_duo_activity_on: '2020-02-01' }),
      makeUser(2, 'bob', { last_duo_activity_on: '2020-01-01' }),
      makeUser(3, 'carol'),
      makeUser(4, 'dora', { state: 'blocked' }),
      makeUser(5, 'eve', { last_duo_activity_on: '2020-01-01' }),
    ],
    seats: [1, 2, 3, 4].map((id) => makeSeat(id)),
    add_on_purchases: [makePurchase({ quantity: 5 })],
  }
  const reclaim = ['reclaim', '--inactive-for', '60d', '--max-removals', '100%']

  test('reclaim in a freshly linked store removes the seats of holders who are not eligible or whose last use is old', async () => {
    const team = await openLinkedTeam(idle)
    const { code, stderr } = await team.inProcess.run([...reclaim, '--yes'])
    expect([code, stderr]).toEqual([
      0,
      'Kept, since no GitLab Duo activity is recorded: 1. To remove those that are old enough, add --include-never-active.\n',
    ])
    expect(team.readResults()).toEqual([
      ['dora', 'unassigned', 'confirmed'],
      ['bob', 'unassigned', 'confirmed'],
      ['ada', 'unassigned', 'confirmed'],
      ['carol', 'left_alone', null],
    ])
    expect(team.listGitLabHolders()).toEqual(['carol'])
  })

  test('reclaim --include-never-active keeps a seat without recorded use that the first sync found today', async () => {
    const team = await openLinkedTeam(idle)
    const { code, stderr } = await team.inProcess.run([...reclaim, '--include-never-active', '--yes'])
    expect([code, stderr]).toEqual([
      0,
      'Kept, since the age of the seat is unknown: 1. To remove those, add --seat-age-unknown take. The age of a seat counts from the first sync that found it, since GitLab does not report it.\n',
    ])
    expect(team.listGitLabHolders()).toEqual(['carol'])
  })

  test('reclaim --include-never-active removes a seat without recorded use that the first sync found long ago', async () => {
    const team = await openLinkedTeam(idle)
    team.changeOwnStore("UPDATE seats SET seen_at = '2021-01-01T00:00:00.000Z' WHERE user_id = 3")
    const document = await team.runForJson(0, [...reclaim, '--include-never-active', '--yes'])
    expect(condense(document)).toEqual([
      ['dora', 'unassigned', 'confirmed'],
      ['bob', 'unassigned', 'confirmed'],
      ['ada', 'unassigned', 'confirmed'],
      ['carol', 'unassigned', 'confirmed'],
    ])
    expect(team.listGitLabHolders()).toEqual([])
  })

  test('reclaim keeps a seat that a run assigned recently, although the last use is old', async () => {
    const team = await openLinkedTeam(idle)
    await team.inProcess.runForJson(0, ['assign', 'eve'])
    await team.inProcess.run([...reclaim, '--yes'])
    expect(team.listGitLabHolders()).toEqual(['carol', 'eve'])
  })

  test('reclaim removes an idle seat that a run assigned long ago', async () => {
    const team = await openLinkedTeam(idle)
    await team.inProcess.runForJson(0, ['assign', 'eve'])
    team.changeOwnStore("UPDATE seats SET assigned_at = '2021-01-01T00:00:00.000Z' WHERE user_id = 5")
    await team.inProcess.runForJson(0, ['sync'])
    const document = await team.inProcess.runForJson(0, [...reclaim, '--yes'])
    expect(condense(document)).toEqual([
      ['dora', 'unassigned', 'confirmed'],
      ['bob', 'unassigned', 'confirmed'],
      ['eve', 'unassigned', 'confirmed'],
      ['ada', 'unassigned', 'confirmed'],
      ['carol', 'left_alone', null],
    ])
    expect(team.listGitLabHolders()).toEqual(['carol'])
  })

  test('reclaim --to-free removes the seat with the oldest use, and lists the holders left alone', async () => {
    const team = await openLinkedTeam(idle)
    expect(condense(await team.inProcess.runForJson(0, [...reclaim, '--to-free', '3', '--yes']))).toEqual([
      ['dora', 'unassigned', 'confirmed'],
      ['bob', 'unassigned', 'confirmed'],
      ['carol', 'left_alone', null],
    ])
    expect(team.listCalls()).toEqual(['TakeSeats 2'])
    expect(team.listGitLabHolders()).toEqual(['ada', 'carol'])
  })

  test('reclaim keeps a seat that was used since the last sync', async () => {
    const team = await openLinkedTeam(idle)
    const today = new Date().toISOString().slice(0, 10)
    team.changeGitLab(`UPDATE users SET last_duo_activity_on = '${today}' WHERE id = 2`)
    const { results } = await team.inProcess.runForJson(0, [...reclaim, '--dry-run'])
    expect(results.map(({ input, outcome }) => [input, outcome])).toEqual([
      ['dora', 'unassigned'],
      ['ada', 'unassigned'],
      ['carol', 'left_alone'],
    ])
  })

  test('reclaim sends nothing without --yes', async () => {
    const team = await openLinkedTeam(idle)
    const before = team.readOwnStore()
    const { code, stdout, stderr } = await team.inProcess.run(reclaim)
    expect(code).toBe(0)
    expect(stdout).toContain('Dry run: nothing was written.')
    expect(stderr).toContain('To remove the seats, add --yes.')
    expect(team.listMutations()).toEqual([])
    expect(team.readOwnStore()).toEqual(before)
  })

  test('reclaim --no-push makes its removals pending until sync pushes them', async () => {
    const team = await openLinkedTeam(idle)
    expect(condense(await team.runWithoutPush(...reclaim, '--yes'))).toEqual([
      ['dora', 'pending_removal', 'pending'],
      ['bob', 'pending_removal', 'pending'],
      ['ada', 'pending_removal', 'pending'],
      ['carol', 'left_alone', null],
    ])
    await team.inProcess.runForJson(0, ['sync'])
    expect(team.listGitLabHolders()).toEqual(['carol'])
  })
})
