import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { startAtTerminal } from '../support/run-at-terminal.ts'
import { openTeam } from '../support/sample-team.ts'
import { binary, collect, Workdir } from '../support/workdir.ts'

function runToFullDisk(workdir: Workdir, args: readonly string[]) {
  const env = { PATH: process.env['PATH'], HOME: workdir.path, DUO_SEATS_STORE: workdir.join('store.db') }
  const command = '"$0" "$@" > /dev/full'
  const { status, stderr } = spawnSync('sh', ['-c', command, process.execPath, binary, ...args], {
    cwd: workdir.path,
    env,
    encoding: 'utf8',
  })
  return { code: status, stderr }
}

describe.skipIf(!existsSync('/dev/full'))('a report on a full disk', () => {
  test.each(['table', 'json'])('bulk-assign --format %s says that the run is written', async (format) => {
    const workdir = await openTeam()
    workdir.write('people.csv', 'username\nbob\n')
    expect(runToFullDisk(workdir, ['bulk-assign', 'people.csv', '--format', format])).toEqual({
      code: 1,
      stderr:
        'error: The report cannot be printed: the disk is full. Run 1 is complete and written.\n' +
        'hint: To print it: duo-seats runs show 1\n',
    })
    await workdir.inProcess.runExpecting(0, ['runs', 'show', '1'])
  })

  test('bulk-assign --dry-run says that nothing is written', async () => {
    const workdir = await openTeam()
    workdir.write('people.csv', 'username\nbob\n')
    expect(runToFullDisk(workdir, ['bulk-assign', 'people.csv', '--dry-run'])).toEqual({
      code: 1,
      stderr:
        'error: The report cannot be printed: the disk is full. Nothing was written.\n' +
        'hint: Make room, then run the command again.\n',
    })
  })
})

describe('a folder of temporary files that does not exist', () => {
  test('bulk-assign --dry-run names TMPDIR', async () => {
    const workdir = await openTeam()
    workdir.write('people.csv', 'username\nbob\n')
    const { code, stderr } = await workdir.run(['bulk-assign', 'people.csv', '--dry-run'], {
      env: { TMPDIR: '/nope' },
    })
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(
        /^error: The plan cannot be kept in \/nope, the folder of temporary files: ENOENT.*\nhint: Set the environment variable TMPDIR to a folder of your own with free space\.\n$/,
      ),
    ])
  })

  test('bulk-assign --results /dev/null names TMPDIR', async () => {
    const workdir = await openTeam()
    workdir.write('people.csv', 'username\nbob\n')
    const args = ['bulk-assign', 'people.csv', '--results', '/dev/null']
    expect(await workdir.run(args, { env: { TMPDIR: '/nope' } })).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'error: /nope, the folder of temporary files, cannot be written to: the folder does not exist.\n' +
        'hint: Set the environment variable TMPDIR to a folder of your own.\n',
    })
  })

  test('serve --sample names TMPDIR', async () => {
    expect(await new Workdir().run(['serve', '--sample'], { env: { TMPDIR: '/nope' } })).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'error: /nope, the folder of temporary files, cannot be written to: the folder does not exist.\n' +
        'hint: Set the environment variable TMPDIR to a folder of your own.\n',
    })
  })
})

describe('the sign - for standard input', () => {
  test.each(['assign', 'unassign'])('%s - says that it reads no list', async (command) => {
    const workdir = await openTeam()
    expect(await workdir.inProcess.run([command, 'ada', '-'])).toEqual({
      code: 2,
      stdout: '',
      stderr:
        `error: "-" is not a username: ${command} does not read standard input.\n` +
        `hint: To read a list from standard input: duo-seats bulk-${command} -\n`,
    })
  })

  test.each([
    ['bulk-assign list.csv --results -', '--results'],
    ['bulk-assign list.csv --rejects -', '--rejects'],
    ['bulk-assign list.csv --report junit=-', '--report'],
    ['assign bob --report markdown=-', '--report'],
    ['history --evidence -', '--evidence'],
    ['usage --chart -', '--chart'],
    ['sync --to -', '--to'],
  ])('%s is refused, since stdout has the report', async (command, option) => {
    const workdir = await openTeam()
    workdir.write('list.csv', 'username\nbob\n')
    const { code, stdout, stderr } = await workdir.inProcess.run(command.split(' '))
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(new RegExp(`^error: option '${option} `))
    expect(stderr).toContain('It takes the path of a file: stdout has the report.')
    expect(readdirSync(workdir.path).sort()).toEqual(['list.csv', 'store.db'])
  })

  test.each([
    ['bulk-assign - --dry-run', 'the list', 'username\rbob\r'],
    ['sync --from - --store new.db', 'the snapshot', '{}\r'],
    ['serve --token-file - --store new.db', 'the token', 'glpat-abc\r'],
  ])('%s tells at a terminal that it waits for %s', async (command, content, typed) => {
    const workdir = await openTeam()
    const child = startAtTerminal(workdir, command.split(' '), {})
    const finished = collect(child)
    let screen = ''
    child.stdout.on('data', (text: string) => (screen += text))
    while (!screen.includes(`Reading ${content} from this terminal. Type it, then press Enter and Ctrl-D.`))
      await delay(20)
    child.stdin.write(`${typed}\u0004`)
    const { code, stdout } = await finished
    if (content === 'the list')
      expect([code, stdout]).toEqual([0, expect.stringContaining('1 row: 1 assigned')])
    else expect(code).not.toBe(null)
  })

  test('bulk-assign - reads a pipe without a note', async () => {
    const workdir = await openTeam()
    const { code, stderr } = await workdir.run(['bulk-assign', '-'], { stdin: 'username\nbob\n' })
    expect([code, stderr]).toEqual([0, ''])
  })
})
