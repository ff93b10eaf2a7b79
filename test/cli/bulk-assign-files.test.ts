import { linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { listHolders, readStore } from '../support/read-store.ts'
import { describeUnprivileged, giveAway, runUnprivileged } from '../support/run-as-other-user.ts'
import { type RunDocument, recordedOnlyNote } from '../support/run-document.ts'
import { runInShell } from '../support/run-in-shell.ts'
import { runMain } from '../support/run-main.ts'
import { openTeam, withFreeSeats } from '../support/sample-team.ts'
import type { Workdir } from '../support/workdir.ts'

/** The message of a reject with an unknown name, as a cell. */
function noUser(name: string, suggestion = ''): string {
  return `"No user has the username ""${name}"".${suggestion}"`
}

async function openTeamWith(list: string | Uint8Array, facts: object = {}): Promise<Workdir> {
  const workdir = await openTeam(facts)
  workdir.write('people.csv', list)
  return workdir
}

describe('bulk-assign --results and --rejects', () => {
  const list = 'team,username\nx,bob\n\n"a, b",typo\nx,BOB\ny,dora\ny,typo\ny,carol\nz,carol\nz,eve\n'

  test('bulk-assign writes every row to --results and every row without success to --rejects', async () => {
    const workdir = await openTeamWith(list, withFreeSeats(1))
    const command = ['bulk-assign', 'people.csv', '--results', 'all.csv', '--rejects', 'rejects.csv', '-q']
    await workdir.inProcess.runExpecting(3, command)
    expect(workdir.read('all.csv')).toBe(`\
line,input,username,user_id,outcome,success,reason,message,suggestions
2,bob,Bob,2,assigned,true,,Seat assigned.,
4,typo,,,user_not_found,false,,${noUser('typo')},
5,BOB,Bob,2,duplicate,true,,Same user as on line 2.,
6,dora,dora,4,invalid_user_membership,false,blocked,The user is blocked.,
7,typo,,,user_not_found,false,,${noUser('typo')},
8,carol,carol,3,no_seats_available,false,,No seat is free.,
9,carol,carol,3,duplicate,false,,Same user as on line 8.,
10,eve,eve,5,no_seats_available,false,,No seat is free.,
`)
    expect(workdir.read('rejects.csv')).toBe(`\
team,username,line,outcome,message
"a, b",typo,4,user_not_found,${noUser('typo')}
y,dora,6,invalid_user_membership,The user is blocked.
y,typo,7,user_not_found,${noUser('typo')}
y,carol,8,no_seats_available,No seat is free.
z,eve,10,no_seats_available,No seat is free.
`)
    expect(readdirSync(workdir.path).sort()).toEqual(['all.csv', 'people.csv', 'rejects.csv', 'store.db'])
  })

  test('bulk-assign --dry-run writes the files of the run to --results and --rejects', async () => {
    const workdir = await openTeamWith(list)
    const write = (kind: string, options: string[]) => {
      const files = ['--results', `${kind}-all.csv`, '--rejects', `${kind}-rejects.csv`]
      return workdir.inProcess.runExpecting(3, ['bulk-assign', 'people.csv', ...files, ...options])
    }
    await write('previewed', ['--dry-run'])
    await write('real', [])
    expect(workdir.read('previewed-all.csv')).toBe(
      workdir.read('real-all.csv').replaceAll('Seat assigned.', 'Seat would be assigned.'),
    )
    expect(workdir.read('previewed-rejects.csv')).toBe(workdir.read('real-rejects.csv'))
  })

  test('bulk-assign writes --rejects when the run is refused', async () => {
    const workdir = await openTeamWith('username\nbob\ncarol\n', withFreeSeats(1))
    const command = ['bulk-assign', 'people.csv', '--on-shortage', 'fail', '--rejects', 'rejects.csv']
    await workdir.inProcess.runExpecting(5, command)
    expect(workdir.read('rejects.csv')).toBe(`\
username,line,outcome,message
bob,2,not_attempted,"Not assigned: 2 seats needed, 1 free."
carol,3,no_seats_available,"Not assigned: 2 seats needed, 1 free."
`)
  })

  test('bulk-assign writes a header alone to --rejects where no row is rejected', async () => {
    const workdir = await openTeamWith('username\nbob\nbob\n')
    await workdir.inProcess.runExpecting(0, ['bulk-assign', 'people.csv', '--rejects', 'rejects.csv'])
    expect(workdir.read('rejects.csv')).toBe('username,line,outcome,message\n')
  })

  test('bulk-assign --results all.json writes the document that --format json prints', async () => {
    const workdir = await openTeamWith(list)
    const command = ['bulk-assign', 'people.csv', '--format', 'json', '--results', 'all.json']
    expect(await workdir.inProcess.runExpecting(3, command)).toBe(workdir.read('all.json'))
  })

  test('bulk-assign --rejects replaces an older file as a whole, and a symbolic link stays a link', async () => {
    const workdir = await openTeamWith('username\ntypo\n')
    workdir.write('old.csv', 'something old and long that must not shine through at the end\n'.repeat(9))
    symlinkSync('old.csv', workdir.join('link.csv'))
    await workdir.inProcess.runExpecting(3, ['bulk-assign', 'people.csv', '--rejects', 'link.csv'])
    expect(workdir.read('old.csv')).toBe(
      `username,line,outcome,message\ntypo,2,user_not_found,${noUser('typo')}\n`,
    )
    expect(readdirSync(workdir.path).sort()).toEqual(['link.csv', 'old.csv', 'people.csv', 'store.db'])
  })

  test('bulk-assign writes --rejects to /dev/null', async () => {
    const workdir = await openTeamWith(list)
    await workdir.inProcess.runExpecting(3, ['bulk-assign', 'people.csv', '--rejects', '/dev/null', '-q'])
    expect(readFileSync('/dev/null', 'utf8')).toBe('')
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol', 'eve'])
  })

  test('bulk-assign writes --rejects to stderr', async () => {
    const workdir = await openTeamWith('username\ntypo\n')
    const line = 'duo-seats bulk-assign people.csv --rejects /dev/stderr 2>&1 > /dev/null | cat >&2'
    const { stderr } = await runInShell(workdir, line)
    expect(stderr).toBe(`username,line,outcome,message\ntypo,2,user_not_found,${noUser('typo')}\n`)
  })
})

describe('bulk-assign --results and --rejects of a run that fails', () => {
  test.each<[string, string[], number]>([
    ['a malformed file', [], 2],
    ['a malformed file in a dry run', ['--dry-run'], 2],
    ['an option that makes no sense', ['--add-on', 'duo-enterprise'], 2],
  ])('bulk-assign keeps older files as they were after %s', async (_, options, code) => {
    const workdir = await openTeamWith(`username\n${'bob\n'.repeat(100)}"carol\n`)
    workdir.write('all.csv', 'old\n')
    const files = ['--results', 'all.csv', '--rejects', 'rejects.csv']
    await workdir.inProcess.runExpecting(code, ['bulk-assign', 'people.csv', ...files, ...options])
    expect(workdir.read('all.csv')).toBe('old\n')
    expect(readdirSync(workdir.path).sort()).toEqual(['all.csv', 'people.csv', 'store.db'])
  })
})

describe('bulk-assign --results and --rejects in a bad place', () => {
  test.each<[string, string, number, string]>([
    ['the input', '--rejects people.csv', 2, 'people.csv is the input and would be overwritten.'],
    [
      'the input, spelled differently',
      '--results ./x/../people.csv',
      2,
      './x/../people.csv is the input and would be overwritten.',
    ],
    ['a link to the input', '--rejects soft.csv', 2, 'soft.csv is the input and would be overwritten.'],
    ['a hard link to the input', '--rejects hard.csv', 2, 'hard.csv is the input and would be overwritten.'],
    ['the store', '--results store.db', 2, 'store.db is the store and would be overwritten.'],
    ['beside the store', '--results store.db-wal', 2, 'store.db-wal is the store and would be overwritten.'],
    ['a link to the store', '--rejects soft.db', 2, 'soft.db is the store and would be overwritten.'],
    [
      'the same for --results and --rejects',
      '--results r.csv --rejects r.csv',
      2,
      '--results and --rejects name the same file.',
    ],
    [
      'the same for both in two spellings',
      '--results r.csv --rejects ./x/../r.csv',
      2,
      '--results and --rejects name the same file.',
    ],
    [
      'the same for both through a linked folder',
      '--results x/r.csv --rejects y/r.csv',
      2,
      '--results and --rejects name the same file.',
    ],
    [
      'in a folder that does not exist',
      '--results all.csv --rejects none/r.csv',
      1,
      'none/r.csv cannot be written: the folder does not exist.',
    ],
    ['a folder', '--results all.csv --rejects x', 1, 'x cannot be written: it is a directory.'],
  ])(
    'bulk-assign assigns no seat and leaves no file when an output file is %s',
    async (_, options, code, sentence) => {
      const workdir = await openTeamWith('username\nbob\n')
      mkdirSync(workdir.join('x'))
      symlinkSync('x', workdir.join('y'))
      symlinkSync('people.csv', workdir.join('soft.csv'))
      linkSync(workdir.join('people.csv'), workdir.join('hard.csv'))
      symlinkSync('store.db', workdir.join('soft.db'))
      const before = readStore(workdir)
      const entries = readdirSync(workdir.path)

      const finished = await workdir.inProcess.run(['bulk-assign', 'people.csv', ...options.split(' ')])
      expect([finished.code, finished.stdout]).toEqual([code, ''])
      expect(finished.stderr.split('\n')[0]).toBe(`error: ${sentence}`)
      expect(readdirSync(workdir.path)).toEqual(entries)
      expect(workdir.read('people.csv')).toBe('username\nbob\n')
      expect(readStore(workdir)).toEqual(before)
    },
  )

  test.each(['--results', '--rejects'])('bulk-assign rejects an empty file name for %s', async (option) => {
    const { code, stderr } = await runMain(['bulk-assign', 'people.csv', option, ''])
    expect([code, stderr.split('\n')[0]]).toEqual([
      2,
      `error: option '${option} <file>' argument '' is invalid. It takes the path of a file.`,
    ])
  })

  describeUnprivileged('a folder without write permission', () => {
    test('bulk-assign refuses --rejects in a folder without write permission', async () => {
      const workdir = await openTeamWith('username\nbob\n')
      mkdirSync(workdir.join('locked'), { mode: 0o500 })
      giveAway(workdir)
      expect(runUnprivileged(workdir, ['bulk-assign', 'people.csv', '--rejects', 'locked/r.csv'])).toEqual({
        code: 1,
        stdout: '',
        stderr:
          'error: locked/r.csv cannot be written: permission denied.\n' +
          'hint: Name a file in a folder of your own.\n',
      })
      expect(listHolders(workdir)).toEqual(['ada'])
    })
  })

  test('bulk-assign does not overwrite the file that is redirected to standard input', async () => {
    const workdir = await openTeamWith('username\nbob\n')
    const line = 'duo-seats bulk-assign - --rejects people.csv < people.csv'
    expect(await runInShell(workdir, line)).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: people.csv is the input and would be overwritten.\nhint: Name another file.\n',
    })
  })

  test('bulk-assign reports a full disk for --results, and says that the run is complete', async () => {
    const workdir = await openTeamWith('username\nbob\n')
    expect(await workdir.inProcess.run(['bulk-assign', 'people.csv', '--results', '/dev/full'])).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'error: /dev/full cannot be written: the disk is full.\n' +
        'hint: Run 1 is complete. Name another file and run the command again; repeating it is safe.\n',
    })
    expect(listHolders(workdir)).toEqual(['ada', 'Bob'])
  })
})

describe('bulk-assign with mended rejects', () => {
  /** Writes the rejects of a list, mends them and assigns them. */
  async function feedMended(
    list: string | Uint8Array,
    mend: (rejects: string) => string,
    options: string[] = [],
  ) {
    const workdir = await openTeamWith(list)
    await workdir.inProcess.runExpecting(3, [
      'bulk-assign',
      'people.csv',
      '--rejects',
      'rejects.csv',
      ...options,
    ])
    const rejects = workdir.read('rejects.csv')
    workdir.write('mended.csv', mend(rejects))
    const finished = await workdir.inProcess.run([
      'bulk-assign',
      'mended.csv',
      '--format',
      'ndjson',
      ...options,
    ])
    return { workdir, rejects, finished }
  }

  test('bulk-assign reads mended rejects without a note about the added columns', async () => {
    const list = 'username\nbob\ncaroll\n'
    const { workdir, finished } = await feedMended(list, (text) => text.replace('caroll,', 'carol,'))
    expect(finished).toMatchObject({ code: 0, stderr: recordedOnlyNote })
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol'])
  })

  test('bulk-assign --rejects keeps semicolons, the byte order mark and the order of the columns', async () => {
    const list = '\ufeffAbteilung;User Name\r\n"Einkauf; Lager";caroll\r\nRecht;bob\r\n'
    const { workdir, rejects, finished } = await feedMended(list, (text) => text.replace('caroll;', 'carol;'))
    expect(rejects).toBe(
      '\ufeffAbteilung;User Name;line;outcome;message\n' +
        `"Einkauf; Lager";caroll;2;user_not_found;${noUser('caroll', ' Did you mean @carol?')}\n`,
    )
    expect(finished).toMatchObject({ code: 0, stderr: `Ignored column: "Abteilung".\n${recordedOnlyNote}` })
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol'])
  })

  test('bulk-assign --rejects writes no header where the list had none', async () => {
    const mend = (text: string) => text.replace('caroll,', 'carol,')
    const { workdir, rejects, finished } = await feedMended('bob\ncaroll\n', mend, ['--no-header'])
    expect(rejects).toBe(`caroll,2,user_not_found,${noUser('caroll', ' Did you mean @carol?')}\n`)
    expect(finished).toMatchObject({ code: 0, stderr: recordedOnlyNote })
    expect(listHolders(workdir)).toEqual(['ada', 'Bob', 'carol'])
  })

  test('bulk-assign --rejects writes the added columns once when rows are rejected again', async () => {
    const { workdir, finished } = await feedMended('team,username\nx,typo\ny,typa\n', (text) => text)
    expect(finished.code).toBe(3)
    await workdir.inProcess.runExpecting(3, ['bulk-assign', 'mended.csv', '--rejects', 'again.csv', '-q'])
    expect(workdir.read('again.csv')).toBe(workdir.read('mended.csv'))
  })

  test('bulk-assign --rejects escapes formulas, and reads them back as the original cells', async () => {
    const list = 'email,username\n,@caroll\n,=bob\n,-x\n,+y\n"=HYPERLINK(""http://x"")",\n'
    const { workdir, rejects, finished } = await feedMended(list, (text) => text)
    expect(
      rejects
        .split('\n')
        .slice(1, -1)
        .map((line) => line.split(/,\d,/)[0]),
    ).toEqual([",'@caroll", ",'=bob", ",'-x", ",'+y", `"'=HYPERLINK(""http://x"")",`])
    expect(finished.code).toBe(3)
    const inputs = finished.stdout
      .trim()
      .split('\n')
      .map((row) => (JSON.parse(row) as { input: string }).input)
    expect(inputs).toEqual(['@caroll', '=bob', '-x', '+y', '=HYPERLINK("http://x")'])
    await workdir.inProcess.runExpecting(3, ['bulk-assign', 'mended.csv', '--rejects', 'again.csv', '-q'])
    expect(workdir.read('again.csv')).toBe(rejects)
  })

  test('bulk-assign with the rejects of a shortage assigns all of them once seats are enough', async () => {
    const workdir = await openTeamWith('username\nbob\ncarol\neve\n', withFreeSeats(1))
    await workdir.inProcess.runExpecting(3, ['bulk-assign', 'people.csv', '--rejects', 'rejects.csv'])
    const richer = await openTeamWith(workdir.read('rejects.csv'))
    const { results } = await richer.inProcess.runForJson<RunDocument>(0, ['bulk-assign', 'people.csv'])
    expect(results.map(({ input, outcome }) => [input, outcome])).toEqual([
      ['carol', 'assigned'],
      ['eve', 'assigned'],
    ])
  })
})
