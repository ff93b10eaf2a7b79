import { describe, expect, test } from 'vitest'
import { makeCrowd, nameOf, writeCrowd } from '../support/crowd.ts'
import { type LinkedTeam, openLinkedTeam } from '../support/linked-team.ts'
import { makePurchase } from '../support/make-snapshot.ts'
import { withFreeSeats } from '../support/sample-team.ts'

interface SyncDocument {
  pushed: { confirmed: number; refused: number; pending: number } | null
  changes: { change: string; username: string; message: string }[]
}

const noSeatLeft =
  'No seat is free in GitLab. Buy seats, or look for unused ones with "duo-seats reclaim --add-on duo-pro --inactive-for 60d".'

/** Username and message of each refused seat. */
function listRefusals({ changes }: SyncDocument): string[] {
  return changes
    .filter(({ change }) => change === 'seat_refused')
    .map(({ username, message }) => `${username}: ${message}`)
}

async function stage(team: LinkedTeam, ...args: string[]): Promise<void> {
  await team.runWithoutPush('assign', ...args)
}

describe('changes that an earlier run left pending', () => {
  test('sync names pending seats that GitLab refuses, and ends with 3', async () => {
    const team = await openLinkedTeam(withFreeSeats(3))
    await stage(team, 'bob', 'carol', 'eve')
    team.changeGitLab('UPDATE add_on_purchases SET quantity = 2')
    const document = await team.inProcess.runForJson<SyncDocument>(3, ['sync'])
    expect(document.pushed).toEqual({ confirmed: 1, refused: 2, pending: 0 })
    expect(listRefusals(document)).toEqual([
      `carol: The pending seat was refused. ${noSeatLeft}`,
      `eve: The pending seat was refused. ${noSeatLeft}`,
    ])
    expect(team.listGitLabHolders()).toEqual(['ada', 'Bob'])
  })

  test('sync pushes the pending seats of a run with --on-shortage fail as a whole or not at all', async () => {
    const team = await openLinkedTeam(withFreeSeats(3))
    await stage(team, 'bob', 'carol', 'eve', '--on-shortage', 'fail')
    team.changeGitLab('UPDATE add_on_purchases SET quantity = 2')
    await team.inProcess.runForJson(3, ['sync'])
    expect(team.listGitLabHolders()).toEqual(['ada'])
    expect(team.readResults().map(([, outcome]) => outcome)).toEqual([
      'not_attempted',
      'not_attempted',
      'not_attempted',
    ])
  })

  test('sync passes the pending seat of an ineligible user to the next user of the list', async () => {
    const team = await openLinkedTeam(withFreeSeats(3))
    team.workdir.write('list.csv', 'username\nbob\ncarol\neve\nfrank\n')
    await team.inProcess.runForJson(3, ['bulk-assign', 'list.csv', '--no-push'])
    team.changeGitLab("UPDATE users SET state = 'blocked' WHERE username = 'Bob'")
    const document = await team.runForJson<SyncDocument>(3, ['sync'])
    expect(listRefusals(document)).toEqual([
      'Bob: The pending seat was refused. The user is blocked. Unblock the user in GitLab, then assign again.',
    ])
    expect(team.listGitLabHolders()).toEqual(['ada', 'carol', 'eve', 'frank'])
  })

  test('assign pushes the pending seats of earlier runs first, and says so', async () => {
    const team = await openLinkedTeam(withFreeSeats(3))
    await stage(team, 'bob', 'carol')
    team.changeGitLab("UPDATE users SET state = 'blocked' WHERE username = 'Bob'")
    const { code, stderr } = await team.inProcess.run(['assign', 'eve'])
    expect(code).toBe(0)
    expect(stderr).toContain(
      'Changes that earlier runs had left pending: 1 confirmed, 1 invalid_user_membership.',
    )
    expect(team.listGitLabHolders()).toEqual(['ada', 'carol', 'eve'])
  })

  test('a pending seat waits while GitLab hides its purchase, and does not block other runs', async () => {
    const team = await openLinkedTeam({
      add_on_purchases: [
        makePurchase({ quantity: 4 }),
        makePurchase({ id: 2, add_on: 'duo-enterprise', quantity: 4 }),
      ],
    })
    await stage(team, 'bob', '--add-on', 'duo-pro')
    team.changeGitLab("UPDATE add_on_purchases SET expires_on = '2020-01-01' WHERE id = 1")
    const synced = await team.inProcess.run(['sync'])
    expect(synced.code).toBe(0)
    expect(synced.stderr).toContain('duo-seats unlink --discard-pending')
    expect((await team.inProcess.run(['assign', 'carol', '--add-on', 'duo-enterprise'])).code).toBe(0)
    expect(team.listGitLabHolders()).toEqual(['ada', 'carol'])
  })

  test('assign --dry-run calls a seat of an earlier run pending', async () => {
    const team = await openLinkedTeam()
    await stage(team, 'bob')
    const { results } = await team.inProcess.runForJson(3, ['assign', 'bob', 'carol', '--dry-run'])
    expect(results.map(({ outcome }) => outcome)).toEqual(['pending', 'assigned'])
  })

  test('a pending seat is pushed once, however often it is requested', async () => {
    const team = await openLinkedTeam()
    await stage(team, 'bob')
    await stage(team, 'bob')
    await team.inProcess.runForJson(0, ['sync'])
    expect(team.listMutations()).toEqual([1])
    expect(team.readResults()).toEqual([
      ['bob', 'assigned', 'confirmed'],
      ['bob', 'assigned', 'confirmed'],
    ])
  })
})

describe('a run that meets a shortage in GitLab', () => {
  test('bulk-assign assigns the seats that are left in the order of the list, with the last short call as well', async () => {
    const team = await openLinkedTeam(makeCrowd(350))
    team.workdir.write('crowd.csv', writeCrowd(350))
    team.proxy.tamper = ({ isMutation }) => {
      if (isMutation) team.changeGitLab('UPDATE add_on_purchases SET quantity = 260')
      return 'pass'
    }
    await team.inProcess.runForJson(3, ['bulk-assign', 'crowd.csv'])
    expect(team.listGitLabHolders()).toEqual(Array.from({ length: 260 }, (_, index) => nameOf(index + 1)))
  })
})

describe('a run that is complete', () => {
  test('assign asks GitLab nothing more once every change is confirmed', async () => {
    const team = await openLinkedTeam()
    let isGiven = false
    team.proxy.tamper = ({ isMutation }) => {
      if (isGiven) return { status: 403, body: '{}' }
      isGiven = isMutation
      return 'pass'
    }
    await team.inProcess.runForJson(0, ['assign', 'bob'])
  })
})

describe('a plan in a linked store', () => {
  test('assign finds the reason for a user that GitLab no longer lists', async () => {
    const team = await openLinkedTeam()
    team.changeGitLab("UPDATE users SET state = 'blocked' WHERE username = 'carol'")
    team.changeGitLab('INSERT INTO seats (add_on_purchase_id, user_id) VALUES (1, 5)')
    const { results } = await team.inProcess.runForJson(3, ['assign', 'carol'])
    expect(results.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['invalid_user_membership', 'blocked'],
    ])
  })

  test('assign gives the seat to the user who has the name today', async () => {
    const team = await openLinkedTeam()
    team.changeGitLab("UPDATE users SET username = 'eve-old' WHERE username = 'eve'")
    team.changeGitLab(
      "INSERT INTO users (id, username, name, state, type, member) VALUES (70, 'eve', 'Eve', 'active', 'human', 1)",
    )
    const { results } = await team.inProcess.runForJson(0, ['assign', 'eve'])
    expect(results.map(({ user_id, username, outcome }) => [user_id, username, outcome])).toEqual([
      [70, 'eve', 'assigned'],
    ])
    expect(team.listGitLabHolders()).toEqual(['ada', 'eve'])
  })

  test('assign counts the holders that an old GitLab hides', async () => {
    const team = await openLinkedTeam(withFreeSeats(2), { version: '17.3' })
    team.changeGitLab("UPDATE users SET state = 'blocked' WHERE username = 'ada'")
    await team.inProcess.run(['sync'])
    const { summary } = await team.inProcess.runForJson(3, ['assign', 'bob', 'carol', 'eve'])
    expect(summary).toMatchObject({ free_before: 2, free_after: 0, short: 1 })
    expect(team.listGitLabHolders()).toEqual(['ada', 'Bob', 'carol'])
  })
})
