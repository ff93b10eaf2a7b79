import { readdirSync, statSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { makePurchase, makeSeat, makeSnapshot, makeUser } from '../support/make-snapshot.ts'
import { runInShell } from '../support/run-in-shell.ts'
import { listSeats, runSync, syncForChanges, syncStore, toShortText } from '../support/sync-store.ts'
import { collectWithProgress, Workdir } from '../support/workdir.ts'

const people = [makeUser(7, 'ada'), makeUser(8, 'bob'), makeUser(9, 'cleo')]
const later = '2026-03-02T10:00:00Z'

/** The changes that a sync with the second snapshot prints for a store of the first. */
async function listChanges(first: object, second: object): Promise<string[]> {
  const workdir = new Workdir()
  await syncStore(workdir, first)
  return (await syncForChanges(workdir, second)).map(toShortText)
}

describe('a first sync', () => {
  const snapshot = makeSnapshot({ users: people.slice(0, 2), seats: [makeSeat(8)] })
  const purchase = '2 seats of GitLab Duo Pro from 2026-01-01 to 2099-01-01'
  const rows = [
    { change: 'user_added', add_on: null, username: 'ada', user_id: 7, message: 'Is new.' },
    { change: 'user_added', add_on: null, username: 'bob', user_id: 8, message: 'Is new.' },
    {
      change: 'add_on_purchase_added',
      add_on: 'duo-pro',
      username: null,
      user_id: null,
      after: purchase,
      message: `Is new: ${purchase}.`,
    },
    {
      change: 'seat_gained',
      add_on: 'duo-pro',
      username: 'bob',
      user_id: 8,
      message: 'Holds a GitLab Duo Pro seat now.',
    },
  ].map((row) => ({ before: null, after: null, ...row }))

  test('sync prints a summary', async () => {
    expect(await runSync(new Workdir(), snapshot)).toEqual({
      code: 0,
      stdout: [
        'https://gitlab.example.com',
        'Taken at 2026-03-02T08:00:00.000Z, plan ultimate, GitLab 17.11.2',
        '',
        'Users: 2 new.',
        `New purchase: ${purchase}.`,
        'GitLab Duo Pro: 1 seat gained: @bob.',
        '',
      ].join('\n'),
      stderr: '',
    })
  })

  test('sync --format json prints one document', async () => {
    const { code, stdout, stderr } = await runSync(new Workdir(), snapshot, ['--format', 'json'])
    expect([code, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout)).toEqual({
      schema: 1,
      snapshot: { ...snapshot.subscription, taken_at: '2026-03-02T08:00:00.000Z' },
      summary: {
        user_added: 2,
        user_changed: 0,
        user_gone: 0,
        add_on_purchase_added: 1,
        add_on_purchase_changed: 0,
        add_on_purchase_gone: 0,
        seat_refused: 0,
        seat_gained: 1,
        seat_lost: 0,
        seat_kept: 0,
        holder_not_eligible: 0,
        removal_refused: 0,
        seats_exceeded: 0,
        activity_updated: 0,
      },
      pushed: null,
      warnings: [],
      changes: rows,
    })
  })

  test('sync --format ndjson prints a change a line', async () => {
    const { code, stdout } = await runSync(new Workdir(), snapshot, ['--format', 'ndjson'])
    expect(code).toBe(0)
    expect(stdout.trimEnd().split('\n').map(parse)).toEqual(rows)
  })

  test('sync --format csv prints a header and a change a line', async () => {
    const { code, stdout } = await runSync(new Workdir(), snapshot, ['--format', 'csv'])
    expect(code).toBe(0)
    expect(stdout.split('\n')).toEqual([
      'change,add_on,username,user_id,before,after,message',
      'user_added,,ada,7,,,Is new.',
      'user_added,,bob,8,,,Is new.',
      `add_on_purchase_added,duo-pro,,,,${purchase},Is new: ${purchase}.`,
      'seat_gained,duo-pro,bob,8,,,Holds a GitLab Duo Pro seat now.',
      '',
    ])
  })

  test('sync --quiet prints no summary, and a CSV as usual', async () => {
    const workdir = new Workdir()
    expect(await runSync(workdir, snapshot, ['--quiet'])).toEqual({ code: 0, stdout: '', stderr: '' })
    const { stdout } = await runSync(workdir, snapshot, ['--quiet', '--format', 'csv'])
    expect(stdout).toBe('change,add_on,username,user_id,before,after,message\n')
  })

  test('sync creates the folder and the file of the store for its owner only', async () => {
    const workdir = new Workdir()
    await workdir.runExpecting(0, [
      'sync',
      '--store',
      'a/b/acme.db',
      '--from',
      workdir.write('snapshot.json', snapshot),
    ])
    expect(statSync(workdir.join('a/b/acme.db')).mode & 0o777).toBe(0o600)
    expect(statSync(workdir.join('a/b')).mode & 0o777).toBe(0o700)
    expect(readdirSync(workdir.join('a/b'))).toEqual(['acme.db'])
  })

  test('sync --from - reads the snapshot from standard input', async () => {
    const workdir = new Workdir()
    await workdir.runExpecting(0, ['sync', '--from', '-'], { stdin: JSON.stringify(snapshot) })
    expect(await listSeats(workdir)).toEqual({ bob: null })
  })

  test('sync --from reads the snapshot from a named pipe', async () => {
    const workdir = new Workdir()
    workdir.write('snapshot.json', snapshot)
    const { code, stderr } = await runInShell(workdir, 'duo-seats sync --from <(cat snapshot.json)')
    expect([code, stderr]).toEqual([0, ''])
    expect(await listSeats(workdir)).toEqual({ bob: null })
  })

  test('sync and list take :memory: as the name of a file', async () => {
    const workdir = new Workdir()
    const file = workdir.write('snapshot.json', snapshot)
    await workdir.runExpecting(0, ['sync', '--from', file, '--store', ':memory:'])
    const stdout = await workdir.runExpecting(0, ['list', '--store', ':memory:', '--format', 'csv'])
    expect(stdout.split('\n')[1]).toMatch(/^bob,8,/)
  })
})

function parse(line: string): unknown {
  return JSON.parse(line)
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
        'Taken at 2026-03-02T08:00:00.000Z, plan ultimate, GitLab 17.11.2',
        '',
        'No change.',
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
    await workdir.runExpecting(3, ['assign', 'ada@example.com', 'bob@example.com'])
    await workdir.runExpecting(0, ['assign', 'ada@acme.example'])
    expect(Object.keys(await listSeats(workdir))).toEqual(['ada'])
  })

  test('sync restores a user who was gone, without the seat', async () => {
    const workdir = new Workdir()
    await syncStore(workdir, snapshot)
    await syncStore(workdir, makeSnapshot({ users: people.slice(1), seats: [makeSeat(8)] }))
    await workdir.runExpecting(3, ['assign', 'ada'])
    const changes = await syncForChanges(workdir, makeSnapshot({ users: people, seats: [makeSeat(8)] }))
    expect(changes.map(toShortText)).toEqual(['user_added ada'])
    await workdir.runExpecting(3, ['assign', 'cleo', 'ada', '--on-shortage', 'fill'])
    expect(Object.keys(await listSeats(workdir))).toEqual(['bob', 'cleo'])
  })

  test('sync counts users with nothing but newer activity, and list prints the activity', async () => {
    const workdir = new Workdir()
    await syncStore(workdir, snapshot)
    const users = [makeUser(7, 'ada', { last_duo_activity_on: '2026-03-01' }), ...people.slice(1)]
    const { stdout } = await runSync(workdir, { ...snapshot, users })
    expect(stdout.split('\n').slice(3)).toEqual(['No change.', 'Users: 1 with other activity days.', ''])
    expect(await workdir.runExpecting(0, ['list', '--format', 'csv'])).toContain(',2026-03-01\n')
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
      'GitLab Duo Pro: Seats held: 2, seats bought: 1, so 1 too many. ' +
        'At its next refresh GitLab takes the surplus without telling anybody: first from holders without recorded use, ' +
        'latest assigned first, then from holders with use, oldest use first.',
      '',
    ])
  })
})

const gitlabCom = makeSnapshot({
  subscription: {
    offering: 'gitlab.com',
    url: 'https://gitlab.com',
    group: 'acme',
    plan: 'premium',
    gitlab_version: '19.0.0',
    last_sync_at: null,
  },
})

test('sync reports a holder on GitLab.com who is not a member as not eligible', async () => {
  const snapshot = { ...gitlabCom, users: [makeUser(7, 'ada', { member: false })], seats: [makeSeat(7)] }
  expect((await syncForChanges(new Workdir(), snapshot)).at(-1)).toEqual({
    change: 'holder_not_eligible',
    add_on: 'duo-pro',
    username: 'ada',
    user_id: 7,
    before: null,
    after: 'not_a_member',
    message:
      'Holds a seat and is not eligible. The user is not a member of the group, its subgroups or projects. GitLab takes the seat at its next refresh.',
  })
})

describe('a subscription that does not allow seats', () => {
  const { subscription } = makeSnapshot()
  const tier = 'GitLab Duo add-ons need Premium or Ultimate; this subscription is starter.'
  const version = 'Seats on Self-Managed need GitLab 16.8 or later; this is 16.7.9-ee.'

  test.each<[object, string[]]>([
    [{ plan: 'Starter' }, [tier]],
    [{ gitlab_version: '16.7.9-ee' }, [version]],
    [{ plan: 'starter', gitlab_version: '16.7.9-ee' }, [tier, version]],
    [{ plan: 'premium', gitlab_version: '16.8.0' }, []],
    [{ plan: 'ultimate', gitlab_version: '17.0.1-ee' }, []],
    [{ offering: 'gitlab.com', url: 'https://gitlab.com', group: 'a', gitlab_version: '16.7.9-ee' }, []],
  ])('sync prints the warnings of the subscription %j on stderr', async (facts, warnings) => {
    const workdir = new Workdir()
    const snapshot = makeSnapshot({ subscription: { ...subscription, ...facts } })
    const { code, stdout, stderr } = await runSync(workdir, snapshot, ['--format', 'json'])
    expect([code, stderr]).toEqual([0, warnings.map((warning) => `warning: ${warning}\n`).join('')])
    expect(JSON.parse(stdout)).toMatchObject({ warnings })
    expect(await runSync(workdir, snapshot, ['--quiet'])).toEqual({ code: 0, stdout: '', stderr: '' })
  })
})

test('sync names unknown keys of a snapshot once', async () => {
  const snapshot = {
    ...makeSnapshot({
      users: people.map((user) => ({ ...user, nickname: 'x' })),
      seats: [7, 8].map((id) => ({ ...makeSeat(id), colour: 'red' })),
    }),
    comment: 'x',
  }
  const { code, stderr } = await runSync(new Workdir(), snapshot)
  expect([code, stderr]).toEqual([0, 'Ignored in the snapshot: comment, users[].nickname, seats[].colour.\n'])
})

describe('a sync that cannot begin', () => {
  const noSource =
    'error: The store is not linked to a GitLab, so there is nothing to sync with.\n' +
    'hint: Link it with "duo-seats link URL", or use a snapshot: duo-seats sync --from snapshot.json\n'

  test('sync without --from and without a link says what to do, and creates no store', async () => {
    const workdir = new Workdir()
    expect(await workdir.run(['sync'])).toEqual({ code: 2, stdout: '', stderr: noSource })
    expect(readdirSync(workdir.path)).toEqual([])
  })

  test('sync --format json without a link prints the error as a document', async () => {
    const { code, stdout } = await new Workdir().run(['sync', '--format', 'json'])
    expect([code, JSON.parse(stdout)]).toEqual([
      2,
      {
        schema: 1,
        error: {
          code: 'usage',
          message: 'The store is not linked to a GitLab, so there is nothing to sync with.',
          hint: 'Link it with "duo-seats link URL", or use a snapshot: duo-seats sync --from snapshot.json',
        },
      },
    ])
  })

  test('sync rejects a malformed snapshot with all of its faults, and leaves the store unchanged', async () => {
    const workdir = new Workdir()
    await syncStore(workdir, makeSnapshot({ users: people, seats: [makeSeat(7)] }))
    const before = await workdir.runExpecting(0, ['list', '--all', '--format', 'csv'])
    const broken = makeSnapshot({
      taken_at: later,
      add_on_purchases: [makePurchase({ quantity: -1 })],
      users: [makeUser(7, 'ada'), makeUser(7, 'ADA'), makeUser(8, 'bob', { state: 'asleep' })],
      seats: [makeSeat(99)],
    })
    const { code, stdout, stderr } = await runSync(workdir, broken)
    expect([code, stdout]).toEqual([2, ''])
    for (const place of [
      'add_on_purchases[0].quantity',
      'users[1].id',
      'users[1].username',
      'users[2].state',
    ])
      expect(stderr).toContain(`  ${place}: expected `)
    expect(await workdir.runExpecting(0, ['list', '--all', '--format', 'csv'])).toBe(before)
  })

  test.each<[string, string]>([
    ['{"schema": 1', 'is not JSON'],
    ['', 'is empty'],
    ['[]', 'is not a valid snapshot: 1 fault.'],
  ])('sync creates no store from a file that is not a snapshot: %j', async (content, problem) => {
    const workdir = new Workdir()
    workdir.write('snapshot.json', content)
    const { code, stdout, stderr } = await workdir.run(['sync', '--from', 'snapshot.json'])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(`snapshot.json ${problem}`)
    expect(readdirSync(workdir.path)).toEqual(['snapshot.json'])
  })

  test('sync reports that the snapshot file does not exist', async () => {
    const workdir = new Workdir()
    expect(await workdir.run(['sync', '--from', 'none.json'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: There is no file none.json.\nhint: Check the name, or give - for standard input.\n',
    })
  })
})

test('sync prints its progress while it waits for the snapshot', async () => {
  const child = new Workdir().start(['sync', '--from', '-'])
  const finished = collectWithProgress(child)
  const [beginning, rest] = JSON.stringify(makeSnapshot({ users: people })).split(/(?<=,)(.*)/)
  child.stdin?.write(beginning)
  await new Promise((done) => child.stderr?.once('data', done))
  child.stdin?.end(rest)
  const { code, stderr } = await finished
  expect([code, stderr.split('\n')[0]]).toEqual([0, expect.stringMatching(/^Synchronising/)])
})
