import { describe, expect, test } from 'vitest'
import { formatLocalMinute } from '../../src/report/local-time.ts'
import { type LinkedTeam, openLinkedTeam } from '../support/linked-team.ts'
import { makePurchase, makeUser } from '../support/make-snapshot.ts'
import type { ChangeRow } from '../support/sync-store.ts'
import { answerWith, refuseWith } from '../support/tampering-proxy.ts'
import { Workdir } from '../support/workdir.ts'

interface SyncDocument {
  pushed: object | null
  warnings: string[]
  changes: ChangeRow[]
}

/** `[change, username]` of each change. */
function condense({ changes }: SyncDocument): unknown[] {
  return changes.map(({ change, username }) => [change, username])
}

const expire = "UPDATE add_on_purchases SET expires_on = '2020-01-01'"

/** Removes what a sync writes when it finds the purchases over, after a check that it is there. */
function forgetGone(store: Record<string, unknown[]>): Record<string, unknown[]> {
  const purchases = store['add_on_purchases'] as { gone_at: string | null }[]
  expect(purchases.map(({ gone_at }) => gone_at)).toEqual([expect.any(String)])
  const history = store['history'] as { change: string }[]
  expect(history.at(-1)).toMatchObject({ change: 'over' })
  return {
    ...store,
    add_on_purchases: purchases.map((purchase) => ({ ...purchase, gone_at: null })),
    history: history.slice(0, -1),
    last_holders: [],
  }
}

const dayOf = (time: Date) => time.toISOString().slice(0, 10)

/** The day on which a sync found the only purchase over. */
function readGoneOn(team: LinkedTeam): string {
  const [purchase] = team.readOwnStore()['add_on_purchases'] as { gone_at: string }[]
  return purchase?.gone_at.slice(0, 10) ?? 'never'
}

describe('sync in a linked store', () => {
  test('sync pulls purchases, holders and eligible users', async () => {
    const team = await openLinkedTeam()
    const { users } = await team.inProcess.runForJson<{ users: { username: string; holds_seat: boolean }[] }>(
      0,
      ['list', '--all'],
    )
    expect(users.map(({ username, holds_seat }) => [username, holds_seat])).toEqual([
      ['ada', true],
      ['Bob', false],
      ['carol', false],
      ['eve', false],
      ['frank', false],
      ['twin-one', false],
      ['twin-two', false],
    ])
  })

  test('sync reports no change the second time', async () => {
    const team = await openLinkedTeam()
    expect(condense(await team.runForJson(0, ['sync']))).toEqual([])
  })

  test('sync reports the changes in GitLab, and a holder who is not eligible any more', async () => {
    const team = await openLinkedTeam()
    team.changeGitLab("UPDATE users SET state = 'blocked' WHERE username IN ('ada', 'carol')")
    team.changeGitLab('INSERT INTO seats (add_on_purchase_id, user_id) VALUES (1, 2)')
    expect(condense(await team.inProcess.runForJson(0, ['sync']))).toEqual([
      ['user_changed', 'ada'],
      ['user_gone', 'carol'],
      ['seat_gained', 'Bob'],
      ['holder_not_eligible', 'ada'],
    ])
  })

  test('sync reads many pages', async () => {
    const users = Array.from({ length: 450 }, (_, index) => makeUser(index + 1, `user${index + 1}`))
    const seats = users
      .slice(0, 230)
      .map(({ id }) => ({ add_on_purchase_id: 1, user_id: id, assigned_at: null }))
    const team = await openLinkedTeam({ add_on_purchases: [makePurchase({ quantity: 400 })], users, seats })
    expect(team.listOwnHolders()).toHaveLength(230)
    const { users: listed } = await team.inProcess.runForJson<{ users: object[] }>(0, ['list', '--all'])
    expect(listed).toHaveLength(450)
  })

  test('sync reads the users again when seats change between the pages', async () => {
    const users = Array.from({ length: 250 }, (_, index) => makeUser(index + 1, `user${index + 1}`))
    const team = await openLinkedTeam({
      add_on_purchases: [makePurchase({ quantity: 400 })],
      users,
      seats: [],
    })
    let pages = 0
    team.proxy.tamper = ({ variables }) => {
      // A user who gets a seat after the holders were read is in neither list.
      if ('after' in variables && pages++ === 1)
        team.changeGitLab('INSERT INTO seats (add_on_purchase_id, user_id) VALUES (1, 1)')
      return 'pass'
    }
    expect(condense(await team.inProcess.runForJson(0, ['sync']))).toEqual([['seat_gained', 'user1']])
  })

  test('sync --to writes a snapshot that another store accepts', async () => {
    const team = await openLinkedTeam()
    await team.inProcess.runForJson(0, ['sync', '--to', 'copy.json'])
    const other = team.workdir.join('other.db')
    await team.workdir.inProcess.runExpecting(0, ['sync', '--from', 'copy.json', '--store', other])
    const list = await team.inProcess.run(['list', '--all', '--format', 'csv', '--store', other])
    expect(list.code).toBe(0)
    expect(list.stdout.trim().split('\n')).toHaveLength(8)
  })

  test('sync --from is refused in a linked store', async () => {
    const team = await openLinkedTeam()
    await team.inProcess.runForJson(0, ['sync', '--to', 'copy.json'])
    const finished = await team.inProcess.run(['sync', '--from', 'copy.json'])
    expect(finished.code).toBe(2)
    expect(finished.stderr).toContain('so a snapshot cannot replace its data')
  })

  test('sync explains that GitLab shows no purchase, and list marks the purchase as over', async () => {
    const team = await openLinkedTeam()
    const before = team.readOwnStore()
    team.changeGitLab(expire)
    const days = [dayOf(new Date())]
    const finished = [await team.inProcess.run(['sync'])]
    const today = readGoneOn(team)
    days.push(dayOf(new Date()))
    // Midnight may have passed.
    expect(days).toContain(today)
    for (const command of [['sync'], ['sync', '--to', 'copy.json']])
      finished.push(await team.inProcess.run(command))
    for (const { code, stdout, stderr } of finished) {
      expect([code, stdout]).toEqual([1, ''])
      expect(stderr).toContain(
        'error: GitLab shows no active Duo Pro or Duo Enterprise purchase, and its subscription was never synchronised. ' +
          `The store marks GitLab Duo Pro (1 seat held) as over since ${today}.\n` +
          'hint: In the Admin area open Subscription, then "Synchronize subscription", and run the command again. ' +
          'GitLab keeps the seats of an expired purchase for 14 days. Renew it by then, and the seats are back.\n',
      )
    }
    expect(forgetGone(team.readOwnStore())).toEqual(before)

    const over = `GitLab no longer shows GitLab Duo Pro, as of ${today}.`
    const { code, stdout, stderr } = await team.inProcess.run(['list'])
    expect([code, stderr]).toEqual([0, `warning: ${over} Its seats cannot be changed.\n`])
    expect(stdout).toContain(`\nSeats: 1 of 4 held, 3 free`)
    expect(stdout).toContain(`\nOver: ${over}\n`)
    expect(stdout).toContain('\nada ')
    const { purchase } = await team.inProcess.runForJson<{ purchase: object }>(0, ['list'])
    expect(purchase).toMatchObject({ id: 1, assigned: 1, gone_at: expect.stringMatching(`^${today}T`) })
    expect(await team.inProcess.run(['assign', 'bob', '--no-push'])).toEqual({
      code: 1,
      stdout: '',
      stderr:
        `error: ${over} Its seats cannot be changed.\n` +
        'hint: Renew the subscription, then run "duo-seats sync".\n',
    })
  })

  test('sync restores the seats once the purchase is renewed', async () => {
    const team = await openLinkedTeam()
    team.changeGitLab(expire)
    expect((await team.inProcess.run(['sync'])).code).toBe(1)
    team.changeGitLab("UPDATE add_on_purchases SET expires_on = '2099-01-01'")
    expect(condense(await team.inProcess.runForJson(0, ['sync']))).toEqual([['add_on_purchase_added', null]])
    expect(team.listOwnHolders()).toEqual(['ada'])
    expect(await team.inProcess.run(['list'])).toMatchObject({ code: 0, stderr: '' })
  })

  test('sync pushes the changes that waited for a purchase once it is renewed', async () => {
    const team = await openLinkedTeam()
    await team.inProcess.runForJson(0, ['assign', 'bob', '--no-push'])
    team.changeGitLab(expire)
    expect((await team.inProcess.run(['sync'])).stderr).toContain('Pending changes that wait for it: 1.')
    team.changeGitLab("UPDATE add_on_purchases SET expires_on = '2099-01-01'")
    await team.inProcess.runForJson(0, ['sync'])
    expect(team.listGitLabHolders()).toEqual(['ada', 'Bob'])
    expect(team.listOwnHolders()).toEqual(['ada', 'Bob'])
    expect(await team.inProcess.run(['list'])).toMatchObject({ code: 0, stderr: '' })
  })

  test('sync names the product of a renewed purchase for which GitLab refuses a removal', async () => {
    const team = await openLinkedTeam({
      add_on_purchases: [makePurchase({ add_on: 'duo-enterprise', quantity: 4 })],
    })
    await team.inProcess.runForJson(0, ['unassign', 'ada', '--no-push'])
    team.changeGitLab(expire)
    expect((await team.inProcess.run(['sync'])).code).toBe(1)
    team.changeGitLab("UPDATE add_on_purchases SET expires_on = '2099-01-01'")
    team.proxy.tamper = ({ isMutation }) => (isMutation ? refuseWith('INCOMPATIBLE_ADD_ON') : 'pass')
    const { changes } = await team.inProcess.runForJson<SyncDocument>(3, ['sync'])
    expect(changes.filter(({ change }) => change === 'removal_refused')).toMatchObject([
      {
        add_on: 'duo-enterprise',
        before: 'incompatible_add_on',
        after: expect.stringContaining('does not accept the purchase as GitLab Duo Enterprise.'),
      },
    ])
  })

  test('assign takes a renewed purchase as active without a sync before', async () => {
    const team = await openLinkedTeam()
    team.changeGitLab(expire)
    expect((await team.inProcess.run(['sync'])).code).toBe(1)
    expect((await team.inProcess.run(['assign', 'bob'])).code).toBe(1)
    team.changeGitLab("UPDATE add_on_purchases SET expires_on = '2099-01-01'")
    await team.inProcess.runForJson(0, ['assign', 'bob'])
    expect(team.listGitLabHolders()).toEqual(['ada', 'Bob'])
  })

  test('sync does not mark a purchase as over where the token may not read it', async () => {
    const team = await openLinkedTeam()
    const before = team.readOwnStore()
    team.proxy.tamper = ({ operation }) =>
      operation === 'ReadLicense'
        ? answerWith({ data: { currentLicense: null } })
        : operation === 'ReadPurchases'
          ? answerWith({ data: { addOnPurchases: [] } })
          : 'pass'
    expect((await team.inProcess.run(['sync'])).code).toBe(4)
    expect(team.readOwnStore()).toEqual(before)
  })

  test('sync keeps users and seats when the purchase expires while it reads', async () => {
    const team = await openLinkedTeam()
    const before = team.readOwnStore()
    let readings = 0
    team.proxy.tamper = ({ operation }) => {
      if (operation === 'ReadPurchases' && ++readings === 2) team.changeGitLab(expire)
      return 'pass'
    }
    expect((await team.inProcess.run(['sync'])).code).toBe(1)
    expect(readings).toBe(2)
    expect(forgetGone(team.readOwnStore())).toEqual(before)
  })

  test('sync leaves the store unchanged when it fails while it writes', async () => {
    const team = await openLinkedTeam()
    team.changeGitLab(
      "UPDATE users SET name = 'Other'; DELETE FROM seats; INSERT INTO seats (add_on_purchase_id, user_id) VALUES (1, 2)",
    )
    team.changeOwnStore(
      "CREATE TRIGGER break_sync BEFORE INSERT ON seats BEGIN SELECT RAISE(ABORT, 'broken'); END",
    )
    const before = team.readOwnStore()
    expect((await team.inProcess.run(['sync'])).code).toBe(1)
    expect(team.readOwnStore()).toEqual(before)
    team.changeOwnStore('DROP TRIGGER break_sync')
    await team.inProcess.runForJson(0, ['sync'])
    expect(team.listOwnHolders()).toEqual(['Bob'])
  })

  test('sync marks no user as gone when the users change in every reading', async () => {
    const team = await openLinkedTeam()
    const take = 'DELETE FROM seats WHERE user_id = 1'
    const give = 'INSERT OR IGNORE INTO seats (add_on_purchase_id, user_id) VALUES (1, 1)'
    // Ada has no seat while the holders are read, and has one while the others are read.
    team.proxy.tamper = ({ variables }) => {
      if ('after' in variables) team.changeGitLab(JSON.stringify(variables).includes('"true"') ? take : give)
      return 'pass'
    }
    const { stderr, code, stdout } = await team.inProcess.run(['sync', '--format', 'json'])
    expect(code).toBe(0)
    expect(stderr).toContain('no user was marked as gone')
    expect(condense(JSON.parse(stdout) as SyncDocument)).toEqual([])
    expect(team.listOwnHolders()).toEqual(['ada'])
  })

  test('sync waits no longer than --timeout for a GitLab that does not answer', async () => {
    const team = await openLinkedTeam()
    team.proxy.tamper = () => new Promise<'pass'>(() => {})
    const startedAt = Date.now()
    expect((await team.inProcess.run(['sync', '--timeout', '1s'])).code).toBe(6)
    expect(Date.now() - startedAt).toBeLessThan(20_000)
  })

  test.each(['17.4', '17.2', '17.0'])('assign and sync work with GitLab %s', async (version) => {
    const team = await openLinkedTeam({}, { version })
    await team.inProcess.runForJson(0, ['assign', 'bob'])
    expect(team.listGitLabHolders()).toEqual(['ada', 'Bob'])
    expect(condense(await team.inProcess.runForJson(0, ['sync']))).toEqual([])
  })

  test('assign on GitLab.com finds that a user is not a member of the group', async () => {
    const team = await openLinkedTeam({
      subscription: {
        offering: 'gitlab.com',
        url: 'https://gitlab.com',
        group: 'acme',
        plan: 'ultimate',
        gitlab_version: '18.4.0',
        last_sync_at: null,
      },
      users: [makeUser(1, 'ada'), makeUser(2, 'bob'), makeUser(3, 'stranger', { member: false })],
    })
    const document = await team.inProcess.runForJson(3, ['assign', 'bob', 'stranger', 'nobody'])
    expect(document.results.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['assigned', null],
      ['invalid_user_membership', 'not_a_member'],
      ['user_not_found', null],
    ])
  })

  test('sync repeats a request after GitLab answers 429', async () => {
    const team = await openLinkedTeam()
    let refused = 0
    team.proxy.tamper = () =>
      refused++ < 2 ? { status: 429, headers: { 'retry-after': '1' }, body: '{}' } : 'pass'
    await team.inProcess.runForJson(0, ['sync'])
  })

  test('sync gives up on a GitLab that is out of reach, and leaves the store unchanged', async () => {
    const team = await openLinkedTeam()
    const before = team.readOwnStore()
    team.proxy.tamper = () => 'drop'
    const { error } = await team.inProcess.runForJson<{ error: { code: string; hint: string } }>(6, [
      'sync',
      '--timeout',
      '5s',
    ])
    expect(error.code).toBe('unreachable')
    expect(team.readOwnStore()).toEqual(before)
  })
})

describe('sync without a link', () => {
  test('sync without a link says how to link', async () => {
    const finished = await new Workdir().inProcess.run(['sync'])
    expect(finished.code).toBe(1)
    expect(finished.stderr).toContain('duo-seats link URL')
  })
})

describe('the license of a Self-Managed GitLab', () => {
  const lastSyncAt = (hoursAgo: number) => new Date(Date.now() - hoursAgo * 3_600_000).toISOString()
  const noPurchase = "UPDATE add_on_purchases SET expires_on = '2020-01-01'"
  const synchronise = 'In the Admin area open Subscription, then "Synchronize subscription"'

  test('sync prints the last synchronisation of the subscription, and warns after 72 hours', async () => {
    const team = await openLinkedTeam()
    const [fresh, stale] = [lastSyncAt(71), lastSyncAt(73)]
    team.changeGitLab(`UPDATE subscription SET last_sync_at = '${fresh}'`)
    const first = await team.inProcess.run(['sync'])
    expect(first.stdout).toContain(`subscription synchronised ${formatLocalMinute(fresh)}\n`)
    expect(first.stderr).toBe('')
    team.changeGitLab(`UPDATE subscription SET last_sync_at = '${stale}'`)
    const second = await team.inProcess.run(['sync'])
    expect(second.stdout).toContain(`subscription synchronised ${formatLocalMinute(stale)}\n`)
    expect(second.stderr).toBe(
      `warning: The instance last synchronised its subscription at ${formatLocalMinute(stale)}, 73 hours ago; GitLab's limit is 72 hours. ${synchronise}.\n`,
    )
  })

  test.each([
    ['never synchronised', null, 'and its subscription was never synchronised.', synchronise],
    [
      'synchronised long ago',
      100,
      "100 hours ago; GitLab's limit is 72 hours. A newer purchase may be missing.",
      synchronise,
    ],
    [
      'synchronised just now',
      1,
      'GitLab shows no active Duo Pro or Duo Enterprise purchase, as of its last synchronisation at ',
      'Buy or renew seats.',
    ],
  ])(
    'sync explains the missing purchase of an instance whose subscription was %s',
    async (_, hoursAgo, sentence, hint) => {
      const team = await openLinkedTeam()
      team.changeGitLab(noPurchase)
      if (hoursAgo !== null)
        team.changeGitLab(`UPDATE subscription SET last_sync_at = '${lastSyncAt(hoursAgo)}'`)
      const { code, stderr } = await team.inProcess.run(['sync'])
      expect(code).toBe(1)
      expect(stderr).toContain(sentence)
      expect(stderr).toContain(`hint: ${hint}`)
    },
  )

  test('sync reports that the token has too few rights where GitLab shows no license', async () => {
    const team = await openLinkedTeam()
    team.proxy.tamper = ({ operation }) =>
      operation === 'ReadLicense' || operation === 'ReadPurchases'
        ? {
            status: 200,
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ data: { currentLicense: null, addOnPurchases: [] } }),
          }
        : 'pass'
    const { code, stderr } = await team.inProcess.run(['sync'])
    expect([code, stderr]).toEqual([
      4,
      'error: GitLab shows neither a Duo purchase nor its license to this token.\n' +
        'hint: Use a token of an administrator.\n',
    ])
  })
})
