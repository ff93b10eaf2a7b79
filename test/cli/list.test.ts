import { describe, expect, test } from 'vitest'
import { frozenClock, frozenNow } from '../support/frozen-clock.ts'
import { type ListDocument, listNames, mixed, openListed } from '../support/listed-users.ts'
import {
  makePurchase,
  makeSeat,
  makeSnapshot,
  makeUser,
  type SnapshotUser,
} from '../support/make-snapshot.ts'
import { runMain } from '../support/run-main.ts'
import { syncStore } from '../support/sync-store.ts'

const atNine = { env: frozenClock }

describe('the formats of list', () => {
  const purchase = {
    id: 1,
    add_on: 'duo-pro',
    quantity: 4,
    assigned: 3,
    free: 1,
    started_on: '2026-01-01',
    expires_on: '2099-01-01',
    gone_at: null,
  }
  const rows = [
    {
      username: 'ada',
      user_id: 7,
      name: 'Ada Lovelace',
      email: 'ada@example.com',
      state: 'active',
      holds_seat: true,
      eligible: true,
      reason: null,
      assigned_at: '2026-01-05T09:00:00.000Z',
      last_activity_on: '2026-03-01',
      last_duo_activity_on: '2026-02-27',
    },
    {
      username: 'Bob',
      user_id: 8,
      name: 'Zoë',
      email: null,
      state: 'active',
      holds_seat: true,
      eligible: true,
      reason: null,
      assigned_at: null,
      last_activity_on: '2026-02-01',
      last_duo_activity_on: null,
    },
    {
      username: 'cleo',
      user_id: 9,
      name: 'Mo',
      email: 'cleo@example.com',
      state: 'blocked',
      holds_seat: true,
      eligible: false,
      reason: 'blocked',
      assigned_at: '2026-01-04T09:00:00.000Z',
      last_activity_on: '2026-01-01',
      last_duo_activity_on: '2026-01-01',
    },
  ]

  test('list prints a table below a bar of the held seats', async () => {
    const workdir = await openListed(mixed)
    expect(await workdir.run(['list'], atNine)).toEqual({
      code: 0,
      stdout: [
        'GitLab Duo Pro',
        'Seats: 3 of 4 held, 1 free  ███████████████░░░░░',
        'Valid from 2026-01-01 until 2098-12-31',
        '',
        'USERNAME  NAME          EMAIL             STATE    SEAT SINCE  LAST ACTIVITY  LAST DUO ACTIVITY  WHY NOT',
        'ada       Ada Lovelace  ada@example.com   active   2026-01-05  2026-03-01     2026-02-27',
        'Bob       Zoë           private           active   unknown     2026-02-01     unknown',
        'cleo      Mo            cleo@example.com  blocked  2026-01-04  2026-01-01     2026-01-01         The user is blocked.',
        '',
        '3 users, as recorded in the store. It is not linked: commands do not change GitLab itself.',
        '',
      ].join('\n'),
      stderr: '',
    })
  })

  test('list --format json prints one document', async () => {
    const workdir = await openListed(mixed)
    expect(await workdir.inProcess.runForJson<ListDocument>(0, ['list'], atNine)).toEqual({
      schema: 1,
      purchase,
      surplus: null,
      recorded_only: true,
      users: rows,
    })
  })

  test('list --format ndjson prints a user a line', async () => {
    const workdir = await openListed(mixed)
    const stdout = await workdir.inProcess.runExpecting(0, ['list', '--format', 'ndjson'], atNine)
    const lines = stdout.split('\n').slice(0, -1)
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual(rows)
  })

  test('list --format csv prints a header', async () => {
    const workdir = await openListed(mixed)
    const stdout = await workdir.inProcess.runExpecting(0, ['list', '--format', 'csv'], atNine)
    expect(stdout.split('\n')).toEqual([
      'username,user_id,name,email,state,holds_seat,eligible,reason,assigned_at,last_activity_on,last_duo_activity_on',
      'ada,7,Ada Lovelace,ada@example.com,active,true,true,,2026-01-05T09:00:00.000Z,2026-03-01,2026-02-27',
      'Bob,8,Zoë,,active,true,true,,,2026-02-01,',
      'cleo,9,Mo,cleo@example.com,blocked,true,false,blocked,2026-01-04T09:00:00.000Z,2026-01-01,2026-01-01',
      '',
    ])
  })

  test.each([
    ['table', ''],
    ['csv', 'username,user_id,'],
  ])('list --quiet prints no table, and a CSV as usual: --format %s', async (format, beginning) => {
    const workdir = await openListed(mixed)
    const stdout = await workdir.inProcess.runExpecting(0, ['list', '--quiet', '--format', format], atNine)
    expect(stdout.slice(0, 17)).toBe(beginning)
  })

  test.each([
    ['json', '{"users":[]}'],
    ['ndjson', ''],
    ['csv', ''],
    ['table', '0 users, as recorded in the store. It is not linked: commands do not change GitLab itself.'],
  ])('list --format %s of no user is not a failure', async (format, rest) => {
    const workdir = await openListed({})
    const stdout = await workdir.inProcess.runExpecting(0, ['list', '--format', format], atNine)
    if (format === 'json') expect(JSON.parse(stdout)).toMatchObject(JSON.parse(rest) as object)
    else expect(stdout.split('\n').slice(format === 'csv' ? 1 : -2)[0]).toBe(rest)
  })
})

test('list counts the held seats beyond the quantity as too many, and fills the bar', async () => {
  const workdir = await openListed({
    ...mixed,
    add_on_purchases: [makePurchase({ quantity: 1, trial: true })],
  })
  const stdout = await workdir.inProcess.runExpecting(0, ['list'], atNine)
  expect(stdout.split('\n').slice(0, 2)).toEqual([
    'GitLab Duo Pro (trial)',
    'Seats: 3 of 1 held, 2 too many  ████████████████████',
  ])
  const { purchase } = await workdir.inProcess.runForJson<ListDocument>(0, ['list'], atNine)
  expect(purchase).toMatchObject({ quantity: 1, assigned: 3, free: -2 })
})

describe('the users that list prints', () => {
  test.each([
    ['', ['ada', 'Bob', 'cleo']],
    ['--free', ['dora', 'eve']],
    ['--all', ['ada', 'Bob', 'cleo', 'dora', 'eve', 'project_1_bot']],
    ['--all --search ADA', ['ada', 'dora']],
    ['--all --search acme', ['eve']],
    ['--search zoË', ['Bob']],
    ['--free --search bob', []],
    ['--limit 2', ['ada', 'Bob']],
    ['--all --limit 99', ['ada', 'Bob', 'cleo', 'dora', 'eve', 'project_1_bot']],
    ['--reverse --limit 1', ['cleo']],
  ])('list prints the right users in order with the options "%s"', async (args, names) => {
    expect(await listNames(await openListed(mixed), args)).toEqual({ names, stderr: '' })
  })

  test('list --all prints the reason for every user who is not eligible', async () => {
    const workdir = await openListed(mixed)
    const { users } = await workdir.inProcess.runForJson<ListDocument>(0, ['list', '--all'], atNine)
    expect(users.map(({ username, eligible, reason }) => [username, eligible, reason])).toEqual([
      ['ada', true, null],
      ['Bob', true, null],
      ['cleo', false, 'blocked'],
      ['dora', true, null],
      ['eve', true, null],
      ['project_1_bot', false, 'project_bot'],
    ])
    const table = await workdir.inProcess.runExpecting(0, ['list', '--all', '--search', 'bot'], atNine)
    expect(table).toContain('Not a human user (project_bot).')
  })

  test('list does not print users who are gone, unless they hold a seat', async () => {
    const workdir = await openListed({ ...mixed, seats: [] })
    await workdir.inProcess.runExpecting(0, ['assign', 'dora'], atNine)
    await syncStore(workdir, makeSnapshot({ users: [makeUser(7, 'ada')] }))
    expect((await listNames(workdir, '--all')).names).toEqual(['ada', 'dora'])
    expect((await listNames(workdir, '--free')).names).toEqual(['ada'])
    const { users } = await workdir.runForJson<ListDocument>(0, ['list'], atNine)
    expect(users).toMatchObject([
      { username: 'dora', eligible: false, reason: 'gone', assigned_at: frozenNow },
    ])
  })

  test.each(['--free --all', '--free --inactive-for 30d', '--all --inactive-for 30d'])(
    'list rejects the options %s together',
    async (args) => {
      const { code, stdout, stderr } = await runMain(['list', ...args.split(' ')])
      expect([code, stdout]).toEqual([2, ''])
      expect(stderr).toContain('cannot be used with option')
    },
  )
})

describe('the order of list', () => {
  const users = [
    makeUser(7, 'ada', {
      name: 'Zoe',
      last_activity_on: '2026-02-02',
      last_duo_activity_on: '2026-02-01',
    }),
    makeUser(8, 'Bob', { name: 'mia' }),
    makeUser(9, 'cleo', {
      name: 'Lea',
      last_activity_on: '2026-02-01',
      last_duo_activity_on: '2026-02-03',
    }),
  ]
  const seats = [
    makeSeat(7, { assigned_at: '2026-01-03T00:00:00Z' }),
    makeSeat(8),
    makeSeat(9, { assigned_at: '2026-01-02T23:59:59Z' }),
  ]

  test.each([
    ['username', ['ada', 'Bob', 'cleo'], ['cleo', 'Bob', 'ada']],
    ['name', ['cleo', 'Bob', 'ada'], ['ada', 'Bob', 'cleo']],
    ['last-activity', ['cleo', 'ada', 'Bob'], ['ada', 'cleo', 'Bob']],
    ['last-duo-activity', ['ada', 'cleo', 'Bob'], ['cleo', 'ada', 'Bob']],
    ['assigned', ['cleo', 'ada', 'Bob'], ['ada', 'cleo', 'Bob']],
  ])(
    'list --sort %s prints unknown values last, with --reverse as well',
    async (key, ascending, descending) => {
      const workdir = await openListed({ users, seats })
      expect((await listNames(workdir, `--sort ${key}`)).names).toEqual(ascending)
      expect((await listNames(workdir, `--sort ${key} --reverse`)).names).toEqual(descending)
    },
  )
})

describe('list --inactive-for', () => {
  const holder = (id: number, username: string, used: string | null, given: string | null) => ({
    user: makeUser(id, username, { last_duo_activity_on: used }),
    seat: makeSeat(id, { assigned_at: given }),
  })
  // Today is 2026-03-02; 30 days before it is 2026-01-31.
  const holders = [
    holder(1, 'idle', '2026-01-31', '2026-01-31T23:59:59Z'),
    holder(2, 'used', '2026-02-01', '2026-01-01T00:00:00Z'),
    holder(3, 'young', '2025-12-01', '2026-02-01T00:00:00Z'),
    holder(4, 'unknown', null, '2025-12-01T00:00:00Z'),
    holder(5, 'ageless', '2025-12-01', null),
    holder(6, 'both_unknown', null, null),
  ]
  const facts = {
    add_on_purchases: [makePurchase({ quantity: 9 })],
    users: holders.map(({ user }): SnapshotUser => user),
    seats: holders.map(({ seat }) => seat),
  }
  const unknown = 'Left out, since no GitLab Duo activity is recorded: 2.\n'

  test.each<[string, string[], string]>([
    ['30d', ['ageless', 'idle'], unknown],
    ['30', ['ageless', 'idle'], unknown],
    ['31d', ['ageless'], unknown],
    ['4w', ['ageless', 'idle', 'used', 'young'], unknown],
    ['30d --quiet', ['ageless', 'idle'], ''],
    ['4w --limit 1', ['ageless'], unknown],
    ['4w --search young', ['young'], ''],
  ])(
    'list --inactive-for %s prints the idle seats, and the right notes on those it leaves out',
    async (args, names, stderr) => {
      const workdir = await openListed(facts)
      expect(await listNames(workdir, `--inactive-for ${args}`)).toEqual({ names, stderr })
    },
  )

  test.each(['2026-01-31T08:00:00Z', '2026-02-01T08:00:00Z'])(
    'list --inactive-for prints a seat whose last use is old, although a sync first found it on %s',
    async (takenAt) => {
      const workdir = await openListed({ ...facts, taken_at: takenAt })
      await syncStore(workdir, makeSnapshot(facts))
      expect(await listNames(workdir, '--inactive-for 30d')).toEqual({
        names: ['ageless', 'idle'],
        stderr: unknown,
      })
    },
  )

  test.each(['', '0d', '30y', '-1', '1.5d', '999999d'])('list --inactive-for rejects %j', async (time) => {
    const { code, stdout, stderr } = await runMain(['list', `--inactive-for=${time}`])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain('It takes days or weeks, such as 30d or 6w.')
  })
})

test('list --limit tells how many of all matching users it shows', async () => {
  const workdir = await openListed(mixed)
  const readEnd = async (...args: string[]) => {
    const stdout = await workdir.inProcess.runExpecting(0, ['list', ...args], atNine)
    return stdout.split('\n').at(-2)?.split(/[,.]/)[0]
  }
  expect(await readEnd('--limit', '2')).toBe('2 of 3 users')
  expect(await readEnd('--limit', '3')).toBe('3 users')
  expect(await readEnd('--all', '--search', 'ada', '--limit', '1')).toBe('1 of 2 users')
  expect(await readEnd('--inactive-for', '1d', '--limit', '1')).toBe('1 of 2 users')
})

test.each(['0', '-1', 'ten', '1e3', ''])('list --limit rejects %j', async (limit) => {
  const { code, stdout, stderr } = await runMain(['list', `--limit=${limit}`])
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain('It takes a whole number, 1 or more.')
})

test.each([
  ['composed', 'Zo\u00eb'],
  ['decomposed', 'Zoe\u0308'],
])('list --search finds both Unicode forms of an accented name by the %s form', async (_, text) => {
  const users = [
    makeUser(7, 'one', { name: 'Zo\u00eb A' }),
    makeUser(8, 'two', { name: 'ZOE\u0308 B' }),
    makeUser(9, 'three', { name: 'Zoe C' }),
  ]
  const workdir = await openListed({ users })
  const { users: found } = await workdir.inProcess.runForJson<{ users: { username: string }[] }>(0, [
    'list',
    '--all',
    '--search',
    text,
  ])
  expect(found.map(({ username }) => username)).toEqual(['one', 'two'])
})

test('bulk-assign reads the CSV of list --free, with every kind of name', async () => {
  const names = ['=cmd', "o'neil", 'Zoë, "Z"', '-x', '  spaced  ', 'two\nlines']
  const users = names.map((name, index) => makeUser(index + 1, `user-${index}`, { name }))
  const workdir = await openListed({ users, add_on_purchases: [makePurchase({ quantity: 9 })] })
  workdir.write(
    'free.csv',
    await workdir.inProcess.runExpecting(0, ['list', '--free', '--format', 'csv'], atNine),
  )
  const { results } = await workdir.inProcess.runForJson<{
    results: { username: string; outcome: string }[]
  }>(0, ['bulk-assign', 'free.csv'], atNine)
  expect(results.map(({ username, outcome }) => [username, outcome])).toEqual(
    users.map(({ username }) => [username, 'assigned']),
  )
})

test('list escapes control characters in names', async () => {
  const workdir = await openListed({ users: [makeUser(7, 'ada', { name: '\u001b[31mRed\u202e' })] })
  const stdout = await workdir.inProcess.runExpecting(0, ['list', '--all'], atNine)
  expect(stdout).toContain('\\u{1b}[31mRed\\u{202e}')
})
