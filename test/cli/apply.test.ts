import { describe, expect, test } from 'vitest'
import { frozenClock, frozenNow } from '../support/frozen-clock.ts'
import { makePurchase, makeSeat, makeUser } from '../support/make-snapshot.ts'
import { listHolders, readStore } from '../support/read-store.ts'
import { countOutcomes, makeRow, makeUnknownRow, type RunDocument } from '../support/run-document.ts'
import { runInShell } from '../support/run-in-shell.ts'
import { openTeam, team, withBothAddOns } from '../support/sample-team.ts'
import type { Workdir } from '../support/workdir.ts'

const atNine = { env: frozenClock }

/** Ada, Bob, Carol and Dora hold all four seats. Dora is blocked. */
const fullTeam = { seats: [1, 2, 3, 4].map((id) => makeSeat(id)) }

/** The same holders with another quantity. */
function withSeats(quantity: number): object {
  return { ...fullTeam, add_on_purchases: [makePurchase({ quantity })] }
}

async function openTeamWith(list: string | Uint8Array, facts: object = fullTeam): Promise<Workdir> {
  const workdir = await openTeam(facts)
  workdir.write('team.csv', list)
  return workdir
}

/** The command of a user who has read the plan. */
const decided = ['apply', 'team.csv', '--yes', '--max-removals', '100%']

const taken = { success: true, message: 'Loses the GitLab Duo Pro seat.' }

const listOutcomes = ({ results }: RunDocument) => results.map(({ input, outcome }) => [input, outcome])

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

  test('apply removes seats first, assigns then, and keeps the seats of users that an unclear row may mean', async () => {
    const workdir = await openTeamWith(list)
    const real = await workdir.runForJson<RunDocument>(3, ['apply', 'team.csv', '--yes'], atNine)
    expect(real).toEqual(document)
    expect(countOutcomes(real)).toEqual(real.summary.outcomes)
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol', 'eve'])
  })

  test('apply --dry-run prints the results of the run and writes nothing', async () => {
    const workdir = await openTeamWith(list)
    const before = readStore(workdir)
    const rehearsal = await workdir.runForJson<RunDocument>(3, ['apply', 'team.csv', '--dry-run'], atNine)
    expect(rehearsal).toEqual({ ...document, run: { ...document.run, id: null, dry_run: true } })
    expect(readStore(workdir)).toEqual(before)
  })

  test('apply --dry-run prints a plan with signs, numbers and the seats that would be free', async () => {
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

  test('apply prints unchanged holders as well with --format ndjson and csv', async () => {
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

  test('apply changes nothing the second time', async () => {
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

  test('apply writes every result to --results and the rows without success to --rejects', async () => {
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

describe('apply --max-removals', () => {
  test.each<[string, string[], number]>([
    ['runs where --max-removals is a number that is large enough', ['--max-removals', '2'], 0],
    ['refuses one removal more than the number of --max-removals', ['--max-removals', '1'], 5],
    ['refuses every removal with --max-removals 0', ['--max-removals', '0'], 5],
    ['runs where --max-removals is a percentage that is large enough', ['--max-removals', '50%'], 0],
    ['rounds the percentage of --max-removals down', ['--max-removals', '49%'], 5],
    ['refuses two of four removals without --max-removals, since the default is 10 %', [], 5],
  ])('apply %s', async (_, options, code) => {
    const workdir = await openTeamWith('username\nada\nbob\n')
    await workdir.runExpecting(code, ['apply', 'team.csv', '--yes', ...options])
    expect(listHolders(workdir)).toEqual(code === 0 ? ['ada', 'Bob'] : ['ada', 'Bob', 'carol', 'dora'])
  })

  test.each<[string, string[], number]>([
    ['removes one seat without --max-removals where 10 % is less than one', [], 0],
    ['removes one seat with --max-removals 1%', ['--max-removals', '1%'], 0],
    ['removes no seat with --max-removals 0%', ['--max-removals', '0%'], 5],
  ])('apply %s', async (_, options, code) => {
    const workdir = await openTeamWith('username\nada\nbob\ncarol\n')
    await workdir.runExpecting(code, ['apply', 'team.csv', '--yes', ...options])
  })

  test('apply removes 10 % of the seats without --max-removals, and not one more', async () => {
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

  test('apply refuses the whole run beyond --max-removals, names the number, and assigns no seat either', async () => {
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

  test('apply --dry-run beyond --max-removals prints the plan and ends with the exit code of the run', async () => {
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

  test('apply beyond --max-removals is refused without a question and without --yes', async () => {
    const workdir = await openTeamWith('username\nada\n')
    await workdir.runExpecting(5, ['apply', 'team.csv'])
  })

  test.each(['-1', '10.5', '101%', 'all', ''])(
    'apply rejects "%s" as a value of --max-removals',
    async (cap) => {
      const workdir = await openTeamWith('username\nada\n')
      const { code, stderr } = await workdir.run(['apply', 'team.csv', '--yes', `--max-removals=${cap}`])
      expect([code, stderr.split('\n')[0]]).toEqual([
        2,
        `error: option '--max-removals <number>' argument '${cap}' is invalid. It takes a number of seats, such as 25, or a percentage, such as 10%.`,
      ])
    },
  )
})

describe('apply --add-only and --remove-only', () => {
  const list = 'username\nada\nbob\neve\ntypo\n'

  test('apply --add-only assigns seats and removes none', async () => {
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

  test('apply --remove-only removes seats and assigns none', async () => {
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

  test('apply rejects --add-only together with --remove-only', async () => {
    const workdir = await openTeamWith(list)
    const { code, stderr } = await workdir.run([...decided, '--add-only', '--remove-only'])
    expect([code, stderr.split('\n')[0]]).toEqual([
      2,
      "error: option '--add-only' cannot be used with option '--remove-only'",
    ])
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol', 'dora'])
  })
})

describe('apply --exit-code', () => {
  const dry = ['apply', 'team.csv', '--dry-run', '--max-removals', '100%']

  test.each<[string, string, number]>([
    ['a seat to remove', 'username\nada\nbob\ncarol\n', 3],
    ['a seat to assign', 'username\nada\nbob\ncarol\ndora\neve\n', 3],
    ['no difference', 'username\ndora\ncarol\nbob\nADA\nada\n', 0],
  ])('apply --dry-run --exit-code reports %s', async (_, list, code) => {
    const workdir = await openTeamWith(list, withSeats(9))
    const before = readStore(workdir)
    await workdir.runExpecting(0, dry)
    await workdir.runExpecting(code, [...dry, '--exit-code', '-q'])
    expect(readStore(workdir)).toEqual(before)
  })

  test('apply --dry-run --exit-code ends with 5 where the run would be refused', async () => {
    const workdir = await openTeamWith('username\nada\n')
    await workdir.runExpecting(5, ['apply', 'team.csv', '--dry-run', '--exit-code'])
  })

  test('apply rejects --exit-code without --dry-run', async () => {
    const workdir = await openTeamWith('username\nada\n')
    expect(await workdir.run([...decided, '--exit-code'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: --exit-code needs --dry-run.\nhint: Add --dry-run, or leave out --exit-code.\n',
    })
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol', 'dora'])
  })
})

describe('apply with too few seats', () => {
  /** Frees two seats for three users. */
  const list = 'username\nada\nbob\neve\nfrank\ntwin-one\n'

  test('apply assigns seats after the removals and in the order of the list by default', async () => {
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

  test('apply --on-shortage fail removes no seat either where seats are too few', async () => {
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

  test('apply --on-shortage fail runs where the removals free enough seats', async () => {
    const workdir = await openTeamWith('username\nada\nbob\neve\nfrank\n')
    await workdir.runExpecting(0, [...decided, '--on-shortage', 'fail'])
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'eve', 'frank'])
  })

  test('apply assigns only the seats that removals free beyond a surplus of held seats', async () => {
    const workdir = await openTeamWith('username\nada\nbob\neve\nfrank\n', withSeats(3))
    const { summary } = await workdir.runForJson<RunDocument>(3, decided)
    expect(summary).toMatchObject({ free_before: -1, free_after: 0, removals: 2, needed: 2, short: 1 })
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'eve'])
  })
})

describe('apply with a row that does not clearly mean one user', () => {
  test.each<[string, string, string[]]>([
    ['both users that two cells of a row mean', 'username,email\nbob,carol@example.com\n', ['Bob', 'carol']],
    ['a user with a mistyped name beside the address', 'username,email\nbobb,bob@example.com\n', ['Bob']],
    ['a user with a mistyped address beside the name', 'username,email\ncarol,carl@example.com\n', ['carol']],
    ['a user with nothing but the id right', 'username,user_id\nnobody,2\n', ['Bob']],
  ])('apply keeps the seat of %s', async (_, list, kept) => {
    const workdir = await openTeamWith(list)
    await workdir.runExpecting(3, decided)
    expect(listHolders(workdir)).toEqual(kept)
  })

  test('apply keeps the seats of all users who share a listed address', async () => {
    const seats = [1, 7, 8].map((id) => makeSeat(id))
    const workdir = await openTeamWith('username\ntwins@example.com\n', { seats })
    await workdir.runExpecting(3, decided)
    expect(listHolders(workdir)).toEqual(['twin-one', 'twin-two'])
  })

  test('apply keeps the seat of a listed holder who is not eligible any more', async () => {
    const workdir = await openTeamWith('username\ndora\n')
    await workdir.runExpecting(0, decided)
    expect(listHolders(workdir)).toEqual(['dora'])
  })
})

describe('apply with an empty list', () => {
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

  test.each(nobody)('apply refuses a list of %s', async (_, list, options) => {
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

  test('apply refuses the empty input that a broken pipe leaves', async () => {
    const workdir = await openTeamWith('')
    const line = 'printf "" | duo-seats apply - --yes --max-removals 100%'
    expect(await runInShell(workdir, line)).toEqual({ code: 5, stdout: '', stderr: told })
  })

  test('apply prints the refusal of an empty list as a document with --format json', async () => {
    const workdir = await openTeamWith('')
    const { error } = await workdir.runForJson<{ error: { code: string } }>(5, decided)
    expect(error.code).toBe('refused')
  })

  test('apply --add-only has nothing to do with an empty list', async () => {
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
    ['a list with an unclosed quote', 'username\nada\n"bob\n'],
    ['a list without a known column', 'name\nada\n'],
  ])('apply rejects %s as malformed', async (_, list) => {
    const workdir = await openTeamWith(list)
    await workdir.runExpecting(2, decided)
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol', 'dora'])
  })
})

describe('apply with the output of list', () => {
  test('apply changes nothing with the output of list, whether or not the holders are eligible', async () => {
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

  test('bulk-assign assigns seats to all users in the output of list --free', async () => {
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

describe('apply with two add-ons', () => {
  test('apply changes the holders of the chosen add-on only', async () => {
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

describe('the record of an apply', () => {
  test('runs prints the options of an apply and every change of each user', async () => {
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
