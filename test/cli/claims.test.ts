import { describe, expect, test } from 'vitest'
import { makeHolders, nameOf, writeCrowd } from '../support/crowd.ts'
import { frozenClock } from '../support/frozen-clock.ts'
import { type LinkedTeam, openLinkedTeam } from '../support/linked-team.ts'
import { makePurchase, makeSeat, makeUser } from '../support/make-snapshot.ts'
import { condense, recordedOnlyNote } from '../support/run-document.ts'
import { openTeam } from '../support/sample-team.ts'

const [ada, bob, carol, dora] = [1, 2, 3, 4]

/** The operations of a command, without the first two, in order of arrival. */
async function listOperations(team: LinkedTeam, args: string[]): Promise<string[]> {
  team.proxy.seen.length = 0
  await team.inProcess.run(args)
  const operations = team.proxy.seen.map(({ operation }) => operation)
  expect(operations.slice(0, 2).sort()).toEqual(['Connect', 'ReadPurchases'])
  return operations.slice(2)
}

describe('a run in a linked store', () => {
  test('a dry run shows the seats of GitLab, and writes nothing', async () => {
    const team = await openLinkedTeam()
    team.moveSeatInGitLab(ada, carol)
    const before = team.readOwnStore()
    expect(
      condense(await team.inProcess.runForJson(0, ['unassign', '--yes', 'ada', 'carol', '--dry-run'])),
    ).toEqual([
      ['ada', 'not_assigned', null],
      ['carol', 'unassigned', null],
    ])
    expect(team.readOwnStore()).toEqual(before)
  })

  test('assign finds a holder who is no longer eligible, and does not report a missing membership', async () => {
    const team = await openLinkedTeam()
    team.moveSeatInGitLab(ada, dora)
    expect(condense(await team.inProcess.runForJson(0, ['assign', 'dora']))).toEqual([
      ['dora', 'already_assigned', null],
    ])
    expect(team.listOwnHolders()).toEqual(['dora'])
  })

  test('assign finds a holder where no seat is free', async () => {
    const team = await openLinkedTeam({ add_on_purchases: [makePurchase({ quantity: 1 })] })
    team.moveSeatInGitLab(ada, bob)
    expect(condense(await team.inProcess.runForJson(3, ['assign', 'bob', 'ada']))).toEqual([
      ['bob', 'already_assigned', null],
      ['ada', 'no_seats_available', null],
    ])
  })

  test.each(['al', '12', 'team@example.com'])(
    'unassign %s asks about users with a short username by their name, and by id or address too',
    async (named) => {
      const users = [makeUser(1, 'ada'), makeUser(12, 'al', { name: 'Al Wu Li', email: 'team@example.com' })]
      const team = await openLinkedTeam({ users })
      team.moveSeatInGitLab(ada, 12)
      team.workdir.write('leavers.csv', `user_id\n${named}\n`)
      const command = named === '12' ? ['bulk-unassign', 'leavers.csv', '--yes'] : ['unassign', named]
      expect(condense(await team.inProcess.runForJson(0, command))).toEqual([
        [named, 'unassigned', 'confirmed'],
      ])
      expect(team.listGitLabHolders()).toEqual([])
    },
  )

  test('unassign asks again about a user who has another name now', async () => {
    const team = await openLinkedTeam()
    team.moveSeatInGitLab(ada, carol)
    team.changeGitLab("UPDATE users SET username = 'carola', name = 'C' WHERE id = 3")
    team.workdir.write('leavers.csv', 'user_id\n3\n')
    expect(condense(await team.inProcess.runForJson(0, ['bulk-unassign', 'leavers.csv', '--yes']))).toEqual([
      ['3', 'unassigned', 'confirmed'],
    ])
    expect(team.listGitLabHolders()).toEqual([])
  })

  test.each([
    ['pages of the holders', 150, 200, ['ReadUsersOfInstance', 'ReadUsersOfInstance']],
    ['searches', 1_500, 1_700, Array(7).fill('AskAboutUsers')],
  ])(
    'bulk-unassign finds a seat that the store does not contain by %s, whichever are fewer requests',
    async (_, holders, size, expected) => {
      const team = await openLinkedTeam(makeHolders(holders, size))
      team.workdir.write('leavers.csv', writeCrowd(size - 10, size - 140))
      const command = ['bulk-unassign', 'leavers.csv', '--yes']
      expect(await listOperations(team, [...command, '--dry-run'])).toEqual([
        // A name may have passed to another user.
        ...Array(2).fill('FindUsersByUsername'),
        ...expected,
      ])
      const winner = size - 20
      team.moveSeatInGitLab(1, winner)
      const { results } = await team.inProcess.runForJson(0, command)
      expect(results.find(({ input }) => input === nameOf(winner))?.outcome).toBe('unassigned')
      expect(team.listOwnHolders()).toEqual(team.listGitLabHolders())
    },
  )

  test('one name costs one request more than the version and the purchases', async () => {
    const team = await openLinkedTeam()
    expect(await listOperations(team, ['assign', 'ada'])).toEqual(['AskAboutUsers'])
    expect(await listOperations(team, ['unassign', 'nobody'])).toEqual(['AskAboutUsers'])
  })

  test('a second run of all holders reads their pages and nothing else', async () => {
    const team = await openLinkedTeam(makeHolders(450))
    team.workdir.write('crowd.csv', writeCrowd(450))
    const operations = await listOperations(team, ['bulk-assign', 'crowd.csv'])
    expect(operations).toEqual(Array(5).fill('ReadUsersOfInstance'))
  })

  test.each(['17.4', '16.8'])(
    'a run in a linked store asks GitLab %s, whose lists have no filter by seat',
    async (version) => {
      const team = await openLinkedTeam({ seats: [makeSeat(ada)] }, { version })
      team.moveSeatInGitLab(ada, carol)
      expect(condense(await team.inProcess.runForJson(0, ['unassign', '--yes', 'carol', 'ada']))).toEqual([
        ['carol', 'unassigned', 'confirmed'],
        ['ada', 'not_assigned', null],
      ])
      const { results } = await team.inProcess.runForJson(0, ['unassign', 'dora'])
      expect(results[0]?.message).toMatch(/^The user has no seat, as of the sync .+ ago \(/)
    },
  )
})

describe('a report of a linked store', () => {
  const age = /3 hours ago \(2026-03-02 20:00 \+14:00\)/

  async function openOlderTeam(): Promise<LinkedTeam> {
    const team = await openLinkedTeam()
    team.changeOwnStore("UPDATE subscription SET taken_at = '2026-03-02T06:00:00.000Z'")
    return team
  }

  test('results of --no-push say as of which sync the seats are, also later', async () => {
    const team = await openOlderTeam()
    const document = await team.inProcess.runForJson(0, ['assign', 'ada', '--no-push'], { env: frozenClock })
    const message = 'The user already has a seat, as of the sync 3 hours ago (2026-03-02 06:00 UTC).'
    expect(document).toMatchObject({
      recorded_only: false,
      synced_at: '2026-03-02T06:00:00.000Z',
      results: [{ outcome: 'already_assigned', message }],
    })
    const { results } = await team.inProcess.runForJson(0, ['runs', 'show', '1'])
    expect(results).toEqual(document.results)
    const { stdout } = await team.inProcess.run(['unassign', 'bob', '--no-push'], { env: frozenClock })
    expect(stdout).toMatch(/The user has no seat, as of the sync .*\d \+14:00\)\./)
    expect(stdout).toMatch(
      /\nGitLab was not asked: as of the sync 3 hours ago \(2026-03-02 20:00 \+14:00\)\.\n$/,
    )
  })

  test('a run that asked GitLab prints the age of the last sync, and results without an age', async () => {
    const team = await openOlderTeam()
    const { stdout } = await team.inProcess.run(['assign', 'ada', '--dry-run'], { env: frozenClock })
    expect(stdout).toContain('The user already has a seat.\n')
    expect(stdout).toMatch(/\nGitLab was asked during the run\. The last sync was 3 hours ago \(.+\)\.\n$/)
  })

  test('list prints the age of the last sync, and its time in JSON', async () => {
    const team = await openOlderTeam()
    expect((await team.inProcess.run(['list'], { env: frozenClock })).stdout).toMatch(age)
    expect(await team.inProcess.runForJson(0, ['list'])).toMatchObject({
      recorded_only: false,
      synced_at: '2026-03-02T06:00:00.000Z',
    })
  })
})

describe('a report of a store that is not linked', () => {
  test('a run says in every format that GitLab itself was not changed', async () => {
    const workdir = await openTeam()
    expect(await workdir.inProcess.runExpecting(0, ['assign', 'bob'])).toContain(`\n${recordedOnlyNote}`)
    const { stdout, stderr } = await workdir.inProcess.run(['unassign', 'bob', '--format', 'json'])
    expect(stderr).toBe(recordedOnlyNote)
    expect(JSON.parse(stdout)).toMatchObject({ recorded_only: true })
    expect(JSON.parse(stdout)).not.toHaveProperty('synced_at')
    expect(await workdir.inProcess.run(['assign', 'bob', '--format', 'csv', '--quiet'])).toMatchObject({
      stderr: '',
    })
  })
})
