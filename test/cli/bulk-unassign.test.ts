import { describe, expect, test } from 'vitest'
import { frozenClock, frozenNow } from '../support/frozen-clock.ts'
import { makePurchase, makeSeat } from '../support/make-snapshot.ts'
import { listHolders, readStore } from '../support/read-store.ts'
import { countOutcomes, makeRow, makeUnknownRow, type RunDocument } from '../support/run-document.ts'
import { runInShell } from '../support/run-in-shell.ts'
import { openTeam, team } from '../support/sample-team.ts'
import type { Workdir } from '../support/workdir.ts'

const atNine = { env: frozenClock }

/** Ada, Bob, Carol and Dora hold four of five seats. Dora is blocked. */
const holders = {
  add_on_purchases: [makePurchase({ quantity: 5 })],
  seats: [1, 2, 3, 4].map((id) => makeSeat(id)),
}

async function openTeamWith(list: string | Uint8Array, facts: object = holders): Promise<Workdir> {
  const workdir = await openTeam(facts)
  workdir.write('leavers.csv', list)
  return workdir
}

const taken = { success: true, message: 'Seat removed.' }

describe('bulk-unassign with a list that has every outcome', () => {
  const list = `username,email,left
bob,,2026-02-27
# a comment

@DORA,,x
eve,,
BOB,,
nobody,,
,,
carol,ada@example.com,
twins@example.com,,
nobody,,
`

  const document = {
    schema: 1,
    run: {
      id: 1,
      command: 'bulk-unassign',
      add_on: 'duo-pro',
      dry_run: false,
      started_at: frozenNow,
      finished_at: frozenNow,
    },
    summary: {
      rows: 8,
      outcomes: { unassigned: 2, not_assigned: 1, duplicate: 1, user_not_found: 2, ambiguous_user: 2 },
      needed: 0,
      removals: 2,
      free_before: 1,
      free_after: 3,
      short: 0,
    },
    recorded_only: true,
    results: [
      makeRow(2, 'bob', team.bob, 'unassigned', taken),
      makeRow(5, '@DORA', team.dora, 'unassigned', {
        success: true,
        reason: 'blocked',
        message: 'Seat removed. The user is blocked.',
      }),
      makeRow(6, 'eve', team.eve, 'not_assigned', {
        success: true,
        message: 'The user has no seat.',
      }),
      makeRow(7, 'BOB', team.bob, 'duplicate', { success: true, message: 'Same user as on line 2.' }),
      makeUnknownRow(8, 'nobody', 'user_not_found', 'No user has the username "nobody".'),
      makeUnknownRow(
        10,
        'carol',
        'ambiguous_user',
        'The row does not match exactly one user: username "carol" matches @carol, email "ada@example.com" matches @ada.',
      ),
      makeUnknownRow(
        11,
        'twins@example.com',
        'ambiguous_user',
        'The row does not match exactly one user: email "twins@example.com" matches @twin-one and @twin-two.',
      ),
      makeUnknownRow(12, 'nobody', 'user_not_found', 'No user has the username "nobody".'),
    ],
  }

  /** The results of a dry run. */
  const previewed = document.results.map((row) => ({
    ...row,
    message: row.message.replace('Seat removed.', 'Seat would be removed.'),
  }))

  test('bulk-unassign prints one result a row with its physical line, and removes the seats', async () => {
    const workdir = await openTeamWith(list)
    const real = await workdir.runForJson<RunDocument>(3, ['bulk-unassign', 'leavers.csv', '--yes'], atNine)
    expect(real).toEqual(document)
    expect(countOutcomes(real)).toEqual(real.summary.outcomes)
    expect(listHolders(workdir)).toEqual(['ada', 'carol'])
  })

  test('bulk-unassign --dry-run prints the results of the run, asks no question and writes nothing', async () => {
    const workdir = await openTeamWith(list)
    const before = readStore(workdir)
    const command = ['bulk-unassign', 'leavers.csv', '--dry-run']
    const preview = await workdir.inProcess.runForJson<RunDocument>(3, command, atNine)
    expect(preview).toEqual({
      ...document,
      run: { ...document.run, id: null, dry_run: true },
      results: previewed,
    })
    expect(readStore(workdir)).toEqual(before)
  })

  test('bulk-unassign changes nothing the second time, and asks no question then', async () => {
    const workdir = await openTeamWith(list)
    await workdir.inProcess.runExpecting(3, ['bulk-unassign', 'leavers.csv', '--yes'])
    const { summary } = await workdir.inProcess.runForJson<RunDocument>(3, ['bulk-unassign', 'leavers.csv'])
    expect(summary).toMatchObject({ removals: 0, free_before: 3, free_after: 3 })
  })

  test('bulk-unassign prints a table', async () => {
    const workdir = await openTeamWith(list)
    expect(await workdir.inProcess.run(['bulk-unassign', 'leavers.csv', '-y'])).toEqual({
      code: 3,
      stderr: 'Ignored column: "left".\n',
      stdout: `\
LINE  USER               OUTCOME           MESSAGE
2     Bob                ✓ unassigned      Seat removed.
5     dora               ✓ unassigned      Seat removed. The user is blocked.
6     eve                ✓ not_assigned    The user has no seat.
7     Bob                – duplicate       Same user as on line 2.
8     nobody             ✗ user_not_found  No user has the username "nobody".
10    carol              ✗ ambiguous_user  The row does not match exactly one user: username "carol" matches @carol, email "ada@example.com" matches @ada.
11    twins@example.com  ✗ ambiguous_user  The row does not match exactly one user: email "twins@example.com" matches @twin-one and @twin-two.
12    nobody             ✗ user_not_found  No user has the username "nobody".

8 rows: 2 unassigned, 1 not_assigned, 1 duplicate, 2 user_not_found, 2 ambiguous_user.
Seats free: 1 before, 3 after.
Recorded in the store only: GitLab itself was not changed.
`,
    })
  })

  test('bulk-unassign writes every row to --results and failed rows to --rejects, and reads the mended rejects', async () => {
    const workdir = await openTeamWith('team,username\nx,bob\ny,dorra\n')
    const files = ['--results', 'all.csv', '--rejects', 'rejects.csv']
    await workdir.inProcess.runExpecting(3, ['bulk-unassign', 'leavers.csv', ...files, '-q'])
    expect(workdir.read('all.csv')).toBe(`\
line,input,username,user_id,outcome,success,reason,message,suggestions
2,bob,Bob,2,unassigned,true,,Seat removed.,
3,dorra,,,user_not_found,false,,"No user has the username ""dorra"". Did you mean @dora?",dora
`)
    expect(workdir.read('rejects.csv')).toBe(
      'team,username,line,outcome,message\ny,dorra,3,user_not_found,"No user has the username ""dorra"". Did you mean @dora?"\n',
    )
    workdir.write('mended.csv', workdir.read('rejects.csv').replace('dorra,', 'dora,'))
    await workdir.inProcess.runExpecting(0, ['bulk-unassign', 'mended.csv'])
    expect(listHolders(workdir)).toEqual(['ada', 'carol'])
  })
})

describe('the input file of bulk-unassign', () => {
  test.each<[string, string | Uint8Array, string[]]>([
    ['with semicolons and a byte order mark', '\ufeffuser name;x\r\nbob;1\r\ncarol;2\r\n', []],
    ['in UTF-16', Buffer.from('\ufeffLogin\tx\r\nbob\t1\r\ncarol\t2', 'utf16le'), []],
    ['with ids', 'user_id\n2\ngid://gitlab/User/3\n', []],
    ['with another column', 'account,name\nbob,x\ncarol,y\n', ['--column', 'Account']],
    ['with another delimiter', 'username|name\nbob|x\ncarol|y\n', ['--delimiter', '|']],
    ['without a header', 'bob\n@carol\n', ['--no-header']],
  ])('bulk-unassign reads a file %s, as bulk-assign does', async (_, content, options) => {
    const workdir = await openTeamWith(content)
    await workdir.inProcess.runExpecting(0, ['bulk-unassign', 'leavers.csv', '--yes', ...options])
    expect(listHolders(workdir)).toEqual(['ada', 'dora'])
  })

  test('bulk-unassign --yes reads a list from a pipe', async () => {
    const workdir = await openTeamWith('username\nbob\ncarol\n')
    const line = 'cat leavers.csv | duo-seats bulk-unassign - --yes -q'
    expect(await runInShell(workdir, line)).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(listHolders(workdir)).toEqual(['ada', 'dora'])
  })

  test('bulk-unassign reads the output of list --format csv', async () => {
    const workdir = await openTeam(holders)
    workdir.write('all.csv', await workdir.inProcess.runExpecting(0, ['list', '--format', 'csv']))
    await workdir.inProcess.runExpecting(0, ['bulk-unassign', 'all.csv', '--yes'])
    expect(listHolders(workdir)).toEqual([])
  })

  test('bulk-unassign has nothing to do with a list without rows', async () => {
    const workdir = await openTeamWith('username\n')
    expect(await workdir.inProcess.run(['bulk-unassign', 'leavers.csv'])).toEqual({
      code: 0,
      stdout: 'The list names no user. Nothing to do.\n',
      stderr: '',
    })
  })

  test.each<[string, string, string]>([
    ['a length of zero bytes', '', 'leavers.csv has no header line: it has no rows.'],
    [
      'an unclosed quote behind good rows',
      'username\nbob\n"carol\n',
      'leavers.csv, line 3: a quote (") is opened in this row and never closed.',
    ],
  ])('bulk-unassign rejects a whole file for %s', async (_, content, told) => {
    const workdir = await openTeamWith(content)
    const before = readStore(workdir)
    const { code, stdout, stderr } = await workdir.inProcess.run(['bulk-unassign', 'leavers.csv', '--yes'])
    expect([code, stdout, stderr.split('\n')[0]]).toEqual([2, '', `error: ${told}`])
    expect(readStore(workdir)).toEqual(before)
  })

  test('bulk-unassign rejects a malformed file before it asks for confirmation', async () => {
    const workdir = await openTeamWith('username\nbob\ncarol\n"ada\n')
    const { code, stderr } = await workdir.inProcess.run(['bulk-unassign', 'leavers.csv'])
    expect([code, stderr.split('\n')[0]]).toEqual([
      2,
      'error: leavers.csv, line 4: a quote (") is opened in this row and never closed.',
    ])
  })

  test('bulk-unassign does not take its file from the variables of the Rake task', async () => {
    const workdir = await openTeamWith('username\nbob\n')
    const env = { DUO_BULK_USER_FILE_PATH: 'leavers.csv' }
    const { code, stderr } = await workdir.inProcess.run(['bulk-unassign'], { env })
    expect([code, stderr.split('\n')[0]]).toEqual([2, 'error: No list is given.'])
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol', 'dora'])
  })

  test('bulk-unassign does not overwrite its input with --rejects', async () => {
    const workdir = await openTeamWith('username\nbob\n')
    const { code, stderr } = await workdir.inProcess.run([
      'bulk-unassign',
      'leavers.csv',
      '--rejects',
      'leavers.csv',
    ])
    expect([code, stderr]).toEqual([
      2,
      'error: leavers.csv is the input and would be overwritten.\nhint: Name another file.\n',
    ])
    expect(listHolders(workdir)).toContain('Bob')
  })
})

test('bulk-unassign removes no seat for a row whose cells mean different users', async () => {
  const workdir = await openTeamWith('username,user_id\nbob,3\n')
  await workdir.inProcess.runExpecting(3, ['bulk-unassign', 'leavers.csv', '--yes'])
  expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol', 'dora'])
})
