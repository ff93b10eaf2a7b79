import { describe, expect, test } from 'vitest'
import { listCrowd, makeCrowd, nameOf, writeCrowd } from '../support/crowd.ts'
import { type LinkedTeam, openLinkedTeam } from '../support/linked-team.ts'
import { makePurchase } from '../support/make-snapshot.ts'
import type { Tampering } from '../support/tampering-proxy.ts'

const denied: Tampering = {
  status: 401,
  headers: { 'content-type': 'application/json' },
  body: '{"errors":[{"message":"Invalid token"}]}',
}

const block = "UPDATE users SET state = 'blocked' WHERE id = 8"

/** One user more than seats. */
async function openFullTeam(people: number): Promise<LinkedTeam> {
  const quantity = people - 1
  const team = await openLinkedTeam({ ...makeCrowd(people), add_on_purchases: [makePurchase({ quantity })] })
  team.workdir.write('crowd.csv', writeCrowd(people))
  return team
}

/** GitLab blocks user 8 before the first mutation, and refuses the token from another mutation on. */
function blockAndDeny(team: LinkedTeam, firstDenied: number): void {
  let mutations = 0
  team.proxy.tamper = ({ isMutation }) => {
    if (!isMutation) return 'pass'
    mutations += 1
    if (mutations === 1) team.changeGitLab(block)
    return mutations >= firstDenied ? denied : 'pass'
  }
}

describe('a seat that GitLab refuses to one user', () => {
  test.each([2, 9, 10])(
    'a refused seat goes to the next user of the list after a push that lost its rights at mutation %i',
    async (mutation) => {
      const team = await openFullTeam(102)
      blockAndDeny(team, mutation)
      expect((await team.inProcess.run(['bulk-assign', 'crowd.csv'])).code).toBe(4)
      team.proxy.tamper = () => 'pass'
      await team.inProcess.run(['sync'])
      const { stderr } = await team.inProcess.run(['sync'])
      expect(stderr).toBe('')
      expect(team.listGitLabHolders()).toHaveLength(101)
      expect(team.countResults()).toEqual({
        'assigned confirmed': 101,
        'invalid_user_membership refused': 1,
      })
    },
  )

  test('a refused seat is requested for the next user in the transaction that writes the refusal', async () => {
    const team = await openFullTeam(9)
    blockAndDeny(team, Number.POSITIVE_INFINITY)
    team.changeOwnStore(`
      CREATE TRIGGER broken BEFORE INSERT ON pending_changes WHEN new.user_id = 9
      BEGIN SELECT RAISE(ABORT, 'broken on purpose'); END
    `)
    const { code, stderr } = await team.inProcess.run(['bulk-assign', 'crowd.csv'])
    expect([code, stderr]).toEqual([1, expect.stringContaining('broken on purpose')])
    expect(team.readResults().slice(-2)).toEqual([
      [nameOf(8), 'pending', 'pending'],
      [nameOf(9), 'no_seats_available', null],
    ])
    team.changeOwnStore('DROP TRIGGER broken')
    await team.inProcess.runForJson(3, ['sync'])
    expect(team.listGitLabHolders()).toEqual([...listCrowd(7), nameOf(9)])
  })

  test('a refused seat goes to a user of the list who had been refused for want of a seat', async () => {
    const team = await openLinkedTeam(makeCrowd(3))
    team.workdir.write('crowd.csv', writeCrowd(3))
    let mutations = 0
    team.proxy.tamper = ({ isMutation }) => {
      if (!isMutation || mutations++ > 0) return 'pass'
      team.changeGitLab(`
        UPDATE add_on_purchases SET quantity = 2;
        UPDATE users SET state = 'blocked' WHERE id = 2
      `)
      return { status: 500 }
    }
    const document = await team.inProcess.runForJson(3, ['bulk-assign', 'crowd.csv'])
    expect(document.results.map(({ outcome }) => outcome)).toEqual([
      'assigned',
      'invalid_user_membership',
      'assigned',
    ])
    expect(team.listGitLabHolders()).toEqual([nameOf(1), nameOf(3)])
  })

  test('a refused seat does not go to a user who got a seat meanwhile', async () => {
    const team = await openFullTeam(10)
    blockAndDeny(team, 1)
    expect((await team.inProcess.run(['bulk-assign', 'crowd.csv'])).code).toBe(4)
    team.proxy.tamper = () => 'pass'
    team.changeOwnStore('INSERT INTO seats (add_on_purchase_id, user_id) VALUES (1, 10)')
    team.changeGitLab('INSERT INTO seats (add_on_purchase_id, user_id) VALUES (1, 10)')
    await team.inProcess.run(['sync'])
    expect(team.readResults().at(-1)).toEqual([nameOf(10), 'no_seats_available', null])
    const given = team.proxy.seen.flatMap(({ variables: { userIds, userId } }) => [userIds, userId].flat())
    expect(given).not.toContain('gid://gitlab/User/10')
  })
})
