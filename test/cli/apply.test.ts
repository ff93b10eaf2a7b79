import { describe, expect, test } from 'vitest'
import { frozenClock, frozenNow } from '../support/frozen-clock.ts'
import { makePurchase, makeSeat, makeUser } from '../support/make-snapshot.ts'
import { listHolders, readStore } from '../support/read-store.ts'
import { countOutcomes, makeRow, makeUnknownRow, type RunDocument } from '../support/run-document.ts'
import { runInShell } from '../support/run-in-shell.ts'
import { openTeam, team, withBothAddOns } from '../support/sample-team.ts'
import type { Workdir } from '../support/workdir.ts'

const atNine = { env: frozenClock }

/** Ada, Bob, Carol and Dora, who is blocked, hold all of four seats. */
const fullTeam = { seats: [1, 2, 3, 4].map((id) => makeSeat(id)) }

/** The same, with so many seats. */
function withSeats(quantity: number): object {
  return { ...fullTeam, add_on_purchases: [makePurchase({ quantity })] }
}

async function openTeamWith(list: string | Uint8Array, facts: object = fullTeam): Promise<Workdir> {
  const workdir = await openTeam(facts)
  workdir.write('team.csv', list)
  return workdir
}

/** What `apply` is told by somebody who has seen the plan. */
const decided = ['apply', 'team.csv', '--yes', '--max-removals', '100%']

const taken = { success: true, message: 'Loses the GitLab Duo Pro seat.' }

const listOutcomes = ({ results }: RunDocument) => results.map(({ input, outcome }) => [input, outcome])

describe('a list that differs from the holders in every way', () => {
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
    results: [
      makeRow(null, 'dora', team.dora, 'unassigned', {
        success: true,
        reason: 'blocked',
        message: 'Loses the GitLab Duo Pro seat. Is blocked.',
      }),
      makeRow(2, 'ada', team.ada, 'already_assigned'),
      makeRow(3, 'eve', team.eve, 'assigned'),
      makeRow(4, '@EVE', team.eve, 'duplicate', { success: true, message: 'Is the same user as on line 3.' }),
      makeRow(5, 'frank', team.frank, 'no_seats_available'),
      makeUnknownRow(7, 'typo', 'user_not_found', 'No user has the name "typo".'),
      makeRow(8, 'project_1_bot', team.bot, 'invalid_user_membership', {
        reason: 'project_bot',
        message: 'Is no human user (project_bot).',
      }),
      makeUnknownRow(
        9,
        'bob',
        'ambiguous_user',
        'Does not mean one user: username "bob" is @Bob, email "carol@example.com" is @carol.',
      ),
    ],
  }

  test('takes first, then gives, and leaves those alone whom a row may mean', async () => {
    const workdir = await openTeamWith(list)
    const real = await workdir.runForJson<RunDocument>(3, ['apply', 'team.csv', '--yes'], atNine)
    expect(real).toEqual(document)
    expect(countOutcomes(real)).toEqual(real.summary.outcomes)
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol', 'eve'])
  })

  test('gives and takes in a dry run what the run does, and writes nothing', async () => {
    const workdir = await openTeamWith(list)
    const before = readStore(workdir)
    const rehearsal = await workdir.runForJson<RunDocument>(3, ['apply', 'team.csv', '--dry-run'], atNine)
    expect(rehearsal).toEqual({ ...document, run: { ...document.run, id: null, dry_run: true } })
    expect(readStore(workdir)).toEqual(before)
  })

  test('is a plan for people: signs, numbers, and the seats that are free then', async () => {
    const workdir = await openTeamWith(list)
    expect(await workdir.run(['apply', 'team.csv', '--dry-run'])).toEqual({
      code: 3,
      stderr: '',
      stdout: `\
   LINE  USER           OUTCOME                    MESSAGE
-        dora           ✓ unassigned               Loses the GitLab Duo Pro seat. Is blocked.
+  3     eve            ✓ assigned                 Gets a GitLab Duo Pro seat.
   4     eve            – duplicate                Is the same user as on line 3.
!  5     frank          ✗ no_seats_available       No GitLab Duo Pro seat is left.
!  7     typo           ✗ user_not_found           No user has the name "typo".
!  8     project_1_bot  ✗ invalid_user_membership  Is no human user (project_bot).
!  9     bob            ✗ ambiguous_user           Does not mean one user: username "bob" is @Bob, email "carol@example.com" is @carol.

+ 1 to give, - 1 to take, = 1 stay, ! 4 cannot.
8 rows: 1 assigned, 1 unassigned, 1 already_assigned, 1 duplicate, 1 user_not_found, 1 ambiguous_user, 1 invalid_user_membership, 1 no_seats_available.
Seats free: 0 before, 0 after.
2 users needed a seat, 1 was free: 1 goes without: @frank (line 5).
1 row names nobody: look for a misspelt name, since whoever is meant may be among those whose seat is taken.
Dry run: nothing was written.
`,
    })
  })

  test('is rows for machines: ndjson and csv have those who stay, too', async () => {
    const workdir = await openTeamWith(list)
    const ndjson = await workdir.runExpecting(3, ['apply', 'team.csv', '--dry-run', '--format', 'ndjson'])
    expect(
      ndjson
        .trim()
        .split('\n')
        .map((row) => JSON.parse(row)),
    ).toEqual(document.results)
    const csv = await workdir.runExpecting(3, ['apply', 'team.csv', '--yes', '--format', 'csv'])
    expect(csv.split('\n').slice(0, 3)).toEqual([
      'line,input,username,user_id,outcome,success,reason,message',
      ',dora,dora,4,unassigned,true,blocked,Loses the GitLab Duo Pro seat. Is blocked.',
      '2,ada,ada,1,already_assigned,true,,Holds a GitLab Duo Pro seat already.',
    ])
  })

  test('changes nothing the second time', async () => {
    const workdir = await openTeamWith('username\nada\neve\nfrank\n')
    await workdir.runExpecting(0, decided)
    expect(listHolders(workdir)).toEqual(['ada', 'eve', 'frank'])
    expect(await workdir.run(['apply', 'team.csv', '--max-removals', '0'])).toEqual({
      code: 0,
      stderr: '',
      stdout: `
+ 0 to give, - 0 to take, = 3 stay, ! 0 cannot.
3 rows: 3 already_assigned.
Seats free: 1 before, 1 after.
`,
    })
  })

  test('writes every result to --results, and the rows without success to --rejects', async () => {
    const workdir = await openTeamWith(list)
    const files = ['--results', 'all.json', '--rejects', 'rejects.csv']
    const stdout = await workdir.runExpecting(3, ['apply', 'team.csv', '-y', '--format', 'json', ...files])
    expect(workdir.read('all.json')).toBe(stdout)
    expect(workdir.read('rejects.csv')).toBe(`\
username,email,line,outcome,message
frank,,5,no_seats_available,No GitLab Duo Pro seat is left.
typo,,7,user_not_found,"No user has the name ""typo""."
project_1_bot,,8,invalid_user_membership,Is no human user (project_bot).
bob,carol@example.com,9,ambiguous_user,"Does not mean one user: username ""bob"" is @Bob, email ""carol@example.com"" is @carol."
`)
  })
})

describe('--max-removals', () => {
  test.each<[string, string[], number]>([
    ['a number that is enough', ['--max-removals', '2'], 0],
    ['a number that is not', ['--max-removals', '1'], 5],
    ['none at all', ['--max-removals', '0'], 5],
    ['a percentage that is enough', ['--max-removals', '50%'], 0],
    ['a percentage that is rounded down', ['--max-removals', '49%'], 5],
    ['10 % where nothing is said, which is one seat of four', [], 5],
  ])('is %s', async (_, options, code) => {
    const workdir = await openTeamWith('username\nada\nbob\n')
    await workdir.runExpecting(code, ['apply', 'team.csv', '--yes', ...options])
    expect(listHolders(workdir)).toEqual(code === 0 ? ['ada', 'Bob'] : ['ada', 'Bob', 'carol', 'dora'])
  })

  test.each<[string, string[], number]>([
    ['allows one seat where 10 % are less', [], 0],
    ['of 1 % allows one seat', ['--max-removals', '1%'], 0],
    ['of 0 % allows none', ['--max-removals', '0%'], 5],
  ])('%s', async (_, options, code) => {
    const workdir = await openTeamWith('username\nada\nbob\ncarol\n')
    await workdir.runExpecting(code, ['apply', 'team.csv', '--yes', ...options])
  })

  test('lets 10 % go, and not one seat more', async () => {
    const users = Array.from({ length: 30 }, (_, index) => makeUser(index + 1, `user-${index + 1}`))
    const seats = users.map(({ id }) => makeSeat(id))
    const facts = { users, seats, add_on_purchases: [makePurchase({ quantity: 30 })] }
    const keep = (count: number) =>
      `username\n${users
        .slice(0, count)
        .map(({ username }) => username)
        .join('\n')}\n`
    const workdir = await openTeamWith(keep(26), facts)
    await workdir.runExpecting(5, ['apply', 'team.csv', '--yes'])
    workdir.write('team.csv', keep(27))
    await workdir.runExpecting(0, ['apply', 'team.csv', '--yes'])
    expect(listHolders(workdir)).toHaveLength(27)
  })

  test('refuses as a whole and with the number: nobody loses a seat or gets one', async () => {
    const workdir = await openTeamWith('username\nada\neve\n', withSeats(9))
    const before = listHolders(workdir)
    const command = ['apply', 'team.csv', '--yes', '--format', 'json', '--rejects', 'rejects.csv']
    const { code, stdout, stderr } = await workdir.run(command)
    expect([code, stderr]).toEqual([
      5,
      'error: Refused: 3 seats would be taken, which is more than --max-removals allows. Nothing was written.\n' +
        'hint: Look at them with --dry-run. If it is meant, say so: --max-removals 3.\n',
    ])
    const { summary, results } = JSON.parse(stdout) as RunDocument
    expect(summary).toMatchObject({ removals: 3, needed: 1, free_before: 5, free_after: 5 })
    const asBefore = {
      message: 'Is as before: more seats would be taken than --max-removals allows, so nothing was written.',
    }
    expect(results).toEqual([
      makeRow(null, 'Bob', team.bob, 'not_attempted', asBefore),
      makeRow(null, 'carol', team.carol, 'not_attempted', asBefore),
      makeRow(null, 'dora', team.dora, 'not_attempted', asBefore),
      makeRow(2, 'ada', team.ada, 'already_assigned'),
      makeRow(3, 'eve', team.eve, 'not_attempted', asBefore),
    ])
    expect(listHolders(workdir)).toEqual(before)
    expect(workdir.read('rejects.csv')).toBe(
      `username,line,outcome,message\neve,3,not_attempted,"${asBefore.message}"\n`,
    )
    await workdir.runExpecting(0, ['apply', 'team.csv', '--yes', '--max-removals', '3'])
    expect(listHolders(workdir)).toEqual(['ada', 'eve'])
  })

  test('shows the plan in a dry run all the same, and the exit code is that of the run', async () => {
    const workdir = await openTeamWith('username\nada\n')
    const { code, stdout } = await workdir.run(['apply', 'team.csv', '--dry-run'])
    expect([code, stdout]).toEqual([
      5,
      `\
   USER   OUTCOME       MESSAGE
-  Bob    ✓ unassigned  Loses the GitLab Duo Pro seat.
-  carol  ✓ unassigned  Loses the GitLab Duo Pro seat.
-  dora   ✓ unassigned  Loses the GitLab Duo Pro seat. Is blocked.

+ 0 to give, - 3 to take, = 1 stay, ! 0 cannot.
4 rows: 3 unassigned, 1 already_assigned.
Seats free: 0 before, 3 after.
Refused: 3 seats would be taken, which is more than --max-removals allows. Nothing was written.
If it is meant, say so: --max-removals 3.
`,
    ])
  })

  test('is refused without a question and without --yes', async () => {
    const workdir = await openTeamWith('username\nada\n')
    await workdir.runExpecting(5, ['apply', 'team.csv'])
  })

  test.each(['-1', '10.5', '101%', 'all', ''])('of "%s" is a usage error', async (cap) => {
    const workdir = await openTeamWith('username\nada\n')
    const { code, stderr } = await workdir.run(['apply', 'team.csv', '--yes', `--max-removals=${cap}`])
    expect([code, stderr.split('\n')[0]]).toEqual([
      2,
      `error: option '--max-removals <number>' argument '${cap}' is invalid. It takes a number of seats, such as 25, or a percentage, such as 10%.`,
    ])
  })
})

describe('--add-only and --remove-only', () => {
  const list = 'username\nada\nbob\neve\ntypo\n'

  test('add, and take from nobody', async () => {
    const workdir = await openTeamWith(list, withSeats(5))
    const document = await workdir.runForJson<RunDocument>(3, ['apply', 'team.csv', '--yes', '--add-only'])
    expect(listOutcomes(document)).toEqual([
      ['ada', 'already_assigned'],
      ['bob', 'already_assigned'],
      ['eve', 'assigned'],
      ['typo', 'user_not_found'],
    ])
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol', 'dora', 'eve'])
  })

  test('take, and give to nobody', async () => {
    const workdir = await openTeamWith(list, withSeats(5))
    const document = await workdir.runForJson<RunDocument>(3, [...decided, '--remove-only'])
    expect(listOutcomes(document)).toEqual([
      ['carol', 'unassigned'],
      ['dora', 'unassigned'],
      ['ada', 'already_assigned'],
      ['bob', 'already_assigned'],
      ['eve', 'not_assigned'],
      ['typo', 'user_not_found'],
    ])
    expect(listHolders(workdir)).toEqual(['ada', 'Bob'])
  })

  test('cannot both be meant', async () => {
    const workdir = await openTeamWith(list)
    const { code, stderr } = await workdir.run([...decided, '--add-only', '--remove-only'])
    expect([code, stderr.split('\n')[0]]).toEqual([
      2,
      "error: option '--add-only' cannot be used with option '--remove-only'",
    ])
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol', 'dora'])
  })
})

describe('--exit-code', () => {
  const dry = ['apply', 'team.csv', '--dry-run', '--max-removals', '100%']

  test.each<[string, string, number]>([
    ['somebody to take from', 'username\nada\nbob\ncarol\n', 3],
    ['somebody to give to', 'username\nada\nbob\ncarol\ndora\neve\n', 3],
    ['no difference', 'username\ndora\ncarol\nbob\nADA\nada\n', 0],
  ])('answers a dry run with %s', async (_, list, code) => {
    const workdir = await openTeamWith(list, withSeats(9))
    const before = readStore(workdir)
    await workdir.runExpecting(0, dry)
    await workdir.runExpecting(code, [...dry, '--exit-code', '-q'])
    expect(readStore(workdir)).toEqual(before)
  })

  test('is 5 where the run would be refused: that is worse than a difference', async () => {
    const workdir = await openTeamWith('username\nada\n')
    await workdir.runExpecting(5, ['apply', 'team.csv', '--dry-run', '--exit-code'])
  })

  test('needs --dry-run: a run that made things equal has no difference to tell', async () => {
    const workdir = await openTeamWith('username\nada\n')
    expect(await workdir.run([...decided, '--exit-code'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: --exit-code needs --dry-run.\nhint: Add --dry-run, or leave out --exit-code.\n',
    })
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol', 'dora'])
  })
})

describe('too few seats', () => {
  /** Two seats are freed, and three people need one. */
  const list = 'username\nada\nbob\neve\nfrank\ntwin-one\n'

  test('are given in order after those that were taken, where nothing is said', async () => {
    const workdir = await openTeamWith(list)
    const document = await workdir.runForJson<RunDocument>(3, decided)
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

  test('with --on-shortage fail take nothing from anybody either', async () => {
    const workdir = await openTeamWith(list)
    const document = await workdir.runForJson<RunDocument>(5, [...decided, '--on-shortage', 'fail'])
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
      'Keeps the seat: there are too few for the whole list, so nothing was written.',
    )
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol', 'dora'])
  })

  test('are none with --on-shortage fail where the taken ones are enough', async () => {
    const workdir = await openTeamWith('username\nada\nbob\neve\nfrank\n')
    await workdir.runExpecting(0, [...decided, '--on-shortage', 'fail'])
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'eve', 'frank'])
  })

  test('after a shrink give what taking frees beyond the surplus, and no more', async () => {
    const workdir = await openTeamWith('username\nada\nbob\neve\nfrank\n', withSeats(3))
    const { summary } = await workdir.runForJson<RunDocument>(3, decided)
    expect(summary).toMatchObject({ free_before: -1, free_after: 0, removals: 2, needed: 2, short: 1 })
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'eve'])
  })
})

describe('a row that does not say clearly whom it means', () => {
  test.each<[string, string, string[]]>([
    ['two people by two cells', 'username,email\nbob,carol@example.com\n', ['Bob', 'carol']],
    ['somebody whose name is mistyped beside the address', 'username,email\nbobb,bob@example.com\n', ['Bob']],
    [
      'somebody whose address is mistyped beside the name',
      'username,email\ncarol,carl@example.com\n',
      ['carol'],
    ],
    ['somebody by the id alone', 'username,user_id\nnobody,2\n', ['Bob']],
  ])('protects %s', async (_, list, kept) => {
    const workdir = await openTeamWith(list)
    await workdir.runExpecting(3, decided)
    expect(listHolders(workdir)).toEqual(kept)
  })

  test('protects everybody who shares the address', async () => {
    const seats = [1, 7, 8].map((id) => makeSeat(id))
    const workdir = await openTeamWith('username\ntwins@example.com\n', { seats })
    await workdir.runExpecting(3, decided)
    expect(listHolders(workdir)).toEqual(['twin-one', 'twin-two'])
  })

  test('protects a holder who may have no seat today', async () => {
    const workdir = await openTeamWith('username\ndora\n')
    await workdir.runExpecting(0, decided)
    expect(listHolders(workdir)).toEqual(['dora'])
  })
})

describe('a list of nobody', () => {
  const told =
    'error: The list names nobody: everybody would lose the seat. Nothing was written.\n' +
    'hint: If it is meant, use "duo-seats list --format csv" and bulk-unassign.\n'

  const nobody: [string, string, string[]][] = [
    ['a header alone', 'username\n', []],
    ['a header, blank lines and comments', 'username\n\n# ada\n,\n', []],
    ['zero bytes', '', []],
    ['a byte order mark', '\ufeff', []],
    ['blank lines and comments', '\n# ada\n\n', []],
    ['zero bytes without a header', '', ['--no-header']],
    ['a comment without a header', '# ada\n', ['--no-header']],
  ]

  test.each(nobody)('is never taken for everybody: %s', async (_, list, options) => {
    const workdir = await openTeamWith(list)
    const before = readStore(workdir)
    for (const mode of [['--yes'], ['--dry-run'], ['--remove-only', '--yes'], []])
      expect(await workdir.run(['apply', 'team.csv', '--max-removals', '100%', ...options, ...mode])).toEqual(
        {
          code: 5,
          stdout: '',
          stderr: told,
        },
      )
    expect(readStore(workdir)).toEqual(before)
  })

  test('is what a broken pipe leaves behind', async () => {
    const workdir = await openTeamWith('')
    const line = 'printf "" | duo-seats apply - --yes --max-removals 100%'
    expect(await runInShell(workdir, line)).toEqual({ code: 5, stdout: '', stderr: told })
  })

  test('is a document with --format json', async () => {
    const workdir = await openTeamWith('')
    const { error } = await workdir.runForJson<{ error: { code: string } }>(5, decided)
    expect(error.code).toBe('refused')
  })

  test('is nothing to do with --add-only, which takes from nobody', async () => {
    const workdir = await openTeamWith('username\n')
    expect(await workdir.run(['apply', 'team.csv', '--add-only'])).toEqual({
      code: 0,
      stdout: 'Nothing to do.\n',
      stderr: '',
    })
    workdir.write('team.csv', '')
    await workdir.runExpecting(2, ['apply', 'team.csv', '--add-only'])
  })

  test.each([
    ['a broken one', 'username\nada\n"bob\n'],
    ['one without a known column', 'name\nada\n'],
  ])('is not %s, which is malformed', async (_, list) => {
    const workdir = await openTeamWith(list)
    await workdir.runExpecting(2, decided)
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol', 'dora'])
  })
})

describe('what list prints', () => {
  test('changes nothing when it is applied, whatever the holders are like', async () => {
    const seats = [1, 4, 6, 7, 8, 9].map((id) => makeSeat(id))
    const workdir = await openTeam({ seats })
    workdir.write('team.csv', await workdir.runExpecting(0, ['list', '--format', 'csv']))
    const { code, stdout } = await workdir.run(['apply', 'team.csv', '--max-removals', '0'])
    expect([code, stdout]).toEqual([
      0,
      `
+ 0 to give, - 0 to take, = 6 stay, ! 0 cannot.
6 rows: 6 already_assigned.
Seats free: 0 (2 too many are held) before, 0 (2 too many are held) after.
`,
    ])
    await workdir.runExpecting(0, ['apply', 'team.csv', '--dry-run', '--exit-code'])
  })

  test('of those without a seat is what bulk-assign takes', async () => {
    const workdir = await openTeam(withSeats(9))
    const free = await workdir.runExpecting(0, ['list', '--free', '--format', 'csv'])
    workdir.write('free.csv', free)
    const { summary } = await workdir.runForJson<RunDocument>(0, ['bulk-assign', 'free.csv'])
    expect(summary.outcomes).toEqual({ assigned: 4 })
    expect(await workdir.runExpecting(0, ['list', '--free', '--format', 'csv'])).toBe(
      `${free.split('\n')[0]}\n`,
    )
  })
})

describe('the add-on', () => {
  test('is the one whose holders are made equal, and no other', async () => {
    const seats = [makeSeat(1), makeSeat(2), makeSeat(1, { add_on_purchase_id: 2 })]
    const workdir = await openTeamWith('username\nbob\n', { ...withBothAddOns, seats })
    const both = await workdir.run(decided)
    expect([both.code, both.stderr.split('\n')[0]]).toEqual([2, 'error: More than one add-on has seats.'])
    await workdir.runExpecting(0, [...decided, '--add-on', 'duo-enterprise'])
    const holders = await workdir.runForJson<{ users: { username: string }[] }>(0, [
      'list',
      '--add-on',
      'duo-enterprise',
    ])
    expect(holders.users.map(({ username }) => username)).toEqual(['Bob'])
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'Bob'])
  })
})

describe('the record', () => {
  test('keeps what decided, and every change of each user', async () => {
    const workdir = await openTeamWith('username\nada\neve\n')
    await workdir.runExpecting(0, [...decided, '--on-shortage', 'fail'])
    const { runs } = await workdir.runForJson<{ runs: object[] }>(0, ['runs', '--user', 'bob'])
    expect(runs).toMatchObject([
      {
        id: 1,
        command: 'apply',
        source: 'team.csv',
        options: { max_removals: '100%', on_shortage: 'fail', add_only: false, remove_only: false },
        outcome: 'unassigned',
      },
    ])
    const shown = await workdir.runForJson<RunDocument>(0, ['runs', 'show', '1'])
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
