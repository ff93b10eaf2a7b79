import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { frozenClock } from '../support/frozen-clock.ts'
import { makePurchase, makeSeat, makeUser } from '../support/make-snapshot.ts'
import { listHolders, readStore } from '../support/read-store.ts'
import { describeUnprivileged, giveAway, runUnprivileged } from '../support/run-as-other-user.ts'
import { makeRow, type RunDocument } from '../support/run-document.ts'
import { runInShell } from '../support/run-in-shell.ts'
import { openTeam, team } from '../support/sample-team.ts'
import { fixtures } from '../support/workdir.ts'

const bobAndCarol = ['ada', 'Bob', 'carol']

function encodeUtf16(text: string): Buffer {
  return Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])
}

describe('the input file of bulk-assign', () => {
  test.each<[string, string | Uint8Array, string[]]>([
    ['with commas', 'username\nbob\ncarol\n', []],
    ['with semicolons and a byte order mark', '\ufeffuser name;x\r\nbob;1\r\ncarol;2\r\n', []],
    ['with tabs', 'x\tLOGIN\n1\tbob\n2\tcarol', []],
    ['in UTF-16', encodeUtf16('sep=;\r\nUser-Name;x\r\nbob;1\r\ncarol;2'), []],
    ['with carriage returns alone', 'username\rbob\rcarol\r', []],
    ['with ids', 'user_id\n2\ngid://gitlab/User/3\n', []],
    ['with another column', 'account,name\nbob,x\ncarol,y\n', ['--column', 'Account']],
    ['with another delimiter', 'username|name\nbob|x\ncarol|y\n', ['--delimiter', '|']],
    [
      'with several columns of --column',
      'account,address,email\nbob,,x\n,carol@example.com,y\n',
      ['--column', 'Account', '--column=address'],
    ],
    ['with tabs by --delimiter tab', 'username\tname, first\nbob\tx\ncarol\ty\n', ['--delimiter', 'tab']],
    ['without a header', 'bob\n@carol\n', ['--no-header']],
  ])('bulk-assign reads a file %s', async (_, content, options) => {
    const workdir = await openTeam()
    workdir.write('people.csv', content)
    await workdir.inProcess.runExpecting(0, ['bulk-assign', 'people.csv', ...options])
    expect(listHolders(workdir)).toEqual(bobAndCarol)
  })

  test.each<[string, string, string[], (string | null)[]]>([
    [
      'counts in a list whose other ids are right',
      'email,user_id\n,2\nada@example.com,1\n',
      [],
      ['Bob', 'ada'],
    ],
    [
      'does not count beside an id of another user',
      'email,user_id\n,2\nada@example.com,3\n',
      [],
      [null, null],
    ],
    [
      'does not count beside an id with an unknown address',
      'email,user_id\n,2\nx@example.com,3\n',
      [],
      [null, null],
    ],
    ['counts as a global id', 'email,user_id\n,gid://gitlab/User/2\nx@example.com,3\n', [], ['Bob', null]],
    [
      'counts in a chosen column',
      'email,user_id\n,2\nx@example.com,3\n',
      ['--column', 'user_id'],
      ['Bob', 'carol'],
    ],
    [
      'does not count beside an address of lesser rank',
      'user_id,upn,mail\n3,eve@example.com,\n2,,\n1,,ada@example.com\n',
      [],
      [null, 'Bob', 'ada'],
    ],
    [
      'does not count beside an address of another row, where the column with the better name is empty',
      'user_id,upn,mail\n3,eve@example.com,\n2,,\n',
      [],
      [null, null],
    ],
    ['does not count beside a full name', 'user_id,user name\n3,Hans Meier\n2,Eva Klein\n', [], [null, null]],
    ['does not count beside a username of lesser rank', 'user_id,login,username\n3,foo,\n', [], [null]],
  ])('an id in a row without a name %s', async (_, content, options, usernames) => {
    const workdir = await openTeam()
    workdir.write('people.csv', content)
    const code = usernames.includes(null) ? 3 : 0
    const { results } = await workdir.inProcess.runForJson(code, ['bulk-assign', 'people.csv', ...options])
    expect(results.map(({ username }) => username)).toEqual(usernames)
    for (const { username, outcome } of results) if (username === null) expect(outcome).toBe('ambiguous_user')
  })

  test('digits in a chosen column mean no single user if they are a username and an id', async () => {
    const workdir = await openTeam({
      users: [makeUser(1, '7'), makeUser(7, 'victim'), makeUser(8, '99')],
      seats: [],
    })
    workdir.write('people.csv', 'Log on\n7\n8\n99\n1\n')
    const { results } = await workdir.inProcess.runForJson(3, [
      'bulk-assign',
      'people.csv',
      '--column',
      'Log on',
    ])
    expect(results.map(({ input, username, outcome }) => [input, username, outcome])).toEqual([
      ['7', null, 'ambiguous_user'],
      ['8', '99', 'assigned'],
      ['99', '99', 'duplicate'],
      ['1', '7', 'assigned'],
    ])
  })

  test.each(['#N/A', '#NAME?', '#NV', '#BEZUG!'])(
    'the cell %s is an error of a spreadsheet, and told',
    async (cell) => {
      const workdir = await openTeam()
      workdir.write('people.csv', `name,username\nx,${cell}\n`)
      const { results } = await workdir.inProcess.runForJson(3, ['bulk-assign', 'people.csv'])
      expect(results).toMatchObject([
        {
          input: cell,
          outcome: 'user_not_found',
          message: expect.stringContaining('is an error of a spreadsheet'),
        },
      ])
    },
  )

  test.each<[string, string, string, string]>([
    [
      'an unknown address behind an error of a spreadsheet',
      '#N/A,zoe@example.com,',
      'zoe@example.com',
      'No user has the email address "zoe@example.com".',
    ],
    [
      'an unknown address behind a display name',
      'Zoe Berg,zoe@example.com,',
      'zoe@example.com',
      'No user has the email address "zoe@example.com".',
    ],
    ['an unknown id behind an error of a spreadsheet', '#N/A,,99', '99', 'No user has the id "99".'],
    [
      'a cell with two addresses behind a username',
      'bob,bob@example.com; carol@example.com,',
      'bob@example.com; carol@example.com',
      '"bob@example.com; carol@example.com" contains more than one name. Give each name a row or an argument of its own.',
    ],
    [
      'a cell with an address twice behind an error of a spreadsheet',
      '#N/A,bob@example.com; bob@example.com,',
      'bob@example.com; bob@example.com',
      '"bob@example.com; bob@example.com" contains more than one name. Give each name a row or an argument of its own.',
    ],
    [
      'an unreadable id behind the formula of an empty text',
      '"=""""",,A-17',
      'A-17',
      '"A-17" is not a user id of GitLab. A user id is a number, such as 12.',
    ],
  ])('the message of a row quotes the cell that decides: %s', async (_, row, input, message) => {
    const workdir = await openTeam()
    workdir.write('people.csv', `username,email,user_id\n${row}\nada,,1\n`)
    const { results } = await workdir.inProcess.runForJson<RunDocument>(3, ['bulk-assign', 'people.csv'])
    expect(results[0]).toMatchObject({ input, message })
  })

  test('the id alone of a list whose ids are not those of GitLab is quoted behind an error of a spreadsheet', async () => {
    const workdir = await openTeam()
    workdir.write('people.csv', 'username,user_id\n#N/A,2\nada,3\n')
    const { results } = await workdir.inProcess.runForJson<RunDocument>(3, ['bulk-assign', 'people.csv'])
    expect(results[0]).toMatchObject({
      input: '2',
      message:
        'The id "2" may be that of another system: in other rows, ids and names do not match the same user. ' +
        'If they are ids of GitLab, name their column: --column NAME.',
    })
  })

  test('a row that contradicts its id counts for the ids alone of a list that is decided in several parts', async () => {
    const workdir = await openTeam()
    const unknown = Array.from({ length: 2_500 }, (_, index) => `,${index + 1_000}\n`).join('')
    workdir.write('people.csv', `username,user_id\n,2\n${unknown}ada,3\n`)
    const { results } = await workdir.inProcess.runForJson<RunDocument>(3, ['bulk-assign', 'people.csv'])
    expect(results[0]).toMatchObject({ input: '2', outcome: 'ambiguous_user' })
    workdir.write('people.csv', `username,user_id\n,2\n${unknown}ada,1\n`)
    const agreeing = await workdir.inProcess.runForJson<RunDocument>(3, ['bulk-assign', 'people.csv'])
    expect(agreeing.results[0]).toMatchObject({ input: '2', username: 'Bob' })
  })

  test('bulk-assign reads a CSV from a German spreadsheet', async () => {
    const workdir = await openTeam({
      add_on_purchases: [makePurchase({ quantity: 2 })],
      users: [
        makeUser(1, 'ajung', { email: 'juergen@example.com' }),
        makeUser(2, 'mgross', { email: 'maerta@example.com' }),
      ],
      seats: [makeSeat(2)],
    })
    const file = join(fixtures, 'csv/excel-german.csv')
    const { results } = await workdir.inProcess.runForJson<RunDocument>(3, ['bulk-assign', file])
    expect(results.map(({ line, username, outcome }) => [line, username, outcome])).toEqual([
      [3, 'ajung', 'assigned'],
      [4, 'mgross', 'already_assigned'],
      [6, null, 'user_not_found'],
    ])
  })

  test.each([
    'duo-seats bulk-assign - < people.csv',
    'cat people.csv | duo-seats bulk-assign -',
    'cat people.csv | duo-seats bulk-assign /dev/stdin',
    'duo-seats bulk-assign <(cat people.csv)',
  ])('bulk-assign reads a list from a pipe: %s', async (line) => {
    const workdir = await openTeam()
    workdir.write('people.csv', 'username\nbob\n')
    const { code, stdout } = await runInShell(workdir, `${line} --format ndjson`)
    expect([code, JSON.parse(stdout)]).toEqual([0, makeRow(2, 'bob', team.bob, 'assigned')])
  })

  test('bulk-assign reads the output of list --format csv', async () => {
    const workdir = await openTeam()
    workdir.write(
      'free.csv',
      await workdir.inProcess.runExpecting(0, ['list', '--free', '--limit', '2', '--format', 'csv']),
    )
    await workdir.inProcess.runExpecting(0, ['bulk-assign', 'free.csv'])
    expect(listHolders(workdir)).toEqual(bobAndCarol)
  })
})

describe('bulk-assign with the variables of the Rake task', () => {
  const newer = { DUO_BULK_USER_FILE_PATH: 'newer.csv' }
  const older = { DUO_PRO_BULK_USER_FILE_PATH: 'older.csv' }

  test.each<[string, string[], Record<string, string>, string]>([
    ['by the argument before any variable', ['argument.csv'], { ...newer, ...older }, 'eve'],
    ['by the variable of the newer task', [], { ...newer, ...older }, 'Bob'],
    ['by the variable of the older task', [], older, 'carol'],
    [
      'by the older variable where the newer one is empty',
      [],
      { ...older, DUO_BULK_USER_FILE_PATH: '' },
      'carol',
    ],
  ])('bulk-assign finds its file %s', async (_, args, env, holder) => {
    const workdir = await openTeam()
    workdir.write('argument.csv', 'username\neve\n')
    workdir.write('newer.csv', 'username\nbob\n')
    workdir.write('older.csv', 'username\ncarol\n')
    await workdir.inProcess.runExpecting(0, ['bulk-assign', ...args], { env })
    expect(listHolders(workdir)).toEqual(['ada', holder])
  })

  test.each<[string[], Record<string, string>]>([
    [[], {}],
    [[''], newer],
  ])('bulk-assign rejects a command line without a file: %j', async (args, env) => {
    const workdir = await openTeam()
    expect(await workdir.inProcess.run(['bulk-assign', ...args], { env })).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'error: No file is given.\n' +
        'hint: Name one: "duo-seats bulk-assign people.csv", - for standard input, or a group with --members-of.\n',
    })
  })
})

describe('bulk-assign with other columns', () => {
  test('bulk-assign does not report the columns of the CSV that list printed, only those that were added to it', async () => {
    const workdir = await openTeam()
    const list = await workdir.inProcess.runExpecting(0, ['list', '--free', '--format', 'csv'])
    const isIgnored = async (text: string) => {
      const { stderr } = await workdir.inProcess.run(['bulk-assign', '-', '--dry-run'], { stdin: text })
      return stderr.split('\n').filter((line) => line.startsWith('Ignored'))
    }
    expect(await isIgnored(list)).toEqual([])
    const withTeam = list.replaceAll(/(.)$/gm, '$1,x').replace(/,x$/m, ',team')
    expect(await isIgnored(withTeam)).toEqual(['Ignored column: "team".'])
  })

  test('bulk-assign names ignored columns once on stderr', async () => {
    const workdir = await openTeam()
    workdir.write('people.csv', 'team,username,Cost centre\nx,bob,7\ny,carol,8\n')
    const { stderr } = await workdir.inProcess.run(['bulk-assign', 'people.csv'])
    expect(stderr).toBe('Ignored columns: "team", "Cost centre".\n')
  })

  test('bulk-assign --quiet does not name ignored columns', async () => {
    const workdir = await openTeam()
    workdir.write('people.csv', 'team,username\nx,bob\n')
    const finished = await workdir.inProcess.run(['bulk-assign', 'people.csv', '--quiet'])
    expect(finished).toEqual({ code: 0, stdout: '', stderr: '' })
  })
})

describe('bulk-assign with a malformed file', () => {
  const many = 'bob\n'.repeat(20_000)

  test.each<[string, string | Uint8Array, string]>([
    [
      'an unclosed quote',
      'username\nbob\n"carol\neve\n',
      'people.csv, line 3: a quote (") is opened in this row and never closed.\n' +
        'hint: Close the quote at the end of its cell, or delete it.',
    ],
    [
      'a filled cell too many',
      'username,email\nbob\ncarol,,eve\n',
      'people.csv, line 3: the cell "eve" is beyond the last column of the header.\n' +
        'hint: Put a cell that contains a comma in quotes, or name every column in the header.',
    ],
    [
      'bytes that are not UTF-8',
      Buffer.from('username\nbob\nm\xe4rta\n', 'latin1'),
      'people.csv, line 3: this is not UTF-8 text.\n' +
        'hint: Save the file as "CSV UTF-8", or add --encoding windows-1252.',
    ],
    [
      'a NUL character',
      'username\nbob\0\n',
      'people.csv, line 2: the text contains a NUL character.\n' +
        'hint: Save the file as "CSV UTF-8" and run the command again.',
    ],
    [
      'a length of zero bytes',
      '',
      'people.csv has no header line: it has no rows.\n' +
        'hint: The first line must name the columns: username, email or user_id.',
    ],
    [
      'having only blank lines and comments',
      '\ufeff\n# nobody\n\n',
      'people.csv has no header line: it has no rows.\n' +
        'hint: The first line must name the columns: username, email or user_id.',
    ],
    [
      'an endless cell',
      `username\nbob\n${'x'.repeat(1_100_000)}\n`,
      'people.csv, line 3: this row is 1 MiB or longer.\n' +
        'hint: Look for a quote (") that is opened in this row and never closed.',
    ],
    [
      'two columns with the same meaning',
      '# people\nuser,login\nbob,carol\n',
      'people.csv, line 2: the columns "user" and "login" both hold the username.\n' +
        'hint: Choose one with --column NAME, or delete the other.',
    ],
    [
      'having no known column',
      'name,team\nbob,x\n',
      'people.csv, line 1: no column is named username, email or user_id; the columns are "name", "team".\n' +
        'hint: Choose the column of the usernames with --column NAME, or read a file without a header with --no-header.',
    ],
    [
      'having no column that looks like a key',
      'name,team\nBob,X\n',
      'people.csv, line 1: no column is named username, email or user_id; the columns are "name", "team".\n' +
        'hint: Choose the column of the usernames with --column NAME, or read a file without a header with --no-header.',
    ],
    [
      'a fault behind thousands of good rows',
      `username\n${many}"carol\n`,
      'people.csv, line 20002: a quote (") is opened in this row and never closed.\n' +
        'hint: Close the quote at the end of its cell, or delete it.',
    ],
  ])('bulk-assign rejects a whole file for %s', async (_, content, told) => {
    const workdir = await openTeam()
    workdir.write('people.csv', content)
    const before = readStore(workdir)
    for (const options of [[], ['--dry-run']])
      expect(
        await workdir.inProcess.run(['bulk-assign', 'people.csv', ...options], { env: frozenClock }),
      ).toEqual({
        code: 2,
        stdout: '',
        stderr: `error: ${told}\n`,
      })
    expect(readStore(workdir)).toEqual(before)
  })

  test('bulk-assign rejects malformed standard input and prints the line', async () => {
    const workdir = await openTeam()
    const before = readStore(workdir)
    const { code, stderr } = await workdir.inProcess.run(['bulk-assign', '-'], {
      stdin: 'username\nbob\n"carol\n',
    })
    expect(code).toBe(2)
    expect(stderr).toMatch(/^error: standard input, line 3: a quote \("\) is opened/)
    expect(readStore(workdir)).toEqual(before)
  })

  test.each([
    ['none.csv', 'The file none.csv does not exist.\nhint: Check the name, or give - for standard input.'],
    ['folder', 'folder is a directory, not a file.\nhint: Name a file in it.'],
  ])('bulk-assign rejects %s, which is not a file', async (name, told) => {
    const workdir = await openTeam()
    mkdirSync(workdir.join('folder'))
    const before = readStore(workdir)
    expect(await workdir.inProcess.run(['bulk-assign', name])).toEqual({
      code: 2,
      stdout: '',
      stderr: `error: ${told}\n`,
    })
    expect(readStore(workdir)).toEqual(before)
  })
})

describeUnprivileged('a list without permission', () => {
  test('bulk-assign rejects a file without read permission', async () => {
    const workdir = await openTeam()
    workdir.write('people.csv', 'username\n')
    chmodSync(workdir.join('people.csv'), 0o000)
    giveAway(workdir)
    const { code, stderr } = runUnprivileged(workdir, ['bulk-assign', 'people.csv'])
    expect(code).toBe(2)
    expect(stderr).toMatch(/^error: You do not have permission to read people\.csv\.\n/)
  })
})
