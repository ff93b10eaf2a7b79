import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { frozenClock, frozenNow } from '../support/frozen-clock.ts'
import { makePurchase, makeUser } from '../support/make-snapshot.ts'
import { listHolders, readStore } from '../support/read-store.ts'
import { countOutcomes, makeRow, makeUnknownRow, type RunDocument } from '../support/run-document.ts'
import { runInShell } from '../support/run-in-shell.ts'
import { makeTeamSnapshot, openTeam, team, withBothAddOns, withFreeSeats } from '../support/sample-team.ts'
import { syncStore } from '../support/sync-store.ts'
import { collect, waitForReading } from '../support/workdir.ts'

const atNine = { env: frozenClock }

const email = 'twins@example.com'
const twins = [makeUser(7, 'twin-one', { email }), makeUser(8, 'twin-two', { email })]

/** Has every outcome of a run that is not refused, and everything that shifts line numbers. */
const everyOutcome = `sep=,
# people of the spring intake

username,email,team,user_id
bob,,"two
lines",
@ADA,,x,
carol,carol@example.com,,gid://gitlab/User/3

# a comment inside
BOB,,,2
nobody,,,
,,only a team,
carol,eve@example.com,,
twins@example.com
dora,,,
project_1_bot,,,
,,,5
frank,,,
frank@example.com,,,
frank,,,`

describe('bulk-assign with a list that has every outcome', () => {
  const results = [
    makeRow(5, 'bob', team.bob, 'assigned'),
    makeRow(7, '@ADA', team.ada, 'already_assigned'),
    makeRow(8, 'carol', team.carol, 'assigned'),
    makeRow(11, 'BOB', team.bob, 'duplicate', { success: true, message: 'Same user as on line 5.' }),
    makeUnknownRow(12, 'nobody', 'user_not_found', 'No user has the username "nobody".'),
    makeUnknownRow(13, '', 'user_not_found', 'The cell is empty.'),
    makeUnknownRow(
      14,
      'carol',
      'ambiguous_user',
      'The row does not match exactly one user: username "carol" matches @carol, email "eve@example.com" matches @eve.',
    ),
    makeUnknownRow(
      15,
      'twins@example.com',
      'ambiguous_user',
      'The row does not match exactly one user: email "twins@example.com" matches @twin-one and @twin-two.',
    ),
    makeRow(16, 'dora', team.dora, 'invalid_user_membership', {
      reason: 'blocked',
      message: 'The user is blocked.',
    }),
    makeRow(17, 'project_1_bot', team.bot, 'invalid_user_membership', {
      reason: 'project_bot',
      message: 'Not a human user (project_bot).',
    }),
    makeRow(18, '5', team.eve, 'assigned'),
    makeRow(19, 'frank', team.frank, 'no_seats_available'),
    makeUnknownRow(
      20,
      'frank@example.com',
      'user_not_found',
      'No user has the email address "frank@example.com".',
    ),
    makeRow(21, 'frank', team.frank, 'duplicate', { message: 'Same user as on line 19.' }),
  ]

  const document: RunDocument = {
    schema: 1,
    run: {
      id: 1,
      command: 'bulk-assign',
      add_on: 'duo-pro',
      dry_run: false,
      started_at: frozenNow,
      finished_at: frozenNow,
    },
    summary: {
      rows: 14,
      outcomes: {
        assigned: 3,
        already_assigned: 1,
        duplicate: 2,
        user_not_found: 3,
        ambiguous_user: 2,
        invalid_user_membership: 2,
        no_seats_available: 1,
      },
      needed: 4,
      removals: 0,
      free_before: 3,
      free_after: 0,
      short: 1,
    },
    recorded_only: true,
    results,
  }

  /** The results of a dry run. */
  const previewed = results.map((row) => ({
    ...row,
    message: row.message.replace('Seat assigned.', 'Seat would be assigned.'),
  }))

  test('bulk-assign prints one result a row with its physical line, and counts that add up', async () => {
    const workdir = await openTeam()
    workdir.write('people.csv', everyOutcome)
    const real = await workdir.inProcess.runForJson<RunDocument>(3, ['bulk-assign', 'people.csv'], atNine)
    expect(real).toEqual(document)
    expect(countOutcomes(real)).toEqual(real.summary.outcomes)
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol', 'eve'])
  })

  test('bulk-assign --dry-run prints the results of the run and writes nothing', async () => {
    const workdir = await openTeam()
    workdir.write('people.csv', everyOutcome)
    const before = readStore(workdir)
    const command = ['bulk-assign', 'people.csv', '--dry-run']
    const preview = await workdir.inProcess.runForJson<RunDocument>(3, command, atNine)
    expect(preview).toEqual({
      ...document,
      run: { ...document.run, id: null, dry_run: true },
      results: previewed,
    })
    expect(readStore(workdir)).toEqual(before)
  })

  test('bulk-assign changes nothing the second time', async () => {
    const workdir = await openTeam()
    workdir.write('people.csv', everyOutcome)
    await workdir.inProcess.runExpecting(3, ['bulk-assign', 'people.csv'])
    const { run, summary } = await workdir.inProcess.runForJson<RunDocument>(3, ['bulk-assign', 'people.csv'])
    expect(run.id).toBe(2)
    expect(summary).toEqual({
      rows: 14,
      outcomes: {
        already_assigned: 4,
        duplicate: 2,
        user_not_found: 3,
        ambiguous_user: 2,
        invalid_user_membership: 2,
        no_seats_available: 1,
      },
      needed: 1,
      removals: 0,
      free_before: 0,
      free_after: 0,
      short: 1,
    })
  })

  test('bulk-assign prints a table', async () => {
    const workdir = await openTeam()
    workdir.write('people.csv', everyOutcome)
    expect(await workdir.inProcess.run(['bulk-assign', 'people.csv'])).toEqual({
      code: 3,
      stderr:
        'Ignored column: "team".\n' +
        'A list that is too long gets the free seats in its order. To give all or none: --on-shortage fail.\n',
      stdout: `\
LINE  USER               OUTCOME                    MESSAGE
5     Bob                ✓ assigned                 Seat assigned.
7     ada                ✓ already_assigned         The user already has a seat.
8     carol              ✓ assigned                 Seat assigned.
11    Bob                – duplicate                Same user as on line 5.
12    nobody             ✗ user_not_found           No user has the username "nobody".
13                       ✗ user_not_found           The cell is empty.
14    carol              ✗ ambiguous_user           The row does not match exactly one user: username "carol" matches @carol, email "eve@example.com" matches @eve.
15    twins@example.com  ✗ ambiguous_user           The row does not match exactly one user: email "twins@example.com" matches @twin-one and @twin-two.
16    dora               ✗ invalid_user_membership  The user is blocked.
17    project_1_bot      ✗ invalid_user_membership  Not a human user (project_bot).
18    eve                ✓ assigned                 Seat assigned.
19    frank              ✗ no_seats_available       No seat is free.
20    frank@example.com  ✗ user_not_found           No user has the email address "frank@example.com".
21    frank              – duplicate                Same user as on line 19.

14 rows: 3 assigned, 1 already_assigned, 2 duplicate, 3 user_not_found, 2 ambiguous_user, 2 invalid_user_membership, 1 no_seats_available.
Seats free: 3 before, 0 after.
4 users needed a seat, 3 were free. 1 without a seat: @frank (line 19).
Recorded in the store only: GitLab itself was not changed.
`,
    })
  })
})

describe('bulk-assign with names that need a second look', () => {
  test('bulk-assign assigns a seat to the user who had a former username, and tells so', async () => {
    const workdir = await openTeam()
    const users = [makeUser(1, 'ada'), makeUser(2, 'robert'), makeUser(3, 'carol')]
    await syncStore(workdir, makeTeamSnapshot({ users }))
    workdir.write('people.csv', 'username\n@BOB\ncarol\n')
    const command = ['bulk-assign', 'people.csv']
    const { results } = await workdir.inProcess.runForJson<RunDocument>(0, [...command, '--dry-run'])
    const message = `"bob" is the user's former username.`
    const renamed = (sentence: string) =>
      makeRow(2, '@BOB', [2, 'robert'], 'assigned', { message: `${sentence} ${message}` })
    expect(results[0]).toEqual(renamed('Seat would be assigned.'))
    const real = await workdir.runForJson<RunDocument>(0, command)
    expect(real.results).toEqual([renamed('Seat assigned.'), makeRow(3, 'carol', team.carol, 'assigned')])
    const shown = await workdir.inProcess.runForJson<RunDocument>(0, ['runs', 'show', '1'])
    expect(shown.results[0]).toMatchObject({
      input: '@BOB',
      username: 'robert',
      message: real.results[0]?.message,
    })
  })

  test('bulk-assign gives a former username to the user who has it today', async () => {
    const workdir = await openTeam()
    const users = [makeUser(1, 'ada'), makeUser(2, 'robert'), makeUser(3, 'Bob')]
    await syncStore(workdir, makeTeamSnapshot({ users }))
    workdir.write('people.csv', 'username\nbob\n')
    const { results } = await workdir.inProcess.runForJson<RunDocument>(0, ['bulk-assign', 'people.csv'])
    expect(results).toEqual([makeRow(2, 'bob', [3, 'Bob'], 'assigned')])
  })

  test('bulk-assign prints the repeats of a user as one line of the table, and as rows elsewhere', async () => {
    const workdir = await openTeam()
    workdir.write('people.csv', 'username\nbob\ncarol\nBOB\n@bob\nbob@example.com\ncarol\n')
    const command = ['bulk-assign', 'people.csv', '--results', 'all.csv']
    expect(await workdir.runExpecting(0, command)).toBe(`\
LINE  USER   OUTCOME      MESSAGE
2     Bob    ✓ assigned   Seat assigned.
3     carol  ✓ assigned   Seat assigned.
4     Bob    – duplicate  Same user as on line 2. Given 3 times more.
7     carol  – duplicate  Same user as on line 3.

6 rows: 2 assigned, 4 duplicate.
Seats free: 3 before, 1 after.
Recorded in the store only: GitLab itself was not changed.
`)
    expect(workdir.read('all.csv')).toBe(`\
line,input,username,user_id,outcome,success,reason,message,suggestions
2,bob,Bob,2,assigned,true,,Seat assigned.,
3,carol,carol,3,assigned,true,,Seat assigned.,
4,BOB,Bob,2,duplicate,true,,Same user as on line 2.,
5,'@bob,Bob,2,duplicate,true,,Same user as on line 2.,
6,bob@example.com,Bob,2,duplicate,true,,Same user as on line 2.,
7,carol,carol,3,duplicate,true,,Same user as on line 3.,
`)
  })
})

describe('bulk-assign with more rows than seats', () => {
  const list = 'username\nbob\ncarol\ndora\neve\nada\nfrank\n'

  test('bulk-assign serves rows in order, and still checks the rows after the last seat', async () => {
    const workdir = await openTeam(withFreeSeats(1))
    workdir.write('people.csv', list)
    const stdout = await workdir.inProcess.runExpecting(3, ['bulk-assign', 'people.csv'])
    expect(stdout).toBe(`\
LINE  USER   OUTCOME                    MESSAGE
2     Bob    ✓ assigned                 Seat assigned.
3     carol  ✗ no_seats_available       No seat is free.
4     dora   ✗ invalid_user_membership  The user is blocked.
5     eve    ✗ no_seats_available       No seat is free.
6     ada    ✓ already_assigned         The user already has a seat.
7     frank  ✗ no_seats_available       No seat is free.

6 rows: 1 assigned, 1 already_assigned, 1 invalid_user_membership, 3 no_seats_available.
Seats free: 1 before, 0 after.
4 users needed a seat, 1 was free. 3 without a seat: @carol (line 3), @eve (line 5), @frank (line 7).
Recorded in the store only: GitLab itself was not changed.
`)
    expect(listHolders(workdir)).toEqual(['ada', 'Bob'])
  })

  test('bulk-assign --on-shortage fail refuses a whole list that is too long', async () => {
    const workdir = await openTeam(withFreeSeats(1))
    workdir.write('people.csv', list)
    const command = ['bulk-assign', 'people.csv', '--on-shortage', 'fail']
    const { summary, results } = await workdir.inProcess.runForJson<RunDocument>(5, command)
    expect(summary).toEqual({
      rows: 6,
      outcomes: {
        already_assigned: 1,
        invalid_user_membership: 1,
        no_seats_available: 3,
        not_attempted: 1,
      },
      needed: 4,
      removals: 0,
      free_before: 1,
      free_after: 1,
      short: 3,
    })
    expect(results[0]).toEqual(makeRow(2, 'bob', team.bob, 'not_attempted'))
    expect(listHolders(workdir)).toEqual(['ada'])
  })

  test.each([
    [
      [],
      `\
2     Bob    ✗ not_attempted            Not assigned: 4 seats needed, 1 free.
3     carol  ✗ no_seats_available       Not assigned: 4 seats needed, 1 free.
4     dora   ✗ invalid_user_membership  The user is blocked.
5     eve    ✗ no_seats_available       Not assigned: 4 seats needed, 1 free.
6     ada    ✓ already_assigned         The user already has a seat.
7     frank  ✗ no_seats_available       Not assigned: 4 seats needed, 1 free.

6 rows: 1 already_assigned, 1 invalid_user_membership, 3 no_seats_available, 1 not_attempted.
`,
    ],
    [
      ['--dry-run'],
      `\
2     Bob    ✗ assigned                 Would not be assigned: 4 seats needed, 1 free.
3     carol  ✗ no_seats_available       Would not be assigned: 4 seats needed, 1 free.
4     dora   ✗ invalid_user_membership  The user is blocked.
5     eve    ✗ no_seats_available       Would not be assigned: 4 seats needed, 1 free.
6     ada    ✓ already_assigned         The user already has a seat.
7     frank  ✗ no_seats_available       Would not be assigned: 4 seats needed, 1 free.

6 rows: 1 assigned, 1 already_assigned, 1 invalid_user_membership, 3 no_seats_available.
`,
    ],
  ])(
    'bulk-assign --on-shortage fail prints one sentence for all rows without a seat: %j',
    async (args, rows) => {
      const workdir = await openTeam(withFreeSeats(1))
      workdir.write('people.csv', list)
      const command = ['bulk-assign', 'people.csv', '--on-shortage', 'fail', ...args]
      expect(await workdir.inProcess.runExpecting(5, command)).toBe(`\
LINE  USER   OUTCOME                    MESSAGE
${rows}3 users too many: @carol (line 3), @eve (line 5), @frank (line 7).
Refused: 4 seats needed, 1 free. Nothing was written.
Shorten the list, buy seats, or assign the free seats with --on-shortage fill.
`)
    },
  )

  test('bulk-assign --on-shortage fail refuses a list that comes through a pipe, too', async () => {
    const workdir = await openTeam(withFreeSeats(1))
    const command = ['bulk-assign', '-', '--on-shortage', 'fail', '--quiet']
    expect(await workdir.inProcess.run(command, { stdin: list })).toEqual({
      code: 5,
      stdout: '',
      stderr:
        'error: Refused: 4 seats needed, 1 free. Nothing was written.\n' +
        'hint: Shorten the list, buy seats, or assign the free seats with --on-shortage fill.\n',
    })
  })

  test('bulk-assign --on-shortage fail accepts users who hold a seat already where no seat is free', async () => {
    const workdir = await openTeam(withFreeSeats(0))
    workdir.write('people.csv', 'username\nada\n')
    await workdir.inProcess.runExpecting(0, ['bulk-assign', 'people.csv', '--on-shortage', 'fail'])
  })
})

describe('bulk-assign with the output of list --free', () => {
  test('bulk-assign reads the output of list --free, also where two users share an email address', async () => {
    const workdir = await openTeam({ users: [makeUser(1, 'ada'), ...twins], ...withFreeSeats(2) })
    workdir.write('free.csv', await workdir.inProcess.runExpecting(0, ['list', '--free', '--format', 'csv']))
    const { results } = await workdir.inProcess.runForJson<RunDocument>(0, ['bulk-assign', 'free.csv'])
    expect(results).toEqual([
      makeRow(2, 'twin-one', [7, 'twin-one'], 'assigned'),
      makeRow(3, 'twin-two', [8, 'twin-two'], 'assigned'),
    ])
  })
})

describe('bulk-assign with a header and no rows', () => {
  test('bulk-assign has nothing to do with a list without rows', async () => {
    const workdir = await openTeam()
    workdir.write('people.csv', 'username\n')
    expect(await workdir.inProcess.run(['bulk-assign', 'people.csv'])).toEqual({
      code: 0,
      stdout: 'The list names no user. Nothing to do.\n',
      stderr: '',
    })
  })

  test('bulk-assign --format json prints on stderr that there is nothing to do', async () => {
    const workdir = await openTeam()
    workdir.write('people.csv', 'username\n')
    const command = ['bulk-assign', 'people.csv', '--format', 'json']
    const { code, stdout, stderr } = await workdir.inProcess.run(command)
    expect([code, stderr]).toEqual([0, 'The list names no user. Nothing to do.\n'])
    expect(JSON.parse(stdout)).toMatchObject({ summary: { rows: 0, outcomes: {} }, results: [] })
    expect(await workdir.inProcess.run([...command, '--quiet'])).toMatchObject({ code: 0, stderr: '' })
  })
})

describe('bulk-assign with two add-ons', () => {
  test.each([[[]], [['--dry-run']]])(
    'bulk-assign requires --add-on where two add-ons are active: %j',
    async (args) => {
      const workdir = await openTeam(withBothAddOns)
      workdir.write('people.csv', 'username\nbob\n')
      const before = readStore(workdir)
      const { code, stdout, stderr } = await workdir.inProcess.run(['bulk-assign', 'people.csv', ...args])
      expect([code, stdout]).toEqual([2, ''])
      expect(stderr).toBe(`\
error: More than one add-on has seats.
hint: Choose one: --add-on duo-pro (1 of 4 seats held, 3 free), --add-on duo-enterprise (0 of 1 seat held, 1 free).
`)
      expect(readStore(workdir)).toEqual(before)
    },
  )

  test('bulk-assign refuses to change an add-on that begins later', async () => {
    const workdir = await openTeam({ add_on_purchases: [makePurchase({ started_on: '2026-03-03' })] })
    workdir.write('people.csv', 'username\nbob\n')
    const { code, stderr } = await workdir.inProcess.run(['bulk-assign', 'people.csv'], atNine)
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: .*2026-03-03.* Its seats cannot be changed\.\nhint: .+\n$/)
  })
})

describe('bulk-assign --format json', () => {
  test('bulk-assign --format json prints a failure as a document', async () => {
    const workdir = await openTeam()
    workdir.write('people.csv', 'username\nbob\n"carol\n')
    const { code, stdout, stderr } = await workdir.inProcess.run([
      'bulk-assign',
      'people.csv',
      '--format',
      'json',
    ])
    const message = 'people.csv, line 3: a quote (") is opened in this row and never closed.'
    const hint = 'Close the quote at the end of its cell, or delete it.'
    expect([code, stderr]).toEqual([2, `error: ${message}\nhint: ${hint}\n`])
    expect(JSON.parse(stdout)).toEqual({ schema: 1, error: { code: 'usage', message, hint } })
  })

  test('bulk-assign --format json --quiet prints the whole document', async () => {
    const workdir = await openTeam()
    workdir.write('people.csv', 'username\nbob\n')
    const { run, results } = await workdir.inProcess.runForJson<RunDocument>(0, [
      'bulk-assign',
      'people.csv',
      '-q',
    ])
    expect([run.id, results]).toEqual([1, [makeRow(2, 'bob', team.bob, 'assigned')]])
  })
})

describe('bulk-assign with a reader that closes the pipe', () => {
  test('bulk-assign finishes the run and its files, with the same exit code, when the reader closes the pipe', async () => {
    const workdir = await openTeam()
    const typos = Array.from({ length: 3000 }, (_, index) => `typo-${index}\n`).join('')
    workdir.write('people.csv', `username\nbob\n${typos}carol\n`)
    const command = 'duo-seats bulk-assign people.csv --results all.csv --rejects rejects.csv | head -n 1'
    const { code, stdout } = await runInShell(workdir, command)
    expect([code, stdout.split('\n').length]).toEqual([3, 2])
    expect(workdir.read('all.csv').split('\n')).toHaveLength(1 + 3002 + 1)
    expect(workdir.read('rejects.csv').split('\n')).toHaveLength(1 + 3000 + 1)
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol'])
  })
})

describe('bulk-assign with Ctrl-C', () => {
  test('bulk-assign writes nothing and ends at once when it is interrupted while it reads standard input', async () => {
    const workdir = await openTeam()
    const before = readStore(workdir)
    const child = workdir.start(['bulk-assign', '-', '--results', 'all.csv'])
    const finished = collect(child)
    child.stdin?.write('username\nbob\n')
    // The input does not end: only the signal ends the process.
    await waitForReading(child)
    const interruptedAt = Date.now()
    child.kill('SIGINT')
    const { code, stdout, stderr } = await finished
    expect(Date.now() - interruptedAt).toBeLessThan(20_000)
    expect([code, stdout]).toEqual([130, ''])
    expect(stderr).toMatch(
      /error: Interrupted: nothing was written\.\nhint: Run the same command again to continue\.\n$/,
    )
    expect(readStore(workdir)).toEqual(before)
  })

  test('bulk-assign says that the run is written when it is interrupted while it prints the results', async () => {
    const workdir = await openTeam()
    const typos = Array.from({ length: 5000 }, (_, index) => `typo-${index}\n`).join('')
    workdir.write('people.csv', `username\nbob\n${typos}`)
    const child = workdir.start([
      'bulk-assign',
      'people.csv',
      '-q',
      '--format',
      'ndjson',
      '--rejects',
      'r.csv',
    ])
    // Without a reader the printing stops when the pipe is full.
    await once(child.stdout ?? child, 'readable')
    child.kill('SIGINT')
    const { code, stderr } = await collect(child)
    expect([code, stderr]).toEqual([
      130,
      'error: Interrupted while printing: run 1 is complete and written.\n' +
        'hint: To print it again: duo-seats runs show 1\n',
    ])
    expect(listHolders(workdir)).toEqual(['ada', 'Bob'])
    expect(workdir.read('r.csv').split('\n')).toHaveLength(1 + 5000 + 1)
  })

  test('bulk-assign --dry-run stops at once when it is interrupted while it prints the results', async () => {
    const workdir = await openTeam()
    const typos = Array.from({ length: 5000 }, (_, index) => `typo-${index}\n`).join('')
    workdir.write('people.csv', `username\nbob\n${typos}`)
    const child = workdir.start(['bulk-assign', 'people.csv', '-q', '--format', 'ndjson', '--dry-run'])
    await once(child.stdout ?? child, 'readable')
    child.kill('SIGINT')
    const { code, stdout, stderr } = await collect(child)
    expect([code, stderr]).toEqual([
      130,
      'error: Interrupted: nothing was written.\nhint: Run the same command again to continue.\n',
    ])
    expect(stdout.split('\n').length).toBeLessThan(5001)
  })
})
