import { mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { XmlDocument, type XmlElement } from 'libxml2-wasm'
import { describe, expect, test } from 'vitest'
import { makePurchase, makeSeat, makeUser } from '../support/make-snapshot.ts'
import { listHolders, readStore } from '../support/read-store.ts'
import { runInShell } from '../support/run-in-shell.ts'
import { openTeam, withFreeSeats } from '../support/sample-team.ts'
import type { Workdir } from '../support/workdir.ts'

interface Finding {
  description: string
  fingerprint: string
  severity: string
  location: { path: string; lines: { begin: number } }
}

const allKinds = '--report codequality=q.json --report junit=r.xml --report markdown=m.md'.split(' ')

function readFindings(workdir: Workdir, name = 'q.json'): Finding[] {
  return JSON.parse(workdir.read(name)) as Finding[]
}

/** The names of the cases of a JUnit report, with a `!` behind those that fail. */
function readCases(workdir: Workdir): string[] {
  const document = XmlDocument.fromString(workdir.read('r.xml'))
  const cases = document.root.find('//testcase') as XmlElement[]
  const names = cases.map((one) => `${one.attr('name')?.value}${one.get('failure') ? '!' : ''}`)
  document.dispose()
  return names
}

const idle = {
  users: [makeUser(1, 'ada', { last_duo_activity_on: '2025-01-01' }), makeUser(2, 'Bob')],
  seats: [makeSeat(1, { assigned_at: '2024-01-05T09:12:00Z' })],
}

describe('--report of every command that changes seats', () => {
  test.each<[string, string, number, string[]]>([
    ['assign', 'assign bob typo', 3, ['Bob', 'typo!']],
    ['bulk-assign', 'bulk-assign people.csv', 3, ['Bob', 'typo!', 'dora!', 'Bob (2)']],
    ['unassign', 'unassign ada --yes', 0, ['ada']],
    ['bulk-unassign', 'bulk-unassign ada.csv --yes', 0, ['ada']],
    ['apply', 'apply ada.csv', 0, ['ada']],
  ])('%s writes all kinds', async (_, line, code, cases) => {
    const workdir = await openTeam()
    workdir.write('people.csv', 'username\nbob\ntypo\ndora\nBOB\n')
    workdir.write('ada.csv', 'username\nada\n')
    const command = line.split(' ')
    await workdir.inProcess.runExpecting(code, [...command, ...allKinds, '-q'])
    expect(readCases(workdir)).toEqual(cases)
    expect(readFindings(workdir)).toHaveLength(cases.filter((name) => name.endsWith('!')).length)
    expect(workdir.read('m.md')).toContain(`### duo-seats ${command[0]}, run 1: GitLab Duo Pro\n`)
  })

  test('reclaim writes its plan, and undo its run', async () => {
    const workdir = await openTeam(idle)
    await workdir.inProcess.run(['reclaim', '--inactive-for', '60d', ...allKinds, '-q'])
    expect(workdir.read('m.md')).toContain('### duo-seats reclaim, plan: GitLab Duo Pro\n')
    expect(readFindings(workdir)).toMatchObject([
      { severity: 'info', location: { path: '.gitlab-ci.yml', lines: { begin: 1 } } },
    ])
    await workdir.inProcess.runExpecting(0, ['assign', 'bob', '-q'])
    await workdir.inProcess.runExpecting(0, ['undo', 'last', ...allKinds, '-q'])
    expect(readCases(workdir)).toEqual(['Bob'])
    expect(readFindings(workdir)).toEqual([])
  })

  test('the binary writes several reports of one kind, beside --results and --rejects', async () => {
    const workdir = await openTeam()
    workdir.write('people.csv', 'username\nbob\ntypo\n')
    const reports = '--report junit=a.xml --report=junit=b.xml --results r.csv --rejects j.csv'.split(' ')
    await workdir.runExpecting(3, ['bulk-assign', 'people.csv', ...reports, '-q'])
    expect(workdir.read('a.xml')).toBe(workdir.read('b.xml'))
    expect(readdirSync(workdir.path).sort()).toEqual(
      ['a.xml', 'b.xml', 'j.csv', 'people.csv', 'r.csv', 'store.db'].sort(),
    )
  })
})

describe('--report of a run that changes nothing', () => {
  test('bulk-unassign --dry-run has a finding on the line of each removal', async () => {
    const workdir = await openTeam()
    workdir.write('people.csv', 'username\nbob\nada\n')
    await workdir.inProcess.runExpecting(0, ['bulk-unassign', 'people.csv', '--dry-run', ...allKinds, '-q'])
    expect(readFindings(workdir)).toMatchObject([
      { description: 'ada: Seat would be removed.', severity: 'info', location: { lines: { begin: 3 } } },
    ])
    expect(listHolders(workdir)).toEqual(['ada'])
  })

  test('a refused run is reported, and its fingerprints are those of the dry run', async () => {
    const workdir = await openTeam(withFreeSeats(0))
    workdir.write('team.csv', 'username\nbob\n')
    for (const [name, options] of [
      ['dry', ['--dry-run']],
      ['real', ['--yes']],
    ] as const) {
      const report = ['--report', `codequality=${name}.json`, '--max-removals', '0']
      await workdir.inProcess.runExpecting(5, ['apply', 'team.csv', ...report, ...options, '-q'])
    }
    const findings = readFindings(workdir, 'real.json')
    expect(findings.map(({ severity, location }) => [severity, location.lines.begin])).toEqual([
      ['blocker', 1],
      ['info', 1],
    ])
    const fingerprintsOf = (name: string) => readFindings(workdir, name).map(({ fingerprint }) => fingerprint)
    expect(fingerprintsOf('real.json')).toEqual(fingerprintsOf('dry.json'))
  })

  test('a refused bulk-assign fails every row', async () => {
    const workdir = await openTeam(withFreeSeats(1))
    workdir.write('people.csv', 'username\nbob\ncarol\n')
    const command = ['bulk-assign', 'people.csv', '--on-shortage', 'fail', ...allKinds, '-q']
    await workdir.inProcess.runExpecting(5, command)
    expect(readCases(workdir)).toEqual(['(the whole run)!', 'Bob!', 'carol!'])
  })

  test('an older report stays after a malformed list', async () => {
    const workdir = await openTeam()
    workdir.write('people.csv', 'username\nbob\n"carol\n')
    workdir.write('q.json', 'old\n')
    await workdir.inProcess.runExpecting(2, ['bulk-assign', 'people.csv', ...allKinds])
    expect(workdir.read('q.json')).toBe('old\n')
    expect(readdirSync(workdir.path).sort()).toEqual(['people.csv', 'q.json', 'store.db'])
  })
})

describe('the path in a report', () => {
  /** Runs below `project/lists`, whose list has one unknown name. */
  async function findPath(list: string, env: NodeJS.ProcessEnv = {}, git: string | null = null) {
    const workdir = await openTeam({ add_on_purchases: [makePurchase({ quantity: 4 })] })
    workdir.write('project/lists/team.csv', 'username\ntypo\n')
    workdir.write('outside.csv', 'username\ntypo\n')
    symlinkSync('project', workdir.join('linked'))
    if (git !== null) mkdirSync(workdir.join(git))
    const named = Object.entries(env).map(([name, value]) => [name, workdir.join(value ?? '')])
    const args = ['bulk-assign', list, '--report', 'codequality=q.json', '-q']
    await workdir.inProcess.runExpecting(3, args, {
      env: { ...Object.fromEntries(named), DUO_SEATS_STORE: workdir.join('store.db') },
      stdin: 'username\ntypo\n',
    })
    return readFindings(workdir).map(({ location }) => `${location.path}:${location.lines.begin}`)
  }

  test.each<[string, string, NodeJS.ProcessEnv, string | null, string]>([
    ['CI_PROJECT_DIR', 'project/lists/team.csv', { CI_PROJECT_DIR: 'project' }, null, 'lists/team.csv:2'],
    [
      'a linked CI_PROJECT_DIR',
      'project/lists/team.csv',
      { CI_PROJECT_DIR: 'linked' },
      null,
      'lists/team.csv:2',
    ],
    ['the folder with .git', './project/../project/lists/team.csv', {}, 'project/.git', 'lists/team.csv:2'],
    [
      'the folder with .git, outside of CI_PROJECT_DIR',
      'outside.csv',
      { CI_PROJECT_DIR: 'project' },
      '.git',
      'outside.csv:2',
    ],
    ['the working directory', 'project/lists/team.csv', {}, null, 'project/lists/team.csv:2'],
  ])('the path in a report is relative to %s', async (_, list, env, git, path) => {
    expect(await findPath(list, env, git)).toEqual([path])
  })

  test('the path in a report is the pipeline file for standard input', async () => {
    expect(await findPath('-')).toEqual(['.gitlab-ci.yml:1'])
  })

  test('the path in a report is the name of a list that is in no repository', async () => {
    const [workdir, elsewhere] = [await openTeam(), await openTeam()]
    const list = elsewhere.write('far.csv', 'username\ntypo\n')
    await workdir.inProcess.runExpecting(3, ['bulk-assign', list, '--report', 'codequality=q.json', '-q'])
    expect(readFindings(workdir)[0]?.location.path).toBe('far.csv')
  })
})

const kindsHint = 'The kinds are codequality, junit and markdown.'

describe('--report that cannot be written', () => {
  test.each([
    ['an unknown kind', 'sarif=x', `It takes KIND=FILE. ${kindsHint}`],
    ['a name of every object', 'toString=x', `It takes KIND=FILE. ${kindsHint}`],
    ['a kind without a sign', 'junit', `It takes KIND=FILE. ${kindsHint}`],
    ['a path alone', 'rows.xml', `It takes KIND=FILE. ${kindsHint}`],
    ['an empty kind', '=x', `It takes KIND=FILE. ${kindsHint}`],
    ['an empty path', 'junit=', 'It takes the path of a file.'],
  ])('%s is a usage error', async (_, value, sentence) => {
    const workdir = await openTeam()
    const { code, stderr } = await workdir.inProcess.run(['assign', 'bob', '--report', value])
    expect([code, stderr.split('\n')[0]]).toEqual([
      2,
      `error: option '--report <kind=file>' argument '${value}' is invalid. ${sentence}`,
    ])
  })

  test.each([
    ['bulk-assign people.csv --report junit=x --report markdown=./x', '--report junit and --report markdown'],
    ['bulk-assign people.csv --results x --report junit=x', '--results and --report junit'],
    ['bulk-assign people.csv --rejects x --report junit=x', '--rejects and --report junit'],
    ['assign bob --report junit=x --report junit=x', '--report junit and --report junit'],
    ['assign bob --results x --report markdown=x', '--results and --report markdown'],
    ['undo last --results x --report markdown=x', '--results and --report markdown'],
  ])('%s names one file twice', async (line, options) => {
    const workdir = await openTeam()
    workdir.write('people.csv', 'username\nbob\n')
    expect(await workdir.inProcess.run(line.split(' '))).toEqual({
      code: 2,
      stdout: '',
      stderr: `error: ${options} name the same file.\nhint: Name two files. ${kindsHint}\n`,
    })
    expect(listHolders(workdir)).toEqual(['ada'])
  })

  test.each([
    [
      'bulk-assign people.csv --report junit=people.csv',
      2,
      'people.csv is the input and would be overwritten.',
    ],
    [
      'reclaim --inactive-for 60d --except people.csv --report junit=people.csv',
      2,
      'people.csv is the input and would be overwritten.',
    ],
    ['assign bob --report junit=store.db', 2, 'store.db is the store and would be overwritten.'],
    [
      'assign bob --report junit=none/x --report markdown=m.md',
      1,
      'none/x cannot be written: the folder does not exist.',
    ],
    [
      'assign bob --report junit=r.xml --report markdown=none/x',
      1,
      'none/x cannot be written: the folder does not exist.',
    ],
  ])('%s changes no seat and leaves no file', async (line, code, sentence) => {
    const workdir = await openTeam()
    workdir.write('people.csv', 'username\nbob\n')
    const [before, entries] = [readStore(workdir), readdirSync(workdir.path)]
    const finished = await workdir.inProcess.run(line.split(' '))
    expect([finished.code, finished.stderr.split('\n')[0]]).toEqual([code, `error: ${sentence}`])
    expect(readStore(workdir)).toEqual(before)
    expect(readdirSync(workdir.path)).toEqual(entries)
  })

  test('a full disk is reported, with the state of the run', async () => {
    const workdir = await openTeam()
    expect(await workdir.inProcess.run(['assign', 'bob', '--report', 'markdown=/dev/full'])).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'error: /dev/full cannot be written: the disk is full.\n' +
        'hint: Run 1 is complete. Name another file and run the command again; repeating it is safe.\n',
    })
  })
})

test('--report takes a path that begins with ~/', async () => {
  const workdir = await openTeam()
  await workdir.inProcess.runExpecting(0, ['assign', 'bob', '--report', 'junit=~/home.xml', '-q'])
  expect(workdir.read('home.xml')).toContain('name="Bob"')
})

test('--report goes to a pipe', async () => {
  const workdir = await openTeam()
  const line = 'duo-seats assign bob --report markdown=/dev/stdout -q | cat'
  expect((await runInShell(workdir, line)).stdout).toContain('| ✓ `assigned` | 1 |\n| all | 1 |\n')
})
