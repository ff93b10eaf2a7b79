import { describe, expect, test } from 'vitest'
import { frozenClock, frozenNow } from '../support/frozen-clock.ts'
import { decided, listOutcomes, openTeamWith, withSeats } from '../support/full-team.ts'
import { makeSeat } from '../support/make-snapshot.ts'
import { listHolders, readStore } from '../support/read-store.ts'
import { countOutcomes, makeRow, makeUnknownRow, type RunDocument } from '../support/run-document.ts'
import { team, withBothAddOns } from '../support/sample-team.ts'

const atNine = { env: frozenClock }

const taken = { success: true, message: 'Seat removed.' }

describe('apply with a list that differs from the holders in every way', () => {
  const list =
    'username,email\nada,\neve,\n@EVE,\nfrank,\n# nobody else\ntypo,\nproject_1_bot,\nbob,carol@example.com\n'

  const document = {
    schema: 1,
    run: {
      id: 1,
      command: 'apply',
      add_on: 'duo-pro',
      dry_run: false,
      started_at: frozenNow,
      finished_at: frozenNow,
    },
    summary: {
      rows: 8,
      outcomes: {
        assigned: 1,
        unassigned: 1,
        already_assigned: 1,
        duplicate: 1,
        user_not_found: 1,
        ambiguous_user: 1,
        invalid_user_membership: 1,
        no_seats_available: 1,
      },
      needed: 2,
      removals: 1,
      free_before: 0,
      free_after: 0,
      short: 1,
    },
    recorded_only: true,
    results: [
      makeRow(null, 'dora', team.dora, 'unassigned', {
        success: true,
        reason: 'blocked',
        message: 'Seat removed. The user is blocked.',
      }),
      makeRow(2, 'ada', team.ada, 'already_assigned'),
      makeRow(3, 'eve', team.eve, 'assigned'),
      makeRow(4, '@EVE', team.eve, 'duplicate', { success: true, message: 'Same user as on line 3.' }),
      makeRow(5, 'frank', team.frank, 'no_seats_available'),
      makeUnknownRow(7, 'typo', 'user_not_found', 'No user has the username "typo".'),
      makeRow(8, 'project_1_bot', team.bot, 'invalid_user_membership', {
        reason: 'project_bot',
        message: 'Not a human user (project_bot).',
      }),
      makeUnknownRow(
        9,
        'bob',
        'ambiguous_user',
        'The row does not match exactly one user: username "bob" matches @Bob, email "carol@example.com" matches @carol.',
      ),
    ],
  }

  const allowing = ['apply', 'team.csv', '--max-unknown', '2']

  /** The results of a dry run. */
  const rehearsed = document.results.map((row) => ({
    ...row,
    message: row.message.replace(/^Seat (assigned|removed)\./, 'Seat would be $1.'),
  }))

  test('apply removes seats first, assigns then, and keeps the seats of users that an unclear row may mean', async () => {
    const workdir = await openTeamWith(list)
    const real = await workdir.runForJson<RunDocument>(3, [...allowing, '--yes'], atNine)
    expect(real).toEqual(document)
    expect(countOutcomes(real)).toEqual(real.summary.outcomes)
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol', 'eve'])
  })

  test('apply --dry-run prints the results of the run and writes nothing', async () => {
    const workdir = await openTeamWith(list)
    const before = readStore(workdir)
    const rehearsal = await workdir.inProcess.runForJson<RunDocument>(3, [...allowing, '--dry-run'], atNine)
    expect(rehearsal).toEqual({
      ...document,
      run: { ...document.run, id: null, dry_run: true },
      results: rehearsed,
    })
    expect(readStore(workdir)).toEqual(before)
  })

  test('apply --dry-run prints a plan with signs, numbers and the seats that would be free', async () => {
    const workdir = await openTeamWith(list)
    expect(await workdir.inProcess.run([...allowing, '--dry-run'])).toEqual({
      code: 3,
      stderr: '',
      stdout: `\
   LINE  USER           OUTCOME                    MESSAGE
-        dora           ✓ unassigned               Seat would be removed. The user is blocked.
+  3     eve            ✓ assigned                 Seat would be assigned.
   4     eve            – duplicate                Same user as on line 3.
!  5     frank          ✗ no_seats_available       No seat is free.
!  7     typo           ✗ user_not_found           No user has the username "typo".
!  8     project_1_bot  ✗ invalid_user_membership  Not a human user (project_bot).
!  9     bob            ✗ ambiguous_user           The row does not match exactly one user: username "bob" matches @Bob, email "carol@example.com" matches @carol.

+ 1 to assign, - 1 to remove, = 1 unchanged, ! 4 not possible.
8 rows: 1 assigned, 1 unassigned, 1 already_assigned, 1 duplicate, 1 user_not_found, 1 ambiguous_user, 1 invalid_user_membership, 1 no_seats_available.
Seats free: 0 before, 0 after.
2 users needed a seat, 1 was free. 1 without a seat: @frank (line 5).
1 row matches no user. Look for a misspelt name: that user could lose the seat.
Dry run: nothing was written.
The store is not linked: GitLab itself would not be changed.
`,
    })
  })

  test('apply prints unchanged holders as well with --format ndjson and csv', async () => {
    const workdir = await openTeamWith(list)
    const ndjson = await workdir.inProcess.runExpecting(3, [...allowing, '--dry-run', '--format', 'ndjson'])
    expect(
      ndjson
        .trim()
        .split('\n')
        .map((row) => JSON.parse(row)),
    ).toEqual(rehearsed)
    const csv = await workdir.inProcess.runExpecting(3, [...allowing, '--yes', '--format', 'csv'])
    expect(csv.split('\n').slice(0, 3)).toEqual([
      'line,input,username,user_id,outcome,success,reason,message,suggestions',
      ',dora,dora,4,unassigned,true,blocked,Seat removed. The user is blocked.,',
      '2,ada,ada,1,already_assigned,true,,The user already has a seat.,',
    ])
  })

  test('apply changes nothing the second time', async () => {
    const workdir = await openTeamWith('username\nada\neve\nfrank\n')
    await workdir.inProcess.runExpecting(0, decided)
    expect(listHolders(workdir)).toEqual(['ada', 'eve', 'frank'])
    expect(await workdir.inProcess.run(['apply', 'team.csv', '--max-removals', '0'])).toEqual({
      code: 0,
      stderr: '',
      stdout: `
+ 0 to assign, - 0 to remove, = 3 unchanged, ! 0 not possible.
3 rows: 3 already_assigned.
Seats free: 1 before, 1 after.
Recorded in the store only: GitLab itself was not changed.
`,
    })
  })

  test('apply writes every result to --results and the rows without success to --rejects', async () => {
    const workdir = await openTeamWith(list)
    const files = ['--results', 'all.json', '--rejects', 'rejects.csv']
    const stdout = await workdir.inProcess.runExpecting(3, [...allowing, '-y', '--format', 'json', ...files])
    expect(workdir.read('all.json')).toBe(stdout)
    expect(workdir.read('rejects.csv')).toBe(`\
username,email,line,outcome,message
frank,,5,no_seats_available,No seat is free.
typo,,7,user_not_found,"No user has the username ""typo""."
project_1_bot,,8,invalid_user_membership,Not a human user (project_bot).
bob,carol@example.com,9,ambiguous_user,"The row does not match exactly one user: username ""bob"" matches @Bob, email ""carol@example.com"" matches @carol."
`)
  })
})

describe('apply with too few seats', () => {
  /** Frees two seats for three users. */
  const list = 'username\nada\nbob\neve\nfrank\ntwin-one\n'

  test('apply assigns seats after the removals and in the order of the list by default', async () => {
    const workdir = await openTeamWith(list)
    const document = await workdir.inProcess.runForJson<RunDocument>(3, decided)
    expect(document.summary).toMatchObject({
      needed: 3,
      removals: 2,
      free_before: 0,
      free_after: 0,
      short: 1,
    })
    expect(listOutcomes(document).slice(-3)).toEqual([
      ['eve', 'assigned'],
      ['frank', 'assigned'],
      ['twin-one', 'no_seats_available'],
    ])
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'eve', 'frank'])
  })

  test('apply --on-shortage fail removes no seat either where seats are too few', async () => {
    const workdir = await openTeamWith(list)
    const document = await workdir.inProcess.runForJson<RunDocument>(5, [...decided, '--on-shortage', 'fail'])
    expect(document.summary).toMatchObject({
      needed: 3,
      removals: 2,
      free_before: 0,
      free_after: 0,
      short: 1,
    })
    expect(listOutcomes(document)).toEqual([
      ['carol', 'not_attempted'],
      ['dora', 'not_attempted'],
      ['ada', 'already_assigned'],
      ['bob', 'already_assigned'],
      ['eve', 'not_attempted'],
      ['frank', 'not_attempted'],
      ['twin-one', 'no_seats_available'],
    ])
    expect(document.results[0]?.message).toBe(
      'Seat kept: the list needs more seats than are free, so nothing was written.',
    )
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol', 'dora'])
  })

  test('apply --on-shortage fail --dry-run prints the plan where seats are too few', async () => {
    const workdir = await openTeamWith(list)
    const before = readStore(workdir)
    const { code, stdout } = await workdir.inProcess.run([...decided, '--on-shortage', 'fail', '--dry-run'])
    expect([code, stdout]).toEqual([
      5,
      `\
   LINE  USER      OUTCOME               MESSAGE
-        carol     ✓ unassigned          Seat would be removed.
-        dora      ✓ unassigned          Seat would be removed. The user is blocked.
+  4     eve       ✗ assigned            Would not be assigned: 3 seats needed, 2 free.
+  5     frank     ✗ assigned            Would not be assigned: 3 seats needed, 2 free.
!  6     twin-one  ✗ no_seats_available  Would not be assigned: 3 seats needed, 2 free.

+ 2 to assign, - 2 to remove, = 2 unchanged, ! 1 not possible.
7 rows: 2 assigned, 2 unassigned, 2 already_assigned, 1 no_seats_available.
1 user too many: @twin-one (line 6).
Refused: 3 seats needed, 2 free. Nothing was written.
Shorten the list, buy seats, or assign the free seats with --on-shortage fill.
`,
    ])
    expect(readStore(workdir)).toEqual(before)
  })

  test('apply --on-shortage fail runs where the removals free enough seats', async () => {
    const workdir = await openTeamWith('username\nada\nbob\neve\nfrank\n')
    await workdir.inProcess.runExpecting(0, [...decided, '--on-shortage', 'fail'])
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'eve', 'frank'])
  })

  test('apply assigns only the seats that removals free beyond a surplus of held seats', async () => {
    const workdir = await openTeamWith('username\nada\nbob\neve\nfrank\n', withSeats(3))
    const { summary } = await workdir.inProcess.runForJson<RunDocument>(3, decided)
    expect(summary).toMatchObject({ free_before: -1, free_after: 0, removals: 2, needed: 2, short: 1 })
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'eve'])
  })
})

describe('apply with two add-ons', () => {
  test('apply changes the holders of the chosen add-on only', async () => {
    const seats = [makeSeat(1), makeSeat(2), makeSeat(1, { add_on_purchase_id: 2 })]
    const workdir = await openTeamWith('username\nbob\n', { ...withBothAddOns, seats })
    const both = await workdir.inProcess.run(decided)
    expect([both.code, both.stderr.split('\n')[0]]).toEqual([2, 'error: More than one add-on has seats.'])
    await workdir.inProcess.runExpecting(0, [...decided, '--add-on', 'duo-enterprise'])
    const holders = await workdir.inProcess.runForJson<{ users: { username: string }[] }>(0, [
      'list',
      '--add-on',
      'duo-enterprise',
    ])
    expect(holders.users.map(({ username }) => username)).toEqual(['Bob'])
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'Bob'])
  })
})

describe('the record of an apply', () => {
  test('runs prints the options of an apply and every change of each user', async () => {
    const workdir = await openTeamWith('username\nada\neve\n')
    await workdir.inProcess.runExpecting(0, [...decided, '--on-shortage', 'fail'])
    const { runs } = await workdir.inProcess.runForJson<{ runs: object[] }>(0, ['runs', '--user', 'bob'])
    expect(runs).toMatchObject([
      {
        id: 1,
        command: 'apply',
        source: 'team.csv',
        options: {
          max_removals: '100%',
          max_unknown: '100%',
          on_shortage: 'fail',
          add_only: false,
          remove_only: false,
        },
        outcome: 'unassigned',
      },
    ])
    const shown = await workdir.inProcess.runForJson<RunDocument>(0, ['runs', 'show', '1'])
    expect(listOutcomes(shown)).toEqual([
      ['Bob', 'unassigned'],
      ['carol', 'unassigned'],
      ['dora', 'unassigned'],
      ['ada', 'already_assigned'],
      ['eve', 'assigned'],
    ])
    expect(shown.results[0]).toEqual(makeRow(null, 'Bob', team.bob, 'unassigned', taken))
  })
})
