import { describe, expect, test } from 'vitest'
import { listCrowd, makeHolders, nameOf, writeCrowd } from '../support/crowd.ts'
import { type LinkedTeam, openLinkedTeam } from '../support/linked-team.ts'
import { makeSeat, makeUser } from '../support/make-snapshot.ts'

/** The names and addresses of a recent sync count in a long list. */
const ageSync = `UPDATE subscription SET taken_at = '2026-01-01T00:00:00.000Z'`

/** Users 1 to 20 hold a seat, 141 to 160 are not in the list. */
async function openAgedCrowd(): Promise<LinkedTeam> {
  const team = await openLinkedTeam(makeHolders(20, 160))
  team.changeOwnStore(ageSync)
  team.workdir.write('team.csv', writeCrowd(140))
  return team
}

const rename = (id: number, name: string) => `UPDATE users SET username = '${name}' WHERE id = ${id};`
const remove = (id: number) => `DELETE FROM seats WHERE user_id = ${id}; DELETE FROM users WHERE id = ${id};`

const bulkAssign = ['bulk-assign', 'team.csv']

describe('bulk-assign of more than a hundred names, long after the last sync', () => {
  test.each([
    ['a user without a seat', 130, 140],
    ['a holder', 2, 141],
  ])(
    'bulk-assign of more than a hundred names, long after the last sync, gives the seat to the user who has the name of %s today',
    async (_, id, holders) => {
      const team = await openAgedCrowd()
      team.changeGitLab(rename(id, 'passing') + rename(150, nameOf(id)))
      const { results } = await team.inProcess.runForJson(0, bulkAssign)
      expect(results[id - 1]).toMatchObject({ input: nameOf(id), user_id: 150, outcome: 'assigned' })
      expect(team.listGitLabHolders()).toHaveLength(holders)
      expect(team.listGitLabHolders()).toContain(nameOf(id))
    },
  )

  test('bulk-assign of more than a hundred names, long after the last sync, gives the seat to a renamed user whose former name is in the list', async () => {
    const team = await openAgedCrowd()
    team.changeGitLab(rename(130, 'kit'))
    const { results } = await team.inProcess.runForJson(0, bulkAssign)
    expect(results[129]).toMatchObject({ input: nameOf(130), username: 'kit', outcome: 'assigned' })
    expect(team.listGitLabHolders()).toContain('kit')
  })

  test('bulk-assign of more than a hundred names, long after the last sync, reports the user who was deleted in GitLab, in a dry run and in the run', async () => {
    const team = await openAgedCrowd()
    team.changeGitLab(remove(130))
    for (const options of [['--dry-run'], []]) {
      const { results } = await team.inProcess.runForJson(3, [...bulkAssign, ...options])
      expect(results[129]).toMatchObject({ input: nameOf(130), outcome: 'user_not_found' })
    }
    expect(team.listGitLabHolders()).toEqual(listCrowd(140).filter((name) => name !== nameOf(130)))
  })

  test('bulk-assign of more than a hundred names, long after the last sync, looks up the users who hold no seat, and none of the holders', async () => {
    const team = await openAgedCrowd()
    await team.inProcess.runForJson(0, bulkAssign)
    const lookUps = team.proxy.seen.filter(({ operation }) => operation === 'FindUsersByUsername')
    expect(lookUps.flatMap(({ variables }) => variables['usernames'])).toHaveLength(120)
    team.proxy.seen.length = 0
    team.changeOwnStore(ageSync)
    await team.inProcess.runForJson(0, bulkAssign)
    expect(team.proxy.seen.map(({ operation }) => operation)).not.toContain('FindUsersByUsername')
  })
})

describe('a user who was deleted in GitLab after the last sync', () => {
  test.each([
    ['assign', ['bob', '--dry-run']],
    ['assign', ['bob']],
    ['unassign', ['bob', '--dry-run']],
    ['unassign', ['bob']],
  ])('a user who was deleted in GitLab after the last sync is not found by %s %s', async (command, args) => {
    const team = await openLinkedTeam()
    team.changeGitLab(remove(2))
    const { results } = await team.inProcess.runForJson(3, [command, ...args])
    expect(results).toMatchObject([{ input: 'bob', outcome: 'user_not_found' }])
  })
})

describe('a private address of the last sync', () => {
  const address = 'private@example.com'
  const users = [
    makeUser(1, 'ada', { emails: [address] }),
    makeUser(2, 'bob'),
    makeUser(3, 'carol', { emails: ['carol@home.example'] }),
    makeUser(4, 'dora', { emails: ['dora@home.example'] }),
  ]
  const pass = `UPDATE emails SET user_id = 2 WHERE address = '${address}';`

  test.each([
    ['the former owner has another one', `${pass} INSERT INTO emails VALUES ('ada@example.org', 1)`],
    ['the former owner has none', pass],
  ])('a private address of the last sync means the user who has it today where %s', async (_, sql) => {
    const team = await openLinkedTeam({ users, seats: [makeSeat(1)] })
    expect(team.readAddresses()[0]).toEqual([1, address])
    team.changeGitLab(sql)
    const { results } = await team.inProcess.runForJson(0, ['assign', address])
    expect(results).toMatchObject([{ user_id: 2, outcome: 'assigned' }])
    expect(team.listGitLabHolders()).toEqual(['ada', 'bob'])
  })

  test('a private address of the last sync matches no user once its owner has lost it, and unassign keeps the seat', async () => {
    const team = await openLinkedTeam({ users, seats: [makeSeat(1)] })
    team.changeGitLab(`DELETE FROM emails WHERE address = '${address}'`)
    const { results } = await team.inProcess.runForJson(3, ['unassign', address])
    expect(results).toMatchObject([{ user_id: null, outcome: 'user_not_found' }])
    expect(team.listGitLabHolders()).toEqual(['ada'])
  })

  test('a private address of the last sync means its user where GitLab hides the addresses now', async () => {
    const team = await openLinkedTeam({ users, seats: [] })
    team.proxy.tamper = ({ operation }) =>
      operation === 'ReadAddresses'
        ? { rewrite: (text) => text.replaceAll(/"emails":\{"nodes":\[[^\]]*\]\}/g, '"emails":null') }
        : 'pass'
    const { results } = await team.inProcess.runForJson(0, ['assign', address])
    expect(results).toMatchObject([{ user_id: 1, outcome: 'assigned' }])
  })
})
