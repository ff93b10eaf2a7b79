import { describe, expect, test } from 'vitest'
import { makePurchase, makeSeat, makeSnapshot, makeUser } from '../support/make-snapshot.ts'
import { listSeats, runSync, syncForChanges, syncStore, toShortText } from '../support/sync-store.ts'
import { Workdir } from '../support/workdir.ts'

const people = [makeUser(7, 'ada'), makeUser(8, 'bob'), makeUser(9, 'cleo')]

/** The changes that a sync with the second snapshot prints for a store of the first. */
async function listChanges(first: object, second: object): Promise<string[]> {
  const workdir = new Workdir()
  await syncStore(workdir, first)
  return (await syncForChanges(workdir, second)).map(toShortText)
}

describe('a second sync', () => {
  const snapshot = makeSnapshot({ users: people, seats: [makeSeat(7), makeSeat(8)] })

  test('sync with the same snapshot reports no change', async () => {
    const workdir = new Workdir()
    await runSync(workdir, snapshot)
    expect(await runSync(workdir, snapshot)).toEqual({
      code: 0,
      stdout: [
        'https://gitlab.example.com',
        'Taken at 2026-03-02 22:00 +14:00 (1 h ago), plan ultimate, GitLab 17.11.2',
        '',
        'No change.',
        '',
        '3 users. GitLab Duo Pro: 2 of 2 seats held. 0 changes.',
        '',
      ].join('\n'),
      stderr: '',
    })
    expect(await syncForChanges(workdir, snapshot)).toEqual([])
  })

  test.each<[string, object, string[]]>([
    ['a new user', { users: [...people, makeUser(10, 'dora')] }, ['user_added dora']],
    [
      'a user who is gone, and the lost seat',
      { users: people.slice(1), seats: [makeSeat(8)] },
      ['user_gone ada', 'seat_lost ada'],
    ],
    [
      'each fact of a user that has changed',
      {
        users: [
          makeUser(7, 'ada', { name: 'Ada L.', email: null, state: 'blocked' }),
          makeUser(8, 'bob', { member: false, type: 'project_bot' }),
          makeUser(9, 'cleo', { email: 'cleo@acme.example' }),
        ],
        seats: [],
      },
      [
        'user_changed ada: "ADA", ada@example.com, active -> "Ada L.", without email, blocked',
        'user_changed bob: human, a member -> project_bot, no member',
        'user_changed cleo: cleo@example.com -> cleo@acme.example',
        'seat_lost ada',
        'seat_lost bob',
      ],
    ],
    [
      'two users who swapped their names',
      {
        users: [
          makeUser(7, 'bob', { name: 'ADA', email: 'ada@example.com' }),
          makeUser(8, 'ada', { name: 'BOB', email: 'bob@example.com' }),
          makeUser(9, 'cleo'),
        ],
      },
      ['user_changed ada: @bob -> @ada', 'user_changed bob: @ada -> @bob'],
    ],
    [
      'a name that changed its case',
      { users: [makeUser(7, 'Ada', { name: 'ADA', email: 'ada@example.com' }), ...people.slice(1)] },
      ['user_changed Ada: @ada -> @Ada'],
    ],
    [
      'a name that passed from a user who is gone to a new one',
      { users: [makeUser(17, 'ada'), ...people.slice(1)], seats: [makeSeat(8), makeSeat(17)] },
      ['user_added ada', 'user_gone ada', 'seat_gained ada', 'seat_lost ada'],
    ],
    [
      'seats that were gained and lost',
      { seats: [makeSeat(8), makeSeat(9)] },
      ['seat_gained cleo', 'seat_lost ada'],
    ],
    [
      'a changed quantity, changed days and a trial',
      {
        add_on_purchases: [
          makePurchase({ quantity: 3, started_on: null, expires_on: '2027-01-15', trial: true }),
        ],
      },
      [
        'add_on_purchase_changed duo-pro: 2 seats of GitLab Duo Pro from 2026-01-01 to 2099-01-01' +
          ' -> 3 seats on trial of GitLab Duo Pro from unknown to 2027-01-15',
      ],
    ],
    [
      'a purchase that became one of Duo Enterprise',
      { add_on_purchases: [makePurchase({ add_on: 'duo-enterprise' })] },
      [
        'add_on_purchase_changed duo-enterprise: 2 seats of GitLab Duo Pro from 2026-01-01 to 2099-01-01' +
          ' -> 2 seats of GitLab Duo Enterprise from 2026-01-01 to 2099-01-01',
      ],
    ],
    [
      'a new purchase and a seat of it',
      {
        add_on_purchases: [makePurchase(), makePurchase({ id: 2, add_on: 'duo-enterprise', quantity: 1 })],
        seats: [makeSeat(7), makeSeat(8), makeSeat(8, { add_on_purchase_id: 2 })],
      },
      [
        'add_on_purchase_added duo-enterprise: nothing -> 1 seat of GitLab Duo Enterprise from 2026-01-01 to 2099-01-01',
        'seat_gained bob',
      ],
    ],
    [
      'a purchase that is gone, and its lost seats',
      { add_on_purchases: [], seats: [] },
      [
        'add_on_purchase_gone duo-pro: 2 seats of GitLab Duo Pro from 2026-01-01 to 2099-01-01 -> nothing',
        'seat_lost ada',
        'seat_lost bob',
      ],
    ],
    [
      'holders who are not eligible any more',
      {
        users: [
          makeUser(7, 'ada', { state: 'ldap_blocked' }),
          makeUser(8, 'bob', { type: 'ghost' }),
          makeUser(9, 'cleo'),
        ],
      },
      [
        'user_changed ada: active -> ldap_blocked',
        'user_changed bob: human -> ghost',
        'holder_not_eligible ada: nothing -> ldap_blocked',
        'holder_not_eligible bob: nothing -> ghost',
      ],
    ],
    [
      'more seats held than bought',
      { add_on_purchases: [makePurchase({ quantity: 0 })] },
      [
        'add_on_purchase_changed duo-pro: 2 seats of GitLab Duo Pro from 2026-01-01 to 2099-01-01' +
          ' -> 0 seats of GitLab Duo Pro from 2026-01-01 to 2099-01-01',
        'seats_exceeded duo-pro: 0 -> 2',
      ],
    ],
  ])('sync reports %s', async (_, facts, changes) => {
    expect(await listChanges(snapshot, { ...snapshot, ...facts })).toEqual(changes)
  })

  test('assign finds users after a sync that swapped a name and changed the case of another', async () => {
    const workdir = new Workdir()
    await syncStore(workdir, makeSnapshot({ users: people }))
    await syncStore(workdir, makeSnapshot({ users: [makeUser(7, 'BOB'), makeUser(8, 'ada')] }))
    const { results } = await workdir.runForJson<{ results: { username: string; user_id: number }[] }>(0, [
      'assign',
      'ada',
      'bob',
    ])
    expect(results.map(({ username, user_id }) => [username, user_id])).toEqual([
      ['ada', 8],
      ['BOB', 7],
    ])
  })

  test('assign finds a user by the new email address after a sync, and not by the old one', async () => {
    const workdir = new Workdir()
    await syncStore(workdir, makeSnapshot({ users: people }))
    await syncStore(workdir, makeSnapshot({ users: [makeUser(7, 'ada', { email: 'Ada@ACME.example' })] }))
    await workdir.inProcess.runExpecting(3, ['assign', 'ada@example.com', 'bob@example.com'])
    await workdir.inProcess.runExpecting(0, ['assign', 'ada@acme.example'])
    expect(Object.keys(await listSeats(workdir))).toEqual(['ada'])
  })

  test('sync restores a user who was gone, without the seat', async () => {
    const workdir = new Workdir()
    await syncStore(workdir, snapshot)
    await syncStore(workdir, makeSnapshot({ users: people.slice(1), seats: [makeSeat(8)] }))
    await workdir.inProcess.runExpecting(3, ['assign', 'ada'])
    const changes = await syncForChanges(workdir, makeSnapshot({ users: people, seats: [makeSeat(8)] }))
    expect(changes.map(toShortText)).toEqual(['user_added ada'])
    await workdir.inProcess.runExpecting(3, ['assign', 'cleo', 'ada', '--on-shortage', 'fill'])
    expect(Object.keys(await listSeats(workdir))).toEqual(['bob', 'cleo'])
  })

  test('sync counts users with nothing but newer activity, and list prints the activity', async () => {
    const workdir = new Workdir()
    await syncStore(workdir, snapshot)
    const users = [makeUser(7, 'ada', { last_duo_activity_on: '2026-03-01' }), ...people.slice(1)]
    const { stdout } = await runSync(workdir, { ...snapshot, users })
    expect(stdout.split('\n').slice(3)).toEqual([
      'No change.',
      'Users: 1 with other activity days.',
      '',
      '3 users. GitLab Duo Pro: 2 of 2 seats held. 0 changes.',
      '',
    ])
    expect(await workdir.inProcess.runExpecting(0, ['list', '--format', 'csv'])).toContain(',2026-03-01\n')
  })

  test('sync reports a surplus and ineligible holders every time', async () => {
    const workdir = new Workdir()
    const exceeded = makeSnapshot({
      add_on_purchases: [makePurchase({ quantity: 1 })],
      users: [makeUser(7, 'ada', { state: 'blocked_pending_approval' }), makeUser(8, 'bob')],
      seats: [makeSeat(7), makeSeat(8)],
    })
    await runSync(workdir, exceeded)
    const { code, stdout } = await runSync(workdir, exceeded)
    expect(code).toBe(0)
    expect(stdout.split('\n').slice(3)).toEqual([
      'No change.',
      'GitLab Duo Pro: 1 holder not eligible: @ada (blocked pending approval).',
      'GitLab Duo Pro: Seats held: 2, bought: 1, too many: 1. ' +
        'At its next refresh GitLab removes the surplus without a notice: first from holders without recorded use, ' +
        'latest assigned first, then from holders with use, oldest use first.',
      'GitLab will likely remove 1 seat at its next refresh, in this order, as of 2026-03-02 22:00 +14:00: @ada (blocked pending approval).',
      'To choose instead: duo-seats reclaim --add-on duo-pro --inactive-for 60d --include-never-active --to-free 0',
      '',
      '2 users. GitLab Duo Pro: 2 of 1 seat held. 0 changes.',
      '',
    ])
  })
})
