import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import type { Argument, Command, Option } from 'commander'
import { describe, expect, onTestFinished, test } from 'vitest'
import { findSource } from '../../src/cli/completion/completes.ts'
import { takesValue } from '../../src/cli/completion/typed-line.ts'
import { topicNames } from '../../src/cli/help/help-topics.ts'
import { commandNames, createProgram } from '../../src/main.ts'
import type { Runner } from '../support/command-line.ts'
import { makeCrowd } from '../support/crowd.ts'
import { hostileUsers, plainNames } from '../support/hostile-team.ts'
import { makeSeat, makeUser } from '../support/make-snapshot.ts'
import { runMain, runMainExpecting } from '../support/run-main.ts'
import { openTeam } from '../support/sample-team.ts'
import { Workdir } from '../support/workdir.ts'

const shellNames = ['bash', 'zsh', 'fish', 'powershell']

/** Returns the suggestions with descriptions; the last word is the unfinished one. */
function suggest(workdir: Workdir, ...words: string[]): Promise<string[]> {
  return suggestBy(workdir.inProcess, ...words)
}

async function suggestBy(runner: Runner, ...words: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await runner.run(['completion', 'fish', '--', ...words])
  expect([code, stderr]).toEqual([0, ''])
  return stdout === '' ? [] : stdout.slice(0, -1).split('\n')
}

async function suggestWords(workdir: Workdir, ...words: string[]): Promise<string[]> {
  return (await suggest(workdir, ...words)).map((line) => line.split('\t')[0] ?? '')
}

/** Returns the duration of a suggestion in milliseconds. */
async function measureMs(workdir: Workdir, ...words: string[]): Promise<number> {
  const startedAt = performance.now()
  await suggest(workdir, ...words)
  return performance.now() - startedAt
}

function readFiles(workdir: Workdir): Record<string, string> {
  const names = readdirSync(workdir.path)
  return Object.fromEntries(names.map((name) => [name, readFileSync(workdir.join(name), 'hex')]))
}

function openDatabase(path: string): Database.Database {
  const database = new Database(path)
  onTestFinished(() => void database.close())
  return database
}

describe('completion', () => {
  test.each(shellNames)('completion prints a script for %s that runs the program', async (shell) => {
    const script = await runMainExpecting(0, ['completion', shell])
    expect(script).toMatch(new RegExp(`^#.*duo-seats.*duo-seats completion ${shell} '?--'? `, 's'))
    expect(script).not.toMatch(/\beval\b|compgen|Invoke-Expression/)
  })

  test.each(shellNames)('completion prints in its help how to install the script for %s', async (shell) => {
    expect(await runMainExpecting(0, ['completion', '--help'])).toContain(`duo-seats completion ${shell}`)
  })

  test('completion prints a script that bash accepts without output', async () => {
    const script = await new Workdir().runExpecting(0, ['completion', 'bash'])
    const { status, stderr } = spawnSync('bash', ['-eu'], {
      input: `${script}\n${script}`,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
    })
    expect([status, stderr]).toEqual([0, ''])
  })

  test('completion prints an ASCII script for PowerShell, because Windows reads it in the code page of the console', async () => {
    const script = await new Workdir().inProcess.runExpecting(0, ['completion', 'powershell'])
    expect(script).toMatch(/^[\n\u0020-\u007e]+$/)
  })

  test.each([[[]], [['tcsh']]])('completion refuses the shells %j', async (shells) => {
    const { code, stdout } = await runMain(['completion', ...shells])
    expect([code, stdout]).toEqual([2, ''])
  })
})

describe('suggestions', () => {
  test('completion suggests commands with their summaries', async () => {
    const suggestions = await suggest(new Workdir(), '')
    expect(suggestions.map((line) => line.split('\t')[0])).toEqual([...commandNames, 'help'])
    expect(suggestions[0]).toBe('assign\tassign a seat to one or more users')
  })

  test('completion suggests options that the line does not contain, including global ones', async () => {
    expect(await suggestWords(new Workdir(), 'list', '--free', '--')).toEqual(
      expect.arrayContaining(['--all', '--sort', '--store', '--help']),
    )
    expect(await suggestWords(new Workdir(), 'list', '--free', '--f')).toEqual(['--format'])
    expect(await suggestWords(new Workdir(), 'runs', 'show', '--s')).toEqual(['--store'])
  })

  test.each([
    [['assign', '--on-shortage', '']],
    [['assign', '-q', '--on-shortage', '']],
    [['--store', 'assign', 'assign', 'ada', '--on-shortage', '']],
  ])('completion suggests the choices of an option after %j', async (words) => {
    expect(await suggest(new Workdir(), ...words)).toEqual(['fill', 'fail'])
  })

  test('completion suggests common encodings, though --encoding takes others, too', async () => {
    expect(await suggest(new Workdir(), 'bulk-assign', 'people.csv', '--encoding', 'w')).toEqual([
      'windows-1252',
      'windows-1250',
    ])
  })

  test.each([
    ['--on-shortage=fa', ['--on-shortage=fail']],
    ['--dry-run=', []],
    ['--nonsense=', []],
    ['--nonsense', []],
  ])('completion suggests for %s %j', async (word, expected) => {
    expect(await suggest(new Workdir(), 'assign', word)).toEqual(expected)
  })

  test.each([
    [['bulk-assign', '']],
    [['assign', 'ada', '--results', '']],
    [['sync', '--from=sn']],
    [['undo', '1', '--report', 'junit=r']],
  ])('completion leaves files to the shell after %j', async (words) =>
    expect(await suggest(new Workdir(), ...words)).toEqual([':files']),
  )

  test('completion suggests the kinds of --report, each with the sign before its file', async () => {
    expect(await suggest(new Workdir(), 'apply', 'team.csv', '--report', '')).toEqual([
      'codequality=',
      'junit=',
      'markdown=',
    ])
    expect(await suggest(new Workdir(), 'reclaim', '--report=ma')).toEqual(['--report=markdown='])
  })

  test('completion suggests nothing for free text', async () => {
    expect(await suggest(new Workdir(), 'list', '--search', '')).toEqual([])
    expect(await suggest(new Workdir(), 'link', '')).toEqual([])
    expect(await suggest(new Workdir(), 'template', 'csv', '')).toEqual([])
  })

  test('completion suggests commands and topics after help', async () => {
    const words = await suggestWords(new Workdir(), 'help', '')
    const topics = topicNames.filter((name) => !commandNames.includes(name))
    expect(words).toEqual([...commandNames, 'help', ...topics])
    expect(topics).toEqual(expect.arrayContaining(['exit-codes', 'csv', 'environment']))
    expect(await suggestWords(new Workdir(), 'help', 'runs', '')).toEqual(['show'])
    expect(await suggestWords(new Workdir(), 'help', 'nonsense', '')).toEqual([])
  })

  test('completion suggests human users who are not on the line, ignoring case', async () => {
    const workdir = await openTeam()
    expect(await suggest(workdir, 'assign', 'TWIN')).toEqual(['twin-one\tTWIN-ONE', 'twin-two\tTWIN-TWO'])
    expect(await suggestWords(workdir, 'assign', '@Twin-One', 'carol', '--', '')).toEqual([
      'ada',
      'Bob',
      'dora',
      'eve',
      'frank',
      'twin-two',
    ])
    expect(await suggestWords(workdir, 'assign', '@b')).toEqual(['@Bob'])
    expect(await suggestWords(workdir, 'runs', '--user', 'fr')).toEqual(['frank'])
    for (const unknown of ['_', '%', '*', 'ada@', "'; --"])
      expect(await suggest(workdir, 'assign', unknown)).toEqual([])
  })

  test('completion suggests holders for unassign, including bots', async () => {
    const workdir = await openTeam({ seats: [makeSeat(1), makeSeat(2), makeSeat(9)] })
    expect(await suggestWords(workdir, 'unassign', '')).toEqual(['ada', 'Bob', 'project_1_bot'])
    expect(await suggestWords(workdir, 'unassign', '@BOB', '@a')).toEqual(['@ada'])
    expect(await suggestWords(workdir, 'unassign', 'c')).toEqual([])
  })

  test('completion suggests runs, newest first, with command and day', async () => {
    const workdir = await openTeam()
    for (const name of ['carol', 'Bob']) await workdir.inProcess.runExpecting(0, ['assign', name])
    expect(await suggest(workdir, 'runs', 'show', '')).toEqual([
      expect.stringMatching(/^2\tassign 20\d\d-\d\d-\d\d$/),
      expect.stringMatching(/^1\tassign 20\d\d-\d\d-\d\d$/),
    ])
    expect(await suggestWords(workdir, 'runs', 'show', '1')).toEqual(['1'])
    expect(await suggestWords(workdir, 'undo', '')).toEqual(['2', '1'])
    expect(await suggestWords(workdir, 'undo', '1', '')).toEqual([])
    expect(await suggestWords(workdir, 'runs', 'show', 'x')).toEqual([])
    expect(await suggestWords(workdir, 'runs', 'show', '1', '')).toEqual([])
  })

  test('completion suggests at most 200 users', async () => {
    const workdir = await openTeam(makeCrowd(500))
    expect(await suggest(workdir, 'assign', 'user')).toHaveLength(200)
    expect(await suggestWords(workdir, 'assign', 'user49')).toHaveLength(10)
  })

  test('suggestions reads the store of --store on the line, else that of the environment', async () => {
    const workdir = await openTeam()
    const other = await openTeam({ users: hostileUsers.users, seats: [] })
    workdir.write('other.db', readFileSync(other.join('store.db')))
    expect(await suggestWords(workdir, 'assign', 'ada')).toEqual(['ada'])
    expect(await suggestWords(workdir, '--store', 'other.db', 'assign', 'ada')).toEqual(plainNames)
    const atHome = await suggestBy(workdir, '--store=~/other.db', 'assign', 'ada')
    expect(atHome.map((line) => line.split('\t')[0])).toEqual(plainNames)
    expect(await suggestWords(workdir, 'assign', '--store', 'none.db', 'ada')).toEqual([])
  })

  test('suggestions has a source or choices for each argument and option that is not free text', async () => {
    const program = await createProgram(commandNames, () => () => Promise.reject(new Error('no store')))
    const listAll = (command: Command): Command[] => [command, ...command.commands.flatMap(listAll)]
    const isFreeText = (declared: Argument | Option) => !declared.argChoices && findSource(declared) === null
    const freeArguments = listAll(program).flatMap(({ registeredArguments }) =>
      registeredArguments.filter(isFreeText).map((argument) => argument.name()),
    )
    const freeOptions = listAll(program).flatMap(({ options }) =>
      options.filter((option) => takesValue(option) && isFreeText(option)).map(({ long }) => long),
    )
    expect([...new Set(freeArguments)].sort()).toEqual(['typed', 'url'])
    expect([...new Set(freeOptions)].sort()).toEqual([
      '--actor',
      '--column',
      '--columns',
      '--delimiter',
      '--except-members-of',
      '--expires-within',
      '--fail',
      '--gitlab-version',
      '--group',
      '--host',
      '--inactive-for',
      '--latency',
      '--limit',
      '--max-age',
      '--max-idle',
      '--max-removals',
      '--max-unknown',
      '--members-of',
      '--min-free',
      '--port',
      '--search',
      '--seed',
      '--since',
      '--timeout',
      '--to-free',
      '--token-command',
      '--until',
    ])
  })
})

describe('formats for shells', () => {
  test.each([
    ['zsh', 'ada-6:\\u{1b}]0;pwned\\u{7}\\u{1b}[31mred'],
    ['fish', 'ada-6\t\\u{1b}]0;pwned\\u{7}\\u{1b}[31mred'],
    ['powershell', 'ada-6\t\\u{1b}]0;pwned\\u{7}\\u{1b}[31mred'],
  ])(
    'completion prints for %s plain usernames, and names without control characters',
    async (shell, line) => {
      const workdir = await openTeam(hostileUsers)
      const stdout = await workdir.inProcess.runExpecting(0, ['completion', shell, '--', 'assign', 'ad'])
      const lines = stdout.slice(0, -1).split('\n')
      expect(lines.map((text) => text.split(/[:\t]/)[0])).toEqual(plainNames)
      expect(lines[6]).toBe(line)
      expect(stdout).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f\u202e]/)
    },
  )

  test('completion shortens a long name to 60 characters', async () => {
    const workdir = await openTeam({
      users: [{ ...hostileUsers.users[0], username: 'ada', name: '🙂'.repeat(99) }],
      seats: [],
    })
    expect(await suggest(workdir, 'assign', '')).toEqual([`ada\t${'🙂'.repeat(59)}…`])
  })

  test('completion reads "" from PowerShell as an empty word', async () => {
    const workdir = await openTeam()
    const stdout = await workdir.inProcess.runExpecting(0, [
      'completion',
      'powershell',
      '--',
      'runs',
      '--format',
      '""',
    ])
    expect(stdout).toBe('table\njson\nndjson\ncsv\n')
  })

  test.each([
    ['duo-seats assign twin-', 'twin-', '9', 'twin-one\ntwin-two\n'],
    ['duo-seats assign twin-', 'twin-', '37', 'twin-one\ntwin-two\n'],
    ['duo-seats assign twin-', 'twin-', '63', 'twin-one  (TWIN-ONE)\ntwin-two  (TWIN-TWO)\n'],
    ['duo-seats assign ad', 'ad', '63', 'ada\n'],
    ['duo-seats assign @ad', 'ad', '9', 'ada\n'],
    ['duo-seats assign @ad', '@ad', '9', '@ada\n'],
    ["duo-seats assign 'ad", 'ad', '9', 'ada\n'],
    ['duo-seats  "assign"  a\\d', 'a\\d', '9', 'ada\n'],
    ['duo-seats list --format=', '', '9', 'table\njson\nndjson\ncsv\n'],
    ['duo-seats list --format=c', '--format=c', '9', '--format=csv\n'],
    ['duo-seats --store "none here.db" assign ad', 'ad', '9', ''],
  ])('completion prints for bash, line %j, word %j and type %s: %j', async (line, typed, type, expected) => {
    const workdir = await openTeam()
    expect(await workdir.inProcess.runExpecting(0, ['completion', 'bash', '--', line, typed, type])).toBe(
      expected,
    )
  })

  test.each([
    ['duo-seats assign @a', '@a', '9', '@anna\n@anNe\n'],
    ['duo-seats assign @ann', '@ann', '9', '@anna\n@anne\n'],
    ['duo-seats assign ANN', 'ANN', '9', 'ANNa\nANNe\n'],
    ['duo-seats assign ann', 'ann', '63', 'anna  (ANNA)\nanNe  (ANNE)\n'],
    ['duo-seats assign ANNE', 'ANNE', '9', 'anNe\n'],
  ])('completion keeps the case typed in %j, because bash inserts the common beginning', async (...given) => {
    const [line, typed, type, expected] = given
    const workdir = await openTeam({ users: [makeUser(1, 'anna'), makeUser(2, 'anNe')], seats: [] })
    expect(await workdir.inProcess.runExpecting(0, ['completion', 'bash', '--', line, typed, type])).toBe(
      expected,
    )
  })
})

describe('the store of a completion', () => {
  test('the store of a completion does not create a missing store', async () => {
    const workdir = new Workdir()
    expect(await suggest(workdir, 'assign', '')).toEqual([])
    expect(readFiles(workdir)).toEqual({})
  })

  test('the store of a completion does not change the store, also while another process has it open', async () => {
    const workdir = await openTeam()
    const before = readFiles(workdir)
    await suggestBy(workdir, 'assign', 'a')
    expect(readFiles(workdir)).toEqual(before)

    const database = openDatabase(workdir.join('store.db'))
    database.exec("UPDATE users SET username = 'ada-lovelace' WHERE username = 'ada'")
    const inUse = readFiles(workdir)
    expect(await suggestBy(workdir, 'assign', 'ada')).toEqual([expect.stringMatching(/^ada-lovelace\t/)])
    const { 'store.db-shm': _mapped, ...rest } = inUse
    expect(readFiles(workdir)).toMatchObject(rest)
  })

  test.each([
    ['locked', 'PRAGMA locking_mode = EXCLUSIVE; UPDATE users SET name = name'],
    ['newer', 'PRAGMA user_version = 99'],
    ['foreign', 'PRAGMA application_id = 7'],
    ['damaged', 'PRAGMA foreign_keys = OFF; DROP TABLE users'],
  ])('completion suggests nothing from a %s store, at once and without output', async (_kind, sql) => {
    const workdir = await openTeam()
    openDatabase(workdir.join('store.db')).exec(sql)
    expect(await suggestBy(workdir, 'assign', 'ada')).toEqual([])
    const measureDelay = async () =>
      (await measureMs(workdir, 'assign', 'ada')) - (await measureMs(new Workdir(), 'assign', 'ada'))
    // On a busy machine one measurement may be slow by chance, but not every one.
    await expect.poll(measureDelay, { timeout: 60_000 }).toBeLessThan(500)
  })

  test.each([
    ['contains text', 'no database'],
    ['is empty', ''],
  ])('completion suggests nothing from a file that %s', async (_kind, content) => {
    const workdir = new Workdir()
    workdir.write('store.db', content)
    expect(await suggest(workdir, 'assign', '')).toEqual([])
    expect(readFiles(workdir)).toEqual({ 'store.db': Buffer.from(content).toString('hex') })
  })

  test('completion suggests nothing from a directory', async () => {
    const workdir = new Workdir()
    expect(await suggest(workdir, 'assign', '--store', '.', '')).toEqual([])
  })
})
