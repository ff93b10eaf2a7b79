import { readdirSync, statSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { frozenClock, frozenNow } from '../support/frozen-clock.ts'
import { makePurchase, makeSeat, makeSnapshot, makeUser } from '../support/make-snapshot.ts'
import { runInShell } from '../support/run-in-shell.ts'
import { type ChangeRow, syncStore } from '../support/sync-store.ts'
import { collectWithProgress, Workdir } from '../support/workdir.ts'

const people = [makeUser(7, 'ada'), makeUser(8, 'bob'), makeUser(9, 'cleo')]
const later = '2026-03-02T10:00:00Z'

/** A change as `code who: before -> after`. */
function toShortText({ change, username, add_on, before, after }: ChangeRow): string {
  const values = before === null && after === null ? '' : `: ${before ?? 'nothing'} -> ${after ?? 'nothing'}`
  return `${change} ${username ?? add_on}${values}`
}

/** What a sync with the second snapshot reports in a store that holds the first. */
async function listChanges(first: object, second: object): Promise<string[]> {
  const workdir = new Workdir()
  await syncStore(workdir, first)
  return (await syncStore(workdir, second)).map(toShortText)
}

/** Everybody in the store with the time of the seat: `ada: null` holds one since nobody knows when. */
async function listSeats(workdir: Workdir): Promise<Record<string, string | null>> {
  const { users } = await workdir.runForJson<{ users: { username: string; assigned_at: string | null }[] }>(
    0,
    ['list'],
    { env: frozenClock },
  )
  return Object.fromEntries(users.map(({ username, assigned_at }) => [username, assigned_at]))
}

/** Runs sync at the frozen clock. */
function runSync(workdir: Workdir, snapshot: object, args: readonly string[] = []) {
  const file = workdir.write('snapshot.json', snapshot)
  return workdir.run(['sync', '--from', file, ...args], { env: frozenClock })
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

  test('is condensed for people', async () => {
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

  test('is one JSON document', async () => {
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

  test('is a JSON object a line', async () => {
    const { code, stdout } = await runSync(new Workdir(), snapshot, ['--format', 'ndjson'])
    expect(code).toBe(0)
    expect(stdout.trimEnd().split('\n').map(parse)).toEqual(rows)
  })

  test('is a CSV', async () => {
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

  test('prints nothing for people with --quiet, and leaves the formats for machines alone', async () => {
    const workdir = new Workdir()
    expect(await runSync(workdir, snapshot, ['--quiet'])).toEqual({ code: 0, stdout: '', stderr: '' })
    const { stdout } = await runSync(workdir, snapshot, ['--quiet', '--format', 'csv'])
    expect(stdout).toBe('change,add_on,username,user_id,before,after,message\n')
  })

  test('makes the folder of the store, and a file that nobody else may read', async () => {
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

  test('reads the snapshot from standard input', async () => {
    const workdir = new Workdir()
    await workdir.runExpecting(0, ['sync', '--from', '-'], { stdin: JSON.stringify(snapshot) })
    expect(await listSeats(workdir)).toEqual({ bob: null })
  })

  test('reads the snapshot from a pipe that has a name', async () => {
    const workdir = new Workdir()
    workdir.write('snapshot.json', snapshot)
    const { code, stderr } = await runInShell(workdir, 'duo-seats sync --from <(cat snapshot.json)')
    expect([code, stderr]).toEqual([0, ''])
    expect(await listSeats(workdir)).toEqual({ bob: null })
  })

  test('takes a file named :memory: for a file', async () => {
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

  test('of the same file says that nothing changed', async () => {
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
    expect(await syncStore(workdir, snapshot)).toEqual([])
  })

  test.each<[string, object, string[]]>([
    ['a new user', { users: [...people, makeUser(10, 'dora')] }, ['user_added dora']],
    [
      'a user who is gone, with the seat',
      { users: people.slice(1), seats: [makeSeat(8)] },
      ['user_gone ada', 'seat_lost ada'],
    ],
    [
      'each fact of a user that is another',
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
      'a name in another case',
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
      'another quantity, other days and a trial',
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
      'a purchase that became Duo Enterprise in place',
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
      'a purchase that is gone, with its seats',
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
  ])('reports %s', async (_, facts, changes) => {
    expect(await listChanges(snapshot, { ...snapshot, ...facts })).toEqual(changes)
  })

  test('finds a user by a swapped name, and a user whose name has another case', async () => {
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

  test('finds a user by the new email address, and not by the old one', async () => {
    const workdir = new Workdir()
    await syncStore(workdir, makeSnapshot({ users: people }))
    await syncStore(workdir, makeSnapshot({ users: [makeUser(7, 'ada', { email: 'Ada@ACME.example' })] }))
    await workdir.runExpecting(3, ['assign', 'ada@example.com', 'bob@example.com'])
    await workdir.runExpecting(0, ['assign', 'ada@acme.example'])
    expect(Object.keys(await listSeats(workdir))).toEqual(['ada'])
  })

  test('takes back a user who was gone, without the seat', async () => {
    const workdir = new Workdir()
    await syncStore(workdir, snapshot)
    await syncStore(workdir, makeSnapshot({ users: people.slice(1), seats: [makeSeat(8)] }))
    await workdir.runExpecting(3, ['assign', 'ada'])
    const changes = await syncStore(workdir, makeSnapshot({ users: people, seats: [makeSeat(8)] }))
    expect(changes.map(toShortText)).toEqual(['user_added ada'])
    await workdir.runExpecting(3, ['assign', 'cleo', 'ada', '--on-shortage', 'fill'])
    expect(Object.keys(await listSeats(workdir))).toEqual(['bob', 'cleo'])
  })

  test('counts users of whom only the activity is newer, and shows it', async () => {
    const workdir = new Workdir()
    await syncStore(workdir, snapshot)
    const users = [makeUser(7, 'ada', { last_duo_activity_on: '2026-03-01' }), ...people.slice(1)]
    const { stdout } = await runSync(workdir, { ...snapshot, users })
    expect(stdout.split('\n').slice(3)).toEqual(['No change.', 'Users: 1 with other activity days.', ''])
    expect(await workdir.runExpecting(0, ['list', '--format', 'csv'])).toContain(',2026-03-01\n')
  })

  test('tells what becomes of the surplus and of holders who are not eligible, as long as it lasts', async () => {
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

describe('a seat that was given here after the snapshot was taken', () => {
  const snapshot = makeSnapshot({ users: people })

  async function giveSeat(): Promise<Workdir> {
    const workdir = new Workdir()
    await syncStore(workdir, snapshot)
    await workdir.runExpecting(0, ['assign', 'ada'], { env: frozenClock })
    return workdir
  }

  test('stays when that snapshot is synced again, and is shown each time', async () => {
    const workdir = await giveSeat()
    for (const _ of ['once', 'twice'])
      expect((await syncStore(workdir, snapshot)).map(toShortText)).toEqual(['seat_kept ada'])
    expect(await listSeats(workdir)).toEqual({ ada: frozenNow })
    const { stdout } = await runSync(workdir, snapshot)
    expect(stdout.split('\n').slice(3)).toEqual([
      'No change.',
      'GitLab Duo Pro: 1 seat kept, since given after the snapshot was taken: @ada.',
      '',
    ])
  })

  test('stays when an older snapshot is taken with --allow-older', async () => {
    const workdir = await giveSeat()
    const older = { ...snapshot, taken_at: '2026-03-01T08:00:00Z' }
    expect((await syncStore(workdir, older, ['--allow-older'])).map(toShortText)).toEqual(['seat_kept ada'])
  })

  test('goes when a newer snapshot does not have it', async () => {
    const workdir = await giveSeat()
    const newer = { ...snapshot, taken_at: later }
    expect((await syncStore(workdir, newer)).map(toShortText)).toEqual(['seat_lost ada'])
    expect(await listSeats(workdir)).toEqual({})
  })

  test('stays, with its time, when a newer snapshot has it', async () => {
    const workdir = await giveSeat()
    const newer = { ...snapshot, taken_at: later, seats: [makeSeat(7)] }
    expect(await syncStore(workdir, newer)).toEqual([])
    expect(await listSeats(workdir)).toEqual({ ada: frozenNow })
  })

  test('stays when its holder is gone, who is no longer eligible then', async () => {
    const workdir = await giveSeat()
    const changes = await syncStore(workdir, { ...snapshot, users: people.slice(1) })
    expect(changes.map(toShortText)).toEqual([
      'user_gone ada',
      'seat_kept ada',
      'holder_not_eligible ada: nothing -> gone',
    ])
  })

  test('counts against the quantity, so that both together may exceed it', async () => {
    const workdir = await giveSeat()
    const changes = await syncStore(workdir, { ...snapshot, seats: [makeSeat(8), makeSeat(9)] })
    expect(changes.map(toShortText)).toEqual([
      'seat_gained bob',
      'seat_gained cleo',
      'seat_kept ada',
      'seats_exceeded duo-pro: 2 -> 3',
    ])
  })
})

test('the time of a seat that GitLab gave follows the snapshot, and a known time is not forgotten', async () => {
  const workdir = new Workdir()
  for (const [assigned_at, shown] of [
    [null, null],
    ['2026-01-05T09:00:00Z', '2026-01-05T09:00:00.000Z'],
    [null, '2026-01-05T09:00:00.000Z'],
    ['2026-01-06T09:00:00Z', '2026-01-06T09:00:00.000Z'],
  ] as const) {
    await syncStore(workdir, makeSnapshot({ users: people, seats: [makeSeat(7, { assigned_at })] }))
    expect(await listSeats(workdir)).toEqual({ ada: shown })
  }
})

describe('a snapshot that is older than the last one', () => {
  const last = makeSnapshot({ users: people, seats: [makeSeat(7)] })
  const older = makeSnapshot({ users: people, taken_at: '2026-03-02T07:59:59.999Z' })

  test('is refused, with a hint', async () => {
    const workdir = new Workdir()
    await syncStore(workdir, last)
    expect(await runSync(workdir, older)).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'error: The snapshot was taken at 2026-03-02T07:59:59.999Z, and the store has one of 2026-03-02T08:00:00.000Z.\n' +
        'hint: Take a newer snapshot, or go back to this one with --allow-older.\n',
    })
    expect(await listSeats(workdir)).toEqual({ ada: null })
  })

  test('is taken with --allow-older, and is the last one then', async () => {
    const workdir = new Workdir()
    await syncStore(workdir, last)
    expect((await syncStore(workdir, older, ['--allow-older'])).map(toShortText)).toEqual(['seat_lost ada'])
    expect(await syncStore(workdir, older)).toEqual([])
  })
})

test.each([
  [{ url: 'https://gitlab.acme.example' }, 'https://gitlab.acme.example'],
  [{ offering: 'gitlab.com', url: 'https://gitlab.com', group: 'acme' }, 'https://gitlab.com, group acme'],
])('a snapshot of another scope is refused: %j', async (facts, scope) => {
  const workdir = new Workdir()
  const own = makeSnapshot({ users: people, seats: [makeSeat(7)] })
  await syncStore(workdir, own)
  const other = makeSnapshot({ subscription: { ...own.subscription, ...facts }, taken_at: later })
  expect(await runSync(workdir, other, ['--allow-older'])).toEqual({
    code: 2,
    stdout: '',
    stderr:
      `error: The store is of https://gitlab.example.com, the snapshot is of ${scope}.\n` +
      'hint: Keep a store for each: name another file with --store.\n',
  })
  expect(await listSeats(workdir)).toEqual({ ada: null })
})

test('another group of the same GitLab is another scope', async () => {
  const workdir = new Workdir()
  const ofGroup = (group: string) => ({ ...gitlabCom, subscription: { ...gitlabCom.subscription, group } })
  await syncStore(workdir, ofGroup('acme'))
  const { code, stderr } = await runSync(workdir, ofGroup('umbrella'))
  expect(code).toBe(2)
  expect(stderr).toContain('The store is of https://gitlab.com, group acme, the snapshot is of')
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

test('a holder on GitLab.com who is no member is not eligible', async () => {
  const snapshot = { ...gitlabCom, users: [makeUser(7, 'ada', { member: false })], seats: [makeSeat(7)] }
  expect((await syncStore(new Workdir(), snapshot)).at(-1)).toEqual({
    change: 'holder_not_eligible',
    add_on: 'duo-pro',
    username: 'ada',
    user_id: 7,
    before: null,
    after: 'not_a_member',
    message:
      'Holds a seat and is not eligible. Is no member of the group or of anything in it. GitLab takes the seat at its next refresh.',
  })
})

describe('what stands against seats in the subscription', () => {
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
  ])('is a warning on stderr: %j', async (facts, warnings) => {
    const workdir = new Workdir()
    const snapshot = makeSnapshot({ subscription: { ...subscription, ...facts } })
    const { code, stdout, stderr } = await runSync(workdir, snapshot, ['--format', 'json'])
    expect([code, stderr]).toEqual([0, warnings.map((warning) => `warning: ${warning}\n`).join('')])
    expect(JSON.parse(stdout)).toMatchObject({ warnings })
    expect(await runSync(workdir, snapshot, ['--quiet'])).toEqual({ code: 0, stdout: '', stderr: '' })
  })
})

test('unknown keys are noted once', async () => {
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
    'error: This store is linked to no GitLab, so there is nothing to sync with.\n' +
    'hint: Link it with "duo-seats link URL", or give a snapshot: duo-seats sync --from snapshot.json\n'

  test('says what to do when there is no --from, and makes no store', async () => {
    const workdir = new Workdir()
    expect(await workdir.run(['sync'])).toEqual({ code: 2, stdout: '', stderr: noSource })
    expect(readdirSync(workdir.path)).toEqual([])
  })

  test('puts the error in the place of the JSON document', async () => {
    const { code, stdout } = await new Workdir().run(['sync', '--format', 'json'])
    expect([code, JSON.parse(stdout)]).toEqual([
      2,
      {
        schema: 1,
        error: {
          code: 'usage',
          message: 'This store is linked to no GitLab, so there is nothing to sync with.',
          hint: 'Link it with "duo-seats link URL", or give a snapshot: duo-seats sync --from snapshot.json',
        },
      },
    ])
  })

  test('refuses a broken snapshot with all of its faults, and leaves the store as it was', async () => {
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
  ])('makes no store of a file that is no snapshot: %j', async (content, problem) => {
    const workdir = new Workdir()
    workdir.write('snapshot.json', content)
    const { code, stdout, stderr } = await workdir.run(['sync', '--from', 'snapshot.json'])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(`snapshot.json ${problem}`)
    expect(readdirSync(workdir.path)).toEqual(['snapshot.json'])
  })

  test('says that there is no such file', async () => {
    const workdir = new Workdir()
    expect(await workdir.run(['sync', '--from', 'none.json'])).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'error: The file none.json does not exist.\nhint: Check the name, or give - for standard input.\n',
    })
  })
})

test('a user who is gone keeps the place in the results of a run', async () => {
  const workdir = new Workdir()
  await syncStore(workdir, makeSnapshot({ users: people }))
  await workdir.runExpecting(0, ['assign', 'ada'], { env: frozenClock })
  await syncStore(workdir, makeSnapshot({ users: people.slice(1), taken_at: later }))
  const { openStore } = await import('../../src/store/open-store.ts')
  const store = await openStore(workdir.join('store.db'), { create: false })
  const results = [...store.results.read(1)].map(({ username, userId, outcome }) => ({
    username,
    userId,
    outcome,
  }))
  store.close()
  expect(results).toEqual([{ username: 'ada', userId: 7, outcome: 'assigned' }])
})

test('a seat given after the first sync stays, even when the clock of the snapshot is ahead', async () => {
  const workdir = new Workdir()
  const taken_at = new Date(Date.now() + 2 * 3_600_000).toISOString()
  const file = workdir.write('snapshot.json', makeSnapshot({ taken_at, users: [makeUser(7, 'ada')] }))
  await workdir.runExpecting(0, ['sync', '--from', file])
  await workdir.runExpecting(0, ['assign', 'ada'])
  expect(await workdir.runExpecting(0, ['sync', '--from', file])).toContain('1 seat kept')
  expect(await workdir.runExpecting(0, ['list'])).toContain('ada')
})

test('a sync that takes its time shows that it is at work', async () => {
  const child = new Workdir().start(['sync', '--from', '-'])
  const finished = collectWithProgress(child)
  const [beginning, rest] = JSON.stringify(makeSnapshot({ users: people })).split(/(?<=,)(.*)/)
  child.stdin?.write(beginning)
  await new Promise((done) => child.stderr?.once('data', done))
  child.stdin?.end(rest)
  const { code, stderr } = await finished
  expect([code, stderr.split('\n')[0]]).toEqual([0, expect.stringMatching(/^Synchronising/)])
})
