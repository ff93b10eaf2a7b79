import { describe, expect, test } from 'vitest'
import { makeHolders } from '../support/crowd.ts'
import { type LinkedTeam, openLinkedTeam } from '../support/linked-team.ts'
import { groupSubscription, makeSeat } from '../support/make-snapshot.ts'
import { condense } from '../support/run-document.ts'
import { withBothAddOns } from '../support/sample-team.ts'
import type { ChangeRow } from '../support/sync-store.ts'
import type { Passing } from '../support/tampering-proxy.ts'

async function sync({ inProcess }: LinkedTeam): Promise<unknown[]> {
  const { changes } = await inProcess.runForJson<{ changes: ChangeRow[] }>(0, ['sync'])
  return changes.map(({ change, username }) => [change, username])
}

describe('users who move between the pages of a GitLab before 17.5', () => {
  /** The list begins with the newest user: the first page ends with user151. */
  const crowd = makeHolders(200, 250)

  /**
   * Blocks a user of the first page after GitLab has answered with it, so that the first user of the second page is on none.
   *
   * @param isMeant gets the number of the first page, from 1, and the variables of its request
   */
  function blockAfterFirstPage(
    team: LinkedTeam,
    isMeant: (reading: number, variables: Passing['variables']) => boolean,
  ): void {
    let readings = 0
    let blocked = 250
    team.proxy.tamper = ({ operation, variables }) => {
      if (!operation.startsWith('ReadEligible') || variables['isFirst'] !== true) return 'pass'
      if (!isMeant(++readings, variables)) return 'pass'
      const rewrite = (body: string) => {
        team.changeGitLab(`UPDATE users SET state = 'blocked' WHERE id = ${blocked--}`)
        return body
      }
      return { rewrite }
    }
  }

  test.each([
    ['16.8', 'self-managed'],
    ['17.4', 'self-managed'],
    ['17.4', 'gitlab.com'],
  ])('sync with GitLab %s on %s does not count a user who moves as gone', async (version, place) => {
    const team = await openLinkedTeam(
      { ...crowd, ...(place === 'gitlab.com' && { subscription: groupSubscription }) },
      { version },
    )
    blockAfterFirstPage(team, (reading) => reading === 1)
    expect(await sync(team)).toEqual([['user_gone', 'user250']])
    expect(team.listOwnHolders()).toHaveLength(200)
  })

  test('sync with GitLab 17.4 keeps the seat of the second purchase of a user who moves', async () => {
    const seats = [makeSeat(150, { add_on_purchase_id: 2 })]
    const team = await openLinkedTeam({ ...crowd, ...withBothAddOns, seats }, { version: '17.4' })
    let isDone = false
    blockAfterFirstPage(team, (_, { addOnPurchaseIds }) => {
      const isMeant = !isDone && JSON.stringify(addOnPurchaseIds).includes('AddOnPurchase/2"')
      isDone ||= isMeant
      return isMeant
    })
    expect(await sync(team)).toEqual([['user_gone', 'user250']])
    expect(team.listOwnHolders()).toEqual(['user150'])
  })

  test('sync with GitLab 17.4 marks no user as gone while users move in each reading, and warns', async () => {
    const team = await openLinkedTeam(crowd, { version: '17.4' })
    blockAfterFirstPage(team, () => true)
    const { code, stderr } = await team.inProcess.run(['sync'])
    expect(code).toBe(0)
    expect(stderr).toContain(
      'Users or seats changed in GitLab during the sync: the list may be incomplete; no user was marked as gone.',
    )
    expect(team.listOwnHolders()).toHaveLength(200)
    team.proxy.tamper = () => 'pass'
    expect(await sync(team)).toEqual(
      ['user248', 'user249', 'user250'].map((username) => ['user_gone', username]),
    )
  })

  test('sync with GitLab 17.4 does not count a user as gone who gets the seat of a hidden holder', async () => {
    const team = await openLinkedTeam({ seats: [1, 2].map((id) => makeSeat(id)) }, { version: '17.4' })
    team.changeGitLab("UPDATE users SET state = 'blocked' WHERE id = 2")
    await sync(team)
    let readings = 0
    const rewrite = (body: string) => {
      if (++readings === 1) team.moveSeatInGitLab(2, 3)
      return body
    }
    team.proxy.tamper = ({ operation }) => (operation.startsWith('ReadEligible') ? { rewrite } : 'pass')
    expect(await sync(team)).toEqual([])
    expect(await sync(team)).toEqual([['seat_gained', 'carol']])
  })

  test('unassign takes the seat of GitLab 17.4 of a user who moves', async () => {
    const team = await openLinkedTeam(crowd, { version: '17.4' })
    // GitLab has one holder more than the store, so the run reads all users.
    team.changeGitLab('INSERT INTO seats (add_on_purchase_id, user_id) VALUES (1, 240)')
    blockAfterFirstPage(team, (reading) => reading === 1)
    expect(condense(await team.inProcess.runForJson(0, ['unassign', 'user150']))).toEqual([
      ['user150', 'unassigned', 'confirmed'],
    ])
    expect(team.listGitLabHolders()).not.toContain('user150')
  })
})
