import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { version } from '../../package.json'
import { commandNames, createProgram } from '../../src/main.ts'
import { openStoreOf } from '../support/fill-store.ts'
import { makePurchase, makeSeat, makeSnapshot, makeUser } from '../support/make-snapshot.ts'
import { createParser, findMistake, listCommandLines } from '../support/manual.ts'
import { showInProcess } from '../support/run-at-terminal.ts'
import { runInShell } from '../support/run-in-shell.ts'
import { runMain, runMainExpecting } from '../support/run-main.ts'
import { findBundle } from '../support/run-together.ts'
import { binary, collect, Workdir, waitForReading, waitForWords } from '../support/workdir.ts'

const escapeCode = '\u001b['

/** As many users as no pipe holds: their shortest list takes 300 KB. */
const many = 5_000

/** A directory with a snapshot of so many users and a store that holds it. The first user holds a seat. */
async function makeStore(users = 1): Promise<Workdir> {
  const snapshot = makeSnapshot({
    add_on_purchases: [makePurchase({ quantity: users })],
    users: Array.from({ length: users }, (_, index) => makeUser(index + 1, `user-${index + 1}`)),
    seats: [makeSeat(1)],
  })
  const workdir = await openStoreOf(snapshot)
  workdir.write('snapshot.json', snapshot)
  return workdir
}

describe('help and version', () => {
  test.each(['-V', '--version', 'list --version'])('duo-seats %s prints the version', async (args) => {
    const finished = await runMain(args.split(' '))
    expect(finished).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  })

  test.each(['', 'help', '-h', '--help', '--quiet --help', 'help help'])(
    'duo-seats %s prints the help on stdout',
    async (args) => {
      const workdir = new Workdir()
      const { code, stdout, stderr } = await workdir.inProcess.run(args.split(' ').filter(Boolean))
      expect([code, stderr]).toEqual([0, ''])
      expect(stdout).toMatch(/^Usage: duo-seats /)
      expect(readdirSync(workdir.path)).toEqual([])
    },
  )

  test.each(['assign', 'bulk-assign', 'list', 'sync'])(
    'help for %s is the same in every spelling',
    async (command) => {
      const spellings = [
        ['help', command],
        [command, '--help'],
        ['--no-color', command, '-h'],
      ]
      const pages: string[] = []
      for (const args of spellings) pages.push(await runMainExpecting(0, args))
      expect(pages[0]).toMatch(new RegExp(`^Usage: duo-seats ${command} `))
      expect(pages[0]).toContain('Examples:')
      expect(pages).toEqual([pages[0], pages[0], pages[0]])
    },
  )
})

const widths = [60, 80, 120]

/**
 * A program that runs command lines at each width in one process: starting the binary takes longer. Node warns of listeners of each
 * run.
 */
function printPages(commands: readonly string[][]): string {
  return `
    const { execFileSync } = require('node:child_process')
    const { once } = require('node:events')
    const { main } = require(${JSON.stringify(findBundle(binary))})
    const printAll = async () => {
      for (const columns of ${JSON.stringify(widths)}) {
        const resized = once(process.stdout, 'resize')
        // Waiting for a signal does not keep a process alive.
        const awake = setTimeout(() => {}, 60_000)
        execFileSync('stty', ['cols', columns], { stdio: 'inherit' })
        await resized
        clearTimeout(awake)
        for (const args of ${JSON.stringify(commands)}) process.exitCode ||= await main(['node', 'duo-seats', ...args])
        process.stdout.write('END OF WIDTH\\n')
      }
    }
    printAll()
  `
}

describe('help on one page', () => {
  test('help on one page is at most 40 lines of at most 80 columns, with examples above the commands', async () => {
    const lines = (await new Workdir().runExpecting(0, ['--help'])).trimEnd().split('\n')
    expect(lines.length).toBeLessThanOrEqual(40)
    expect(lines.filter((line) => line.length > 80)).toEqual([])
    const titles = lines.filter((line) => /^\S.*:$/.test(line)).map((line) => line.split(/:| \(/)[0])
    const groups = ['Seats', 'Looking', 'Connecting', 'Set-up']
    for (const title of groups) expect(lines[lines.indexOf(`${title}:`) - 1]).toBe('')
    expect(titles).toEqual(['Start with', ...groups, 'Options of every command', 'Topics'])
    // PowerShell 5.1 has no such operator.
    expect(lines.filter((line) => line.includes('&&'))).toEqual([])
  })

  test('help on one page has every command in one group, and every option', async () => {
    const help = await new Workdir().inProcess.runExpecting(0, ['--help'])
    const program = await createProgram(commandNames, () => () => Promise.reject(new Error('not needed')))
    for (const name of commandNames) expect(help.match(new RegExp(`^  ${name} `, 'gm'))).toHaveLength(1)
    for (const { long } of program.options) expect(help).toContain(long)
  })

  test('help on one page of no command is given on stderr within 80 columns, too', async () => {
    const { stderr } = await new Workdir().inProcess.run(['--quiet'])
    expect(stderr.split('\n').filter((line) => line.length > 80)).toEqual([])
  })

  // `script` gives the commands a terminal.
  test.runIf(existsSync('/usr/bin/script'))(
    'the help of every command fits a terminal of any width',
    async () => {
      // Topics of the same name are shown as a topic: the help of these commands has only the other spelling.
      const spellings = [
        ...commandNames.map((name) => `help ${name}`),
        'help runs show',
        'serve -h',
        'completion -h',
      ]
      const pages = [['help'], ...spellings.map((line) => line.split(' '))]
      const workdir = new Workdir()
      workdir.write('print.cjs', printPages(pages))
      const line = 'script -qec "stty cols 50; export PAGER=cat; $NODE --no-warnings print.cjs" /dev/null'
      const { code, stdout } = await runInShell(workdir, line)
      expect(code).toBe(0)
      const printed = stdout.replaceAll(/\u001b\[[\d;]*m/g, '').split(/END OF WIDTH\r?\n/)
      expect(printed.pop()).toBe('')
      expect(printed).toHaveLength(widths.length)
      for (const [index, columns] of widths.entries()) {
        const lines = printed[index]?.split(/\r?\n/) ?? []
        expect(lines.filter((text) => text.startsWith('Usage: '))).toHaveLength(commandNames.length + 2)
        expect(lines.filter((text) => text.length > columns)).toEqual([])
        // A narrower page would fit as well.
        expect(Math.max(...lines.map((text) => text.length))).toBeGreaterThan(columns - 10)
      }
    },
  )
})

test('the help of every command has only command lines that the program accepts', async () => {
  const { commands } = await createParser()
  const mistakes: Record<string, string> = {}
  for (const command of [...commands, ...commands.flatMap((one) => one.commands)]) {
    let help = ''
    command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp()
    const lines = help.replaceAll(/^More: |, (?=duo-seats )/gm, '\n')
    for (const words of listCommandLines(`\`\`\`sh\n${lines}\n\`\`\`\n`)) {
      const mistake = await findMistake(words)
      if (mistake !== null) mistakes[`${command.name()}: ${words.join(' ')}`] = mistake
    }
  }
  expect(mistakes).toEqual({})
})

describe('a mistake in the command line', () => {
  const look = 'hint: Add --help to see the commands and options.\n'

  test.each<[string, string]>([
    ['nonsense', "error: unknown command 'nonsense'\n"],
    ['lst', "error: unknown command 'lst'\n(Did you mean list?)\n"],
    ['revoke ada', "error: unknown command 'revoke'\n(Did you mean unassign?)\n"],
    ['grant ada', "error: unknown command 'grant'\n(Did you mean assign?)\n"],
    ['help nonsense', "error: no command and no help topic is called 'nonsense'\n"],
    ['list --nonsense', "error: unknown option '--nonsense'\n"],
    ['list --serch x', "error: unknown option '--serch'\n(Did you mean --search?)\n"],
    ['list extra', "error: too many arguments for 'list'. Expected 0 arguments but got 1.\n"],
    ['list --search', "error: option '--search <text>' argument missing\n"],
    ['assign', "error: missing required argument 'username'\n"],
    [
      'list --sort age',
      "error: option '--sort <key>' argument 'age' is invalid. Allowed choices are username, name, last-activity, last-duo-activity, assigned.\n",
    ],
    [
      'sync --format rake',
      "error: option '--format <format>' argument 'rake' is invalid. Allowed choices are table, json, ndjson, csv.\n",
    ],
    [
      'list --store=',
      "error: option '--store <file>' argument '' is invalid. It takes the path of a file.\n",
    ],
  ])('duo-seats %s reports the mistake on stderr and ends with 2', async (args, stderr) => {
    const finished = await runMain(args.split(' '))
    expect(finished).toEqual({ code: 2, stdout: '', stderr: stderr + look })
  })

  test.each<[string, string]>([
    ['nonsense --format json', "unknown command 'nonsense'"],
    ['list --format=json --nonsense', "unknown option '--nonsense'"],
    [
      'list --limit 0 --format json',
      "option '--limit <number>' argument '0' is invalid. It takes a whole number, 1 or more.",
    ],
  ])('duo-seats %s reports the mistake as a JSON document as well', async (args, message) => {
    const { code, stdout, stderr } = await runMain(args.split(' '))
    expect(code).toBe(2)
    expect(JSON.parse(stdout)).toEqual({
      schema: 1,
      error: { code: 'usage', message, hint: 'Add --help to see the commands and options.' },
    })
    expect(stderr).toBe(`error: ${message}\n${look}`)
  })

  test.each(['list --limit 0 --format json --format csv', 'list --limit 0 -- --format=json'])(
    'duo-seats %s reports the mistake on stderr only',
    async (args) => {
      const { code, stdout } = await runMain(args.split(' '))
      expect([code, stdout]).toEqual([2, ''])
    },
  )

  test('duo-seats --quiet without a command prints the help on stderr and ends with 2', async () => {
    const { code, stdout, stderr } = await new Workdir().run(['--quiet'])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^Usage: duo-seats /)
  })
})

test('global options may stand before or after the command', async () => {
  const workdir = await makeStore()
  for (const args of [
    '--store store.db --quiet list',
    'list --quiet --store store.db',
    '-q list --store=store.db',
  ])
    expect(await workdir.inProcess.run(args.split(' '), { env: { DUO_SEATS_STORE: 'none.db' } })).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    })
})

test('--debug prints the cause of a failure', async () => {
  const workdir = new Workdir()
  workdir.write('store.db', 'no database at all, but long enough to be read as one')
  const plain = await workdir.inProcess.run(['list'])
  const debug = await workdir.run(['list', '--debug'])
  expect(plain.stderr.split('\n')).toHaveLength(3)
  expect(debug.code).toBe(1)
  expect(debug.stderr.startsWith(plain.stderr)).toBe(true)
  expect(debug.stderr).toContain('SQLITE_NOTADB')
})

describe('colour', () => {
  test.each<[Record<string, string>, string[], boolean]>([
    [{}, [], false],
    [{ FORCE_COLOR: '1' }, [], true],
    [{ FORCE_COLOR: '0' }, [], false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, [], true],
    [{ FORCE_COLOR: '1', TERM: 'dumb' }, [], true],
    [{ FORCE_COLOR: '', NO_COLOR: '1' }, [], false],
    [{ FORCE_COLOR: '1' }, ['--format', 'json'], false],
    [{ FORCE_COLOR: '1' }, ['--format', 'csv'], false],
  ])('list with %j and the options %j prints colour: %s', async (env, args, isColored) => {
    const workdir = await makeStore()
    const stdout = await workdir.inProcess.runExpecting(0, ['list', ...args], { env })
    expect(stdout.includes(escapeCode)).toBe(isColored)
  })

  // `script` runs the command at a terminal.
  test.runIf(existsSync('/usr/bin/script'))('list on a terminal prints colour', async () => {
    const line = 'script -qec "env TERM=xterm $NODE $BINARY list" /dev/null'
    const { code, stdout } = await runInShell(await makeStore(), line)
    expect([code, stdout.includes(escapeCode)]).toEqual([0, true])
  })

  test.runIf(existsSync('/usr/bin/script')).each([
    [[], {}, true],
    [['--no-color'], {}, false],
    [[], { NO_COLOR: '1' }, false],
    [[], { TERM: 'dumb' }, false],
  ])('list on a terminal with the options %j and %j prints colour: %s', async (options, env, isColored) => {
    const settings = { NO_COLOR: undefined, ...env }
    const { code, stdout } = await showInProcess(await makeStore(), ['list', ...options], settings)
    expect([code, stdout.includes(escapeCode)]).toEqual([0, isColored])
  })

  test('an error on stderr is coloured with FORCE_COLOR', async () => {
    const { stderr } = await new Workdir().inProcess.run(['list'], { env: { FORCE_COLOR: '1' } })
    expect(stderr).toContain(`${escapeCode}31merror:`)
  })
})

describe('a reader that closes the pipe', () => {
  test.each([
    'list --all --format ndjson',
    'list --all --format json',
    'list --all --format csv',
    'list --all',
  ])('%s ends with 0 and prints no error when the reader closes the pipe', async (command) => {
    const workdir = await makeStore(many)
    const { code, stdout, stderr } = await runInShell(workdir, `duo-seats ${command} | head -n 1`)
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout.split('\n')).toHaveLength(2)
  })

  test('no command prints an error when the reader closed the pipe before the first line', async () => {
    const workdir = await makeStore()
    for (const command of ['list', '--help', '--version', 'help list', 'nonsense --format json 2>&1'])
      expect(await runInShell(workdir, `exec 3> >(true); wait $!; duo-seats ${command} >&3`)).toMatchObject({
        stderr: '',
      })
  })

  test('bulk-assign finishes the run when the reader closes the pipe', async () => {
    const workdir = await makeStore(many)
    const free = await workdir.inProcess.runExpecting(0, ['list', '--free', '--format', 'csv'])
    workdir.write('free.csv', free)
    const command = 'duo-seats bulk-assign free.csv --quiet --format ndjson | head -n 1'
    expect(await runInShell(workdir, command)).toMatchObject({ code: 0 })
    const list = ['list', '--limit', '1']
    const { purchase } = await workdir.inProcess.runForJson<{ purchase: object }>(0, list)
    expect(purchase).toMatchObject({ assigned: many, free: 0 })
  })
})

describe('a stdout that is full', () => {
  test.each([
    'list',
    'list --format json',
    'runs',
    'history --format csv',
    'status',
    'usage',
    'doctor',
    'template',
    'completion bash',
    'help csv',
    '--help',
    '--version',
  ])('%s ends with 1 and reports the full disk when stdout is full', async (command) => {
    const workdir = await makeStore(2)
    expect(await runInShell(workdir, `duo-seats ${command} > /dev/full`)).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'error: The output cannot be printed: the disk is full.\n' +
        'hint: Make room or redirect it to another disk, then run the command again; it does nothing twice.\n',
    })
  })

  test.each(['table', 'json'])(
    'sync --format %s ends with 1 and reports that the sync is complete when stdout is full',
    async (format) => {
      const workdir = await makeStore(2)
      const line = `duo-seats sync --from snapshot.json --format ${format} --store new.db > /dev/full`
      expect(await runInShell(workdir, line)).toEqual({
        code: 1,
        stdout: '',
        stderr:
          'error: The report cannot be printed: the disk is full. The sync is complete.\n' +
          'hint: Run "duo-seats --store new.db list" to see who holds a seat.\n',
      })
      await workdir.inProcess.runExpecting(0, ['list', '--store', 'new.db'])
    },
  )

  test('list reports a stdout that is open for reading only', async () => {
    const { code, stderr } = await runInShell(await makeStore(), 'duo-seats list 1< /dev/null')
    expect([code, stderr.split('\n')[0]]).toEqual([
      1,
      'error: The output cannot be printed: it is not open for writing.',
    ])
  })

  test('assign ends with 1 and reports the full disk and the run that is written when stdout is full', async () => {
    const workdir = await makeStore(2)
    expect(await runInShell(workdir, 'duo-seats assign user-2 > /dev/full')).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'error: The report cannot be printed: the disk is full. Run 1 is complete and written.\n' +
        'hint: To print it: duo-seats runs show 1\n',
    })
  })

  test.each(['list --all', 'list --all --format json', '--help'])(
    '%s ends with 1 when the disk takes only a part of the text',
    async (command) => {
      const workdir = await makeStore(30)
      const line = `ulimit -f 1; duo-seats ${command} > part.txt`
      expect(await runInShell(workdir, line)).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(
          /^error: The output cannot be printed: the file would be larger than a limit of the system or the shell\.\n/,
        ),
      })
    },
  )

  test('bulk-assign --format rake reports its own failure on stderr when stdout is full', async () => {
    const line = 'duo-seats bulk-assign none.csv --format rake > /dev/full'
    const { code, stderr } = await runInShell(await makeStore(), line)
    expect([code, stderr.split('\n')[0]]).toEqual([2, 'error: The file none.csv does not exist.'])
  })

  test('list reports its own failure on stderr when stdout is full', async () => {
    const line = 'duo-seats list --format json > /dev/full'
    const { code, stderr } = await runInShell(new Workdir(), line)
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: The store .+ does not exist\.\nhint: .+\n$/)
  })
})

describe('Ctrl-C and SIGTERM', () => {
  test.each<[string, NodeJS.Signals]>([
    ['sync --from -', 'SIGINT'],
    ['sync --from -', 'SIGTERM'],
    ['bulk-assign -', 'SIGINT'],
  ])('%s stops waiting for standard input on %s', async (command, signal) => {
    const workdir = await makeStore()
    const child = workdir.start(command.split(' '))
    const finished = collect(child)
    await waitForReading(child)
    child.kill(signal)
    const { code, stdout, stderr } = await finished
    expect([code, stdout]).toEqual([130, ''])
    expect(stderr).toContain(
      'error: Interrupted: nothing was written.\nhint: Run the same command again to continue.\n',
    )
  })

  test('sync stops waiting for another process that holds the lock of the store on Ctrl-C', async () => {
    const workdir = await makeStore()
    const database = new Database(workdir.join('store.db'))
    database.exec('BEGIN IMMEDIATE')
    const child = workdir.start(['sync', '--from', 'snapshot.json'])
    const finished = collect(child)
    await waitForWords(child, '(waiting')
    child.kill('SIGINT')
    expect(await finished).toEqual({
      code: 130,
      stdout: '',
      stderr:
        'Syncing (waiting for another process that writes to the store)\n' +
        'error: Interrupted: nothing was written.\nhint: Run the same command again to continue.\n',
    })
    database.close()
  })

  test.each([
    ['list --all', 'Interrupted: nothing was written.'],
    ['sync --from snapshot.json --store new.db', 'Interrupted while printing: the sync is complete.'],
  ])('%s stops printing to a slow reader on Ctrl-C', async (command, sentence) => {
    const workdir = await makeStore(many)
    const child = workdir.start([...command.split(' '), '--format', 'ndjson'])
    // Without a reader the printing stops when the pipe is full.
    await once(child.stdout ?? child, 'readable')
    child.kill('SIGINT')
    const { code, stdout, stderr } = await collect(child)
    expect([code, stderr.split('\n')[0]]).toEqual([130, `error: ${sentence}`])
    expect(stdout.split('\n').length).toBeLessThan(many)
  })
})

test.each([[['x\u001b[31mred']], [['list', '--sort', '\u001b[31m']]])(
  'the error message escapes control characters of the command line %j',
  async (args) => {
    const { code, stderr } = await runMain(args)
    expect(code).toBe(2)
    expect(stderr).not.toContain('\u001b')
    expect(stderr).toContain('\\u{1b}')
  },
)
