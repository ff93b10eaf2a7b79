import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { frozenClock, frozenNow } from '../support/frozen-clock.ts'
import { makePurchase } from '../support/make-snapshot.ts'
import { listHolders, readStore } from '../support/read-store.ts'
import { makeRow, makeUnknownRow, type RunDocument } from '../support/run-document.ts'
import { openTeam, team, withBothAddOns, withFreeSeats } from '../support/sample-team.ts'
import { Workdir } from '../support/workdir.ts'

const atNine = { env: frozenClock }

describe('assign with one name', () => {
  test.each(['bob', 'BOB', '@Bob', '  @ bob ', 'Bob@example.com', '@bob@EXAMPLE.com'])(
    'assign finds the user by the spelling %j',
    async (name) => {
      const workdir = await openTeam()
      const { results } = await workdir.inProcess.runForJson<RunDocument>(0, ['assign', name])
      expect(results).toEqual([makeRow(null, name.trim(), team.bob, 'assigned')])
      expect(listHolders(workdir)).toEqual(['ada', 'Bob'])
    },
  )

  test.each([
    ['bobby', 'No user has the username "bobby".'],
    ['bob@example.org', 'No user has the email address "bob@example.org".'],
  ])('assign reports that no user has the name %j', async (name, message) => {
    const workdir = await openTeam()
    const { results } = await workdir.inProcess.runForJson<RunDocument>(3, ['assign', name])
    expect(results).toEqual([makeUnknownRow(null, name, 'user_not_found', message)])
    expect(listHolders(workdir)).toEqual(['ada'])
  })
})

describe('assign with a misspelt name', () => {
  test.each<[string, string, string, string[]]>([
    ['one letter is missing', 'evee', 'No user has the username "evee". Did you mean @eve?', ['eve']],
    ['two letters are swapped', 'bbo', 'No user has the username "bbo". Did you mean @Bob?', ['Bob']],
    [
      'an accent is there',
      'carôl',
      'No user has the username "carôl". The name contains "ô" (U+00F4), not "o". Type it again. Did you mean @carol?',
      ['carol'],
    ],
    [
      'a letter is Cyrillic',
      'dоra',
      'No user has the username "dоra". The name contains "о" (U+043E), not "o". Type it again. Did you mean @dora?',
      ['dora'],
    ],
    [
      'an invisible character is there',
      'bo\u200bb',
      'No user has the username "bo\u200bb". The name contains an invisible character (U+200B). Type it again. Did you mean @Bob?',
      ['Bob'],
    ],
  ])('assign names similar users where %s, and changes nothing', async (_, name, message, suggestions) => {
    const workdir = await openTeam()
    const { results } = await workdir.inProcess.runForJson<RunDocument>(3, ['assign', name])
    const row = makeUnknownRow(null, name, 'user_not_found', message)
    expect(results).toEqual([{ ...row, suggestions }])
    expect(listHolders(workdir)).toEqual(['ada'])
  })

  test.each([
    [
      'several names',
      'ada,bob',
      'ambiguous_user',
      '"ada,bob" contains more than one name. Give each name a row or an argument of its own.',
    ],
    [
      'a display name',
      'Carol Shaw',
      'user_not_found',
      '"Carol Shaw" is a display name. Use the username or the email address.',
    ],
    [
      'a profile of another GitLab',
      'https://gitlab.com/ada',
      'user_not_found',
      '"https://gitlab.com/ada" is not a profile of the GitLab of this store. Use the username or the email address.',
    ],
  ])('assign says that a name is %s', async (_, name, outcome, message) => {
    const workdir = await openTeam()
    const { results } = await workdir.inProcess.runForJson<RunDocument>(3, ['assign', name])
    expect(results).toEqual([makeUnknownRow(null, name, outcome, message)])
  })

  test.each([
    ['assign', ''],
    ['assign', ' '],
    ['unassign', ''],
  ])('%s %j says that the name is empty', async (command, name) => {
    const workdir = await openTeam()
    const { results } = await workdir.inProcess.runForJson<RunDocument>(3, [command, name])
    expect(results).toEqual([makeUnknownRow(null, '', 'user_not_found', 'The name is empty.')])
  })

  test.each(['bob@example.com', '"Bob" <bob@example.com>', 'mailto:BOB@example.com', '@Bob'])(
    'assign finds the user of %j',
    async (name) => {
      const workdir = await openTeam()
      const { results } = await workdir.inProcess.runForJson<RunDocument>(0, ['assign', name])
      expect(results).toEqual([makeRow(null, name, team.bob, 'assigned')])
    },
  )

  test.each(['assign', 'unassign'])(
    '%s of the path of a file names the command that reads it',
    async (command) => {
      const workdir = await openTeam()
      workdir.write('new people.csv', 'username\nada\n')
      const { stderr } = await workdir.inProcess.run([command, 'new people.csv'])
      const typed = `duo-seats bulk-${command} 'new people.csv'`
      expect(stderr).toContain(`new people.csv is a file. To read a list: ${typed}\n`)
    },
  )
})

describe('assign with several names', () => {
  const names = ['@BOB', 'nobody', 'ada', 'bob@example.com', 'dora', 'frank']

  const results = [
    makeRow(null, '@BOB', team.bob, 'assigned'),
    makeUnknownRow(null, 'nobody', 'user_not_found', 'No user has the username "nobody".'),
    makeRow(null, 'ada', team.ada, 'already_assigned'),
    makeRow(null, 'bob@example.com', team.bob, 'duplicate', {
      success: true,
      message: 'Same user as an earlier name.',
    }),
    makeRow(null, 'dora', team.dora, 'invalid_user_membership', {
      reason: 'blocked',
      message: 'The user is blocked.',
    }),
    makeRow(null, 'frank', team.frank, 'no_seats_available'),
  ]

  test('assign --format json prints a document with one result for each name, in order', async () => {
    const workdir = await openTeam(withFreeSeats(1))
    const document = await workdir.runForJson<RunDocument>(3, ['assign', ...names], atNine)
    expect(document).toEqual({
      schema: 1,
      run: {
        id: 1,
        command: 'assign',
        add_on: 'duo-pro',
        dry_run: false,
        started_at: frozenNow,
        finished_at: frozenNow,
      },
      summary: {
        rows: 6,
        outcomes: {
          assigned: 1,
          already_assigned: 1,
          duplicate: 1,
          user_not_found: 1,
          invalid_user_membership: 1,
          no_seats_available: 1,
        },
        needed: 2,
        removals: 0,
        free_before: 1,
        free_after: 0,
        short: 1,
      },
      recorded_only: true,
      results,
    })
    expect(listHolders(workdir)).toEqual(['ada', 'Bob'])
  })

  test('assign prints a table that ends with the users who go without a seat', async () => {
    const workdir = await openTeam(withFreeSeats(1))
    const { code, stdout, stderr } = await workdir.inProcess.run(['assign', ...names])
    expect([code, stderr]).toEqual([3, ''])
    expect(stdout).toBe(`\
USER    OUTCOME                    MESSAGE
Bob     ✓ assigned                 Seat assigned.
nobody  ✗ user_not_found           No user has the username "nobody".
ada     ✓ already_assigned         The user already has a seat.
Bob     – duplicate                Same user as an earlier name.
dora    ✗ invalid_user_membership  The user is blocked.
frank   ✗ no_seats_available       No seat is free.

6 rows: 1 assigned, 1 already_assigned, 1 duplicate, 1 user_not_found, 1 invalid_user_membership, 1 no_seats_available.
Seats free: 1 before, 0 after.
2 users needed a seat, 1 was free. 1 without a seat: @frank.
Recorded in the store only: GitLab itself was not changed.
`)
  })

  test('assign --format csv prints rows, and the number of failures on stderr', async () => {
    const workdir = await openTeam(withFreeSeats(1))
    expect(await workdir.inProcess.run(['assign', ...names, '--format', 'csv'])).toEqual({
      code: 3,
      stdout: `\
line,input,username,user_id,outcome,success,reason,message,suggestions
,'@BOB,Bob,2,assigned,true,,Seat assigned.,
,nobody,,,user_not_found,false,,"No user has the username ""nobody"".",
,ada,ada,1,already_assigned,true,,The user already has a seat.,
,bob@example.com,Bob,2,duplicate,true,,Same user as an earlier name.,
,dora,dora,4,invalid_user_membership,false,blocked,The user is blocked.,
,frank,frank,6,no_seats_available,false,,No seat is free.,
`,
      stderr: `\
Recorded in the store only: GitLab itself was not changed.
error: 3 of 6 rows failed.
hint: The message of each result has the reason; --results FILE writes them to a file.
`,
    })
  })

  test('assign --format ndjson prints a result a line', async () => {
    const workdir = await openTeam(withFreeSeats(1))
    const stdout = await workdir.inProcess.runExpecting(3, ['assign', ...names, '--format', 'ndjson'])
    expect(stdout).toBe(results.map((row) => `${JSON.stringify(row)}\n`).join(''))
  })
})

test('assign gives no seat when none is free', async () => {
  const workdir = await openTeam(withFreeSeats(0))
  const { summary, results } = await workdir.inProcess.runForJson<RunDocument>(3, ['assign', 'bob', 'ada'])
  expect(summary).toEqual({
    rows: 2,
    outcomes: { already_assigned: 1, no_seats_available: 1 },
    needed: 1,
    removals: 0,
    free_before: 0,
    free_after: 0,
    short: 1,
  })
  expect(results).toEqual([
    makeRow(null, 'bob', team.bob, 'no_seats_available'),
    makeRow(null, 'ada', team.ada, 'already_assigned'),
  ])
  expect(listHolders(workdir)).toEqual(['ada'])
})

test('assign reports the second time that all users hold a seat already', async () => {
  const workdir = await openTeam()
  await workdir.inProcess.runExpecting(0, ['assign', 'bob', 'carol'])
  const { results } = await workdir.inProcess.runForJson<RunDocument>(0, ['assign', 'bob', 'carol'])
  expect(results.map(({ outcome }) => outcome)).toEqual(['already_assigned', 'already_assigned'])
})

describe('assign --dry-run', () => {
  test('assign --dry-run writes nothing and prints the results of the run after it', async () => {
    const workdir = await openTeam()
    const before = readStore(workdir)
    const command = ['assign', 'bob', 'nobody', 'bob']
    const previews = [
      await workdir.inProcess.runForJson<RunDocument>(3, [...command, '--dry-run'], atNine),
      await workdir.inProcess.runForJson<RunDocument>(3, [...command, '--dry-run'], atNine),
    ]
    expect(readStore(workdir)).toEqual(before)

    const real = await workdir.inProcess.runForJson<RunDocument>(3, command, atNine)
    const preview = {
      ...real,
      run: { ...real.run, id: null, dry_run: true },
      results: real.results.map((row) => ({
        ...row,
        message: row.message.replace('Seat assigned.', 'Seat would be assigned.'),
      })),
    }
    expect(previews).toEqual([preview, preview])
    expect(real.run).toMatchObject({ id: 1, dry_run: false })
    expect(listHolders(workdir)).toEqual(['ada', 'Bob'])
  })

  test('assign --dry-run says that nothing was written', async () => {
    const workdir = await openTeam()
    expect(await workdir.inProcess.runExpecting(0, ['assign', 'bob', '--dry-run'])).toBe(`\
USER  OUTCOME     MESSAGE
Bob   ✓ assigned  Seat would be assigned.

1 row: 1 assigned.
Seats free: 3 before, 2 after.
Dry run: nothing was written.
The store is not linked: GitLab itself would not be changed.
`)
  })
})

describe('assign --on-shortage fail', () => {
  const command = ['assign', 'bob', 'carol', 'dora', '--on-shortage', 'fail']

  test('assign --on-shortage fail gives no seat when seats are too few', async () => {
    const workdir = await openTeam(withFreeSeats(1))
    const message = 'Not assigned: 2 seats needed, 1 free.'
    const document = await workdir.inProcess.runForJson<RunDocument>(5, command)
    expect(document.summary).toEqual({
      rows: 3,
      outcomes: { invalid_user_membership: 1, no_seats_available: 1, not_attempted: 1 },
      needed: 2,
      removals: 0,
      free_before: 1,
      free_after: 1,
      short: 1,
    })
    expect(document.results.map(({ outcome }) => outcome)).toEqual([
      'not_attempted',
      'no_seats_available',
      'invalid_user_membership',
    ])
    expect(document.results[0]).toEqual(makeRow(null, 'bob', team.bob, 'not_attempted', { message }))
    expect(document.results[1]).toEqual(makeRow(null, 'carol', team.carol, 'no_seats_available', { message }))
    expect(listHolders(workdir)).toEqual(['ada'])
  })

  test('assign --on-shortage fail prints the number of missing seats below the table', async () => {
    const workdir = await openTeam(withFreeSeats(1))
    const stdout = await workdir.inProcess.runExpecting(5, command)
    expect(stdout.split('\n\n')[1]).toBe(`\
3 rows: 1 invalid_user_membership, 1 no_seats_available, 1 not_attempted.
1 user too many: @carol.
Refused: 2 seats needed, 1 free. Nothing was written.
Shorten the list, buy seats, or assign the free seats with --on-shortage fill.
`)
  })

  test('assign --on-shortage fail assigns seats as usual when seats are enough', async () => {
    const workdir = await openTeam()
    const { summary } = await workdir.inProcess.runForJson<RunDocument>(3, command)
    expect(summary.outcomes).toEqual({ assigned: 2, invalid_user_membership: 1 })
  })
})

describe('assign --results', () => {
  test.each([
    ['r.json', 'json'],
    ['r.ndjson', 'ndjson'],
    ['r.JSONL', 'ndjson'],
    ['r.csv', 'csv'],
    ['r.txt', 'csv'],
    ['results', 'csv'],
  ])('assign --results %s writes the output of --format %s', async (name, format) => {
    const workdir = await openTeam()
    const command = ['assign', 'bob', 'nobody', '--results', name, '--format', format]
    const stdout = await workdir.inProcess.runExpecting(3, command)
    expect(workdir.read(name)).toBe(stdout)
    expect(readdirSync(workdir.path).sort()).toEqual([name, 'store.db'].sort())
  })

  test('assign --results writes the file in a dry run, too', async () => {
    const workdir = await openTeam()
    await workdir.inProcess.runExpecting(0, ['assign', 'bob', '--dry-run', '--results', 'r.ndjson'])
    expect(JSON.parse(workdir.read('r.ndjson'))).toEqual(
      makeRow(null, 'bob', team.bob, 'assigned', { message: 'Seat would be assigned.' }),
    )
  })

  test('assign --results does not overwrite the store', async () => {
    const workdir = await openTeam()
    const before = readStore(workdir)
    expect(await workdir.inProcess.run(['assign', 'bob', '--results', './store.db'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: ./store.db is the store and would be overwritten.\nhint: Name another file.\n',
    })
    expect(readStore(workdir)).toEqual(before)
  })

  test('assign --results in a folder that does not exist fails before a seat is assigned', async () => {
    const workdir = await openTeam()
    expect(await workdir.inProcess.run(['assign', 'bob', '--results', 'none/r.csv'])).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'error: none/r.csv cannot be written: the folder does not exist.\nhint: Name a file in a folder of your own.\n',
    })
    expect(listHolders(workdir)).toEqual(['ada'])
  })
})

describe('assign --quiet', () => {
  test.each<[string, object, number, string]>([
    ['bob', {}, 0, ''],
    [
      'bob nobody',
      {},
      3,
      'error: 1 of 2 rows failed.\nhint: The message of each result has the reason; --results FILE writes them to a file.\n',
    ],
    [
      'bob carol --on-shortage fail',
      withFreeSeats(1),
      5,
      'error: Refused: 2 seats needed, 1 free. Nothing was written.\n' +
        'hint: Shorten the list, buy seats, or assign the free seats with --on-shortage fill.\n',
    ],
  ])('assign --quiet prints failures and nothing else: assign %s', async (args, facts, code, stderr) => {
    const workdir = await openTeam(facts)
    expect(await workdir.inProcess.run(['assign', ...args.split(' '), '--quiet'])).toEqual({
      code,
      stdout: '',
      stderr,
    })
  })
})

describe('assign with two add-ons', () => {
  test('assign requires --add-on where two add-ons are active', async () => {
    const workdir = await openTeam(withBothAddOns)
    const before = readStore(workdir)
    expect(await workdir.inProcess.run(['assign', 'bob'])).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'error: More than one add-on has seats.\n' +
        'hint: Choose one: --add-on duo-pro (1 of 4 seats held, 3 free), --add-on duo-enterprise (0 of 1 seat held, 1 free).\n',
    })
    expect(readStore(workdir)).toEqual(before)
  })

  test('assign names an add-on with a surplus as such', async () => {
    const workdir = await openTeam({
      add_on_purchases: [
        makePurchase({ quantity: 0 }),
        makePurchase({ id: 2, add_on: 'duo-enterprise', quantity: 1 }),
      ],
    })
    const { stderr } = await workdir.inProcess.run(['assign', 'bob'])
    expect(stderr).toContain('Choose one: --add-on duo-pro (1 of 0 seats held, 1 too many), ')
  })

  test('assign --add-on assigns a seat of the chosen add-on', async () => {
    const workdir = await openTeam(withBothAddOns)
    const command = ['assign', 'ada', '--add-on', 'duo-enterprise']
    const { run, summary, results } = await workdir.inProcess.runForJson<RunDocument>(0, command)
    expect(run.add_on).toBe('duo-enterprise')
    expect(summary).toMatchObject({ free_before: 1, free_after: 0 })
    expect(results[0]?.message).toBe('Seat assigned.')
  })

  test('assign refuses to change an add-on that has expired', async () => {
    const workdir = await openTeam({ add_on_purchases: [makePurchase({ expires_on: '2026-03-02' })] })
    const { code, stdout, stderr } = await workdir.inProcess.run(['assign', 'bob'], atNine)
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^error: .*2026-03-02.* Its seats cannot be changed\.\nhint: .+\n$/)
    expect(listHolders(workdir)).toEqual(['ada'])
  })
})

test('assign without a store says how to fill one', async () => {
  const workdir = new Workdir()
  const { code, stderr } = await workdir.inProcess.run(['assign', 'bob'])
  expect(code).toBe(1)
  expect(stderr).toBe(`\
error: The store ${workdir.join('store.db')} does not exist.
hint: Create it with "duo-seats link URL" or "duo-seats sync --from snapshot.json", or name another with --store.
`)
})
