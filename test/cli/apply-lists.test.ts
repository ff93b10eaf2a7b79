import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { decided, listOutcomes, openTeamWith, withSeats } from '../support/full-team.ts'
import { makeSeat } from '../support/make-snapshot.ts'
import { listHolders, readStore } from '../support/read-store.ts'
import type { RunDocument } from '../support/run-document.ts'
import { runInShell } from '../support/run-in-shell.ts'
import { openTeam } from '../support/sample-team.ts'

describe('apply with a row that does not clearly mean one user', () => {
  test.each<[string, string, string[], number]>([
    [
      'both users that two cells of a row mean',
      'username,email\nbob,carol@example.com\n',
      ['Bob', 'carol'],
      3,
    ],
    ['a user with a mistyped name beside the address', 'username,email\nbobb,bob@example.com\n', ['Bob'], 0],
    ['a user with a mistyped address beside the name', 'username,email\ncarol,c@example.com\n', ['carol'], 0],
    ['a user with nothing but the id right', 'username,user_id\nnobody,2\n', ['Bob'], 3],
  ])('apply keeps the seat of %s', async (_, list, kept, code) => {
    const workdir = await openTeamWith(`${list}ada,\n`)
    await workdir.inProcess.runExpecting(code, decided)
    expect(listHolders(workdir)).toEqual(['ada', ...kept])
  })

  test('apply keeps the seats of all users who share a listed address', async () => {
    const seats = [1, 7, 8].map((id) => makeSeat(id))
    const workdir = await openTeamWith('username\ntwins@example.com\nbob\n', { seats })
    await workdir.inProcess.runExpecting(3, decided)
    expect(listHolders(workdir)).toEqual(['Bob', 'twin-one', 'twin-two'])
  })

  test('apply keeps the seat of a listed holder who is not eligible any more', async () => {
    const workdir = await openTeamWith('username\ndora\n')
    await workdir.inProcess.runExpecting(0, decided)
    expect(listHolders(workdir)).toEqual(['dora'])
  })
})

describe('apply with a list in which no row names a user', () => {
  const strangers = [1, 2, 3, 4].map((number) => `stranger-${number}@example.com`)
  const list = `email\n${strangers.join('\n')}\n`
  const everything = ['apply', 'team.csv', '--max-removals', '100%', '--max-unknown', '100%']
  const refused = `\
Refused: none of the 4 rows of the list names a user. Nothing was written.
Check that it is the right list. For a file, --column NAME chooses the column.
`

  test.each([
    [['apply', 'team.csv', '--yes']],
    [['apply', 'team.csv', '--yes', '--max-removals', '100%']],
    [decided],
  ])('apply of four unknown addresses removes no seat with %j', async (command) => {
    const workdir = await openTeamWith(list)
    const { code, stdout, stderr } = await workdir.inProcess.run(command)
    expect([code, stderr, stdout.endsWith(`Seats free: 0 before, 4 after.\n${refused}`)]).toEqual([
      5,
      '',
      true,
    ])
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol', 'dora'])
    const document = await workdir.inProcess.runForJson<RunDocument>(5, command)
    expect(listOutcomes(document)).toEqual([
      ...['ada', 'Bob', 'carol', 'dora'].map((name) => [name, 'not_attempted']),
      ...strangers.map((address) => [address, 'user_not_found']),
    ])
    expect(document.results[0]?.message).toBe(
      'Not changed: no row of the list names a user, so nothing was written.',
    )
  })

  test('apply refuses a list whose last row is an error of a spreadsheet', async () => {
    const workdir = await openTeamWith('email\nada@example.com\n#N/A\n')
    const finished = await workdir.inProcess.run([
      'apply',
      'team.csv',
      '--yes',
      '--max-removals',
      '100%',
      '-q',
    ])
    expect([finished.code, finished.stderr]).toEqual([5, expect.stringContaining('"#N/A" (line 3)')])
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol', 'dora'])
  })

  test('apply --dry-run of four unknown addresses prints the plan and the refusal', async () => {
    const workdir = await openTeamWith(list)
    const before = readStore(workdir)
    expect(await workdir.inProcess.run([...everything, '--dry-run'])).toEqual({
      code: 5,
      stderr: '',
      stdout: `\
   LINE  USER                    OUTCOME           MESSAGE
-        ada                     ✓ unassigned      Seat would be removed.
-        Bob                     ✓ unassigned      Seat would be removed.
-        carol                   ✓ unassigned      Seat would be removed.
-        dora                    ✓ unassigned      Seat would be removed. The user is blocked.
!  2     stranger-1@example.com  ✗ user_not_found  No user has the email address "stranger-1@example.com".
!  3     stranger-2@example.com  ✗ user_not_found  No user has the email address "stranger-2@example.com".
!  4     stranger-3@example.com  ✗ user_not_found  No user has the email address "stranger-3@example.com".
!  5     stranger-4@example.com  ✗ user_not_found  No user has the email address "stranger-4@example.com".

+ 0 to assign, - 4 to remove, = 0 unchanged, ! 4 not possible.
8 rows: 4 unassigned, 4 user_not_found.
Seats free: 0 before, 4 after.
${refused}`,
    })
    expect(readStore(workdir)).toEqual(before)
  })

  test('apply refuses a list of one row that may mean two users', async () => {
    const workdir = await openTeamWith('username,email\nbob,carol@example.com\n')
    const { code, stdout } = await workdir.inProcess.run(decided)
    expect([code, stdout.split('\n').at(-3)]).toEqual([
      5,
      'Refused: the row of the list does not name a user. Nothing was written.',
    ])
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol', 'dora'])
  })

  test('apply --add-only reports unknown addresses without a refusal', async () => {
    const workdir = await openTeamWith(list)
    await workdir.inProcess.runExpecting(3, ['apply', 'team.csv', '--yes', '--add-only'])
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol', 'dora'])
  })
})

describe('apply with an empty list', () => {
  const told =
    'error: The list is empty: every seat would be removed. Nothing was written.\n' +
    'hint: To remove every seat, use "duo-seats list --format csv" and bulk-unassign.\n'

  const emptyLists: [string, string, string[]][] = [
    ['a header alone', 'username\n', []],
    ['a header, blank lines and comments', 'username\n\n# ada\n,\n', []],
    ['zero bytes', '', []],
    ['a byte order mark', '\ufeff', []],
    ['blank lines and comments', '\n# ada\n\n', []],
    ['zero bytes without a header', '', ['--no-header']],
    ['a comment without a header', '# ada\n', ['--no-header']],
  ]

  test('apply writes no file for an empty list, since no run begins', async () => {
    const workdir = await openTeamWith('username\n')
    const files = ['--results', 'all.csv', '--report', 'markdown=plan.md', '--report', 'junit=rows.xml']
    await workdir.inProcess.runExpecting(5, ['apply', 'team.csv', '--yes', ...files])
    expect(readdirSync(workdir.path).sort()).toEqual(['store.db', 'team.csv'])
  })

  test.each(emptyLists)('apply refuses a list of %s', async (_, list, options) => {
    const workdir = await openTeamWith(list)
    const before = readStore(workdir)
    for (const mode of [['--yes'], ['--dry-run'], ['--remove-only', '--yes'], []])
      expect(
        await workdir.inProcess.run(['apply', 'team.csv', '--max-removals', '100%', ...options, ...mode]),
      ).toEqual({
        code: 5,
        stdout: '',
        stderr: told,
      })
    expect(readStore(workdir)).toEqual(before)
  })

  test('apply refuses the empty input that a broken pipe leaves', async () => {
    const workdir = await openTeamWith('')
    const line = 'printf "" | duo-seats apply - --yes --max-removals 100%'
    expect(await runInShell(workdir, line)).toEqual({ code: 5, stdout: '', stderr: told })
  })

  test('apply prints the refusal of an empty list as a document with --format json', async () => {
    const workdir = await openTeamWith('')
    const { error } = await workdir.inProcess.runForJson<{ error: { code: string } }>(5, decided)
    expect(error.code).toBe('refused')
  })

  test('apply --add-only has nothing to do with an empty list', async () => {
    const workdir = await openTeamWith('username\n')
    expect(await workdir.inProcess.run(['apply', 'team.csv', '--add-only'])).toEqual({
      code: 0,
      stdout: 'The list names no user. Nothing to do.\n',
      stderr: '',
    })
    workdir.write('team.csv', '')
    await workdir.inProcess.runExpecting(2, ['apply', 'team.csv', '--add-only'])
  })

  test.each([
    ['a list with an unclosed quote', 'username\nada\n"bob\n'],
    ['a list without a known column', 'name\nada\n'],
  ])('apply rejects %s as malformed', async (_, list) => {
    const workdir = await openTeamWith(list)
    await workdir.inProcess.runExpecting(2, decided)
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol', 'dora'])
  })
})

describe('apply with the output of list', () => {
  test('apply changes nothing with the output of list, whether or not the holders are eligible', async () => {
    const seats = [1, 4, 6, 7, 8, 9].map((id) => makeSeat(id))
    const workdir = await openTeam({ seats })
    workdir.write('team.csv', await workdir.inProcess.runExpecting(0, ['list', '--format', 'csv']))
    const { code, stdout } = await workdir.inProcess.run(['apply', 'team.csv', '--max-removals', '0'])
    expect([code, stdout]).toEqual([
      0,
      `
+ 0 to assign, - 0 to remove, = 6 unchanged, ! 0 not possible.
6 rows: 6 already_assigned.
Seats free: 0 (2 too many held) before, 0 (2 too many held) after.
Recorded in the store only: GitLab itself was not changed.
`,
    ])
    await workdir.inProcess.runExpecting(0, ['apply', 'team.csv', '--dry-run', '--exit-code'])
  })

  test('bulk-assign assigns seats to all users in the output of list --free', async () => {
    const workdir = await openTeam(withSeats(9))
    const free = await workdir.inProcess.runExpecting(0, ['list', '--free', '--format', 'csv'])
    workdir.write('free.csv', free)
    const { summary } = await workdir.inProcess.runForJson<RunDocument>(0, ['bulk-assign', 'free.csv'])
    expect(summary.outcomes).toEqual({ assigned: 4 })
    expect(await workdir.inProcess.runExpecting(0, ['list', '--free', '--format', 'csv'])).toBe(
      `${free.split('\n')[0]}\n`,
    )
  })
})
