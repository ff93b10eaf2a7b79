import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { sampleNames } from '../src/played-gitlab/sample-names.ts'
import { frozenClock } from './support/frozen-clock.ts'
import { makeGroup } from './support/group-tree.ts'
import { hostGitLab } from './support/host-gitlab.ts'
import { makePurchase, makeSeat, makeUser } from './support/make-snapshot.ts'
import { listTableRows, readManual, readSection } from './support/manual.ts'
import { runAtTerminal } from './support/run-at-terminal.ts'
import { runInShell } from './support/run-in-shell.ts'
import { makeTeamSnapshot } from './support/sample-team.ts'
import { type Finished, Workdir } from './support/workdir.ts'

const rows = listTableRows(readSection(readManual('README.md'), '## I want to'))
const commands = rows.map(([, command = '']) => command.replaceAll('`', ''))

const active = { last_duo_activity_on: '2026-03-01' }
const users = [
  makeUser(1, 'ada', active),
  makeUser(2, 'grace', active),
  makeUser(3, 'linus', active),
  makeUser(4, 'margaret', { last_duo_activity_on: '2025-09-14' }),
  makeUser(5, 'dennis', { last_duo_activity_on: '2025-10-01' }),
  makeUser(6, 'hedy', active),
  ...Array.from({ length: 20 }, (_, index) => makeUser(index + 7, `user-${index + 1}`, active)),
]

/** All but `grace` and `hedy` hold one of 26 seats. */
const facts = {
  users,
  seats: users
    .filter(({ username }) => !['grace', 'hedy'].includes(username))
    .map(({ id }) => makeSeat(id, { assigned_at: '2025-01-05T09:12:00Z' })),
  add_on_purchases: [makePurchase({ quantity: 26 })],
}

const groups = [makeGroup('acme/platform', [['hedy', 'developer']])]

/** The store of {@link openDirectory}, made once. */
let store: Buffer | null = null

/** A directory with lists, and a store with twelve runs, the last of which gave `grace` a seat. */
async function openDirectory(): Promise<Workdir> {
  const workdir = new Workdir()
  const write = (name: string, names: string[]) => workdir.write(name, `username\n${names.join('\n')}\n`)
  write('people.csv', ['ada', 'hedy'])
  write('leavers.csv', ['margaret', 'dennis'])
  write(
    'team.csv',
    users.map(({ username }) => username).filter((name) => name !== 'dennis' && name !== 'hedy'),
  )
  if (store === null) await makeStore(workdir)
  store ??= readFileSync(workdir.join('store.db'))
  workdir.write('store.db', store)
  return workdir
}

async function makeStore(workdir: Workdir): Promise<void> {
  const snapshot = workdir.write('snapshot.json', makeTeamSnapshot(facts))
  await workdir.inProcess.runExpecting(0, ['sync', '--from', snapshot])
  for (let run = 1; run < 12; run += 1) await workdir.inProcess.runExpecting(0, ['assign', 'ada'])
  await workdir.inProcess.runExpecting(0, ['assign', 'grace'])
}

async function listHolders(workdir: Workdir): Promise<string[]> {
  const { users } = await workdir.inProcess.runForJson<{ users: { username: string }[] }>(0, ['list'])
  return users.map(({ username }) => username)
}

interface Expected {
  stdout?: RegExp
  /** Users who hold a seat then. */
  gained?: string[]
  lost?: string[]
  /** A file that holds this then. */
  file?: [name: string, text: RegExp]
}

/** The tasks that need no terminal and no GitLab. */
const tasks: Record<string, Expected> = {
  'duo-seats list': { stdout: /25 of 26 held, 1 free/ },
  'duo-seats list --free': { stdout: /^hedy/m },
  'duo-seats assign ada': { stdout: /already_assigned/ },
  'duo-seats bulk-assign people.csv --dry-run': { stdout: /Dry run/ },
  'duo-seats bulk-assign people.csv': { gained: ['hedy'] },
  'duo-seats bulk-assign people.csv --on-shortage fail': { gained: ['hedy'] },
  'duo-seats bulk-assign people.csv --rejects rejects.csv': {
    gained: ['hedy'],
    file: ['rejects.csv', /^username,line,outcome,message/],
  },
  'duo-seats unassign ada grace linus --yes': { lost: ['ada', 'grace', 'linus'] },
  'duo-seats list --format csv > team.csv': { file: ['team.csv', /^grace,/m] },
  'duo-seats usage --by month': { stdout: /^60 days +2 /m },
  'duo-seats reclaim --inactive-for 60d --dry-run': { stdout: /^- +margaret [\s\S]*^- +dennis /m },
  'duo-seats reclaim --inactive-for 60d --yes': { lost: ['margaret', 'dennis'] },
  'duo-seats reclaim --inactive-for 60d --to-free 2 --yes': { lost: ['margaret'] },
  'duo-seats apply team.csv': { lost: ['dennis'] },
  'duo-seats apply team.csv --dry-run --report markdown=plan.md': {
    file: ['plan.md', /^\| {2}\| `dennis` \| ✓ `unassigned` \|/m],
  },
  'duo-seats undo 12': { lost: ['grace'] },
  'duo-seats runs': { stdout: /^12 /m },
  'duo-seats history --since 2026-03 --until 2026-03': { stdout: / ada +found / },
  'duo-seats history --user ada': { stdout: / ada +found .*\n\n1 event\./ },
  'duo-seats status': { stdout: /^GitLab Duo Pro +25 +26 +1 /m },
  'duo-seats runs show 12': { stdout: /^Run 12\n[\s\S]*grace/ },
  'duo-seats list --format json': { stdout: /^{\n {2}"schema": 1,/ },
}

/** The tasks that ask before they change anything. */
const questions: Record<string, Expected> = {
  'duo-seats bulk-unassign leavers.csv': { lost: ['margaret', 'dennis'] },
}

/** The tasks that need a purchase of Duo Enterprise as well. */
const moves: Record<string, RegExp> = {
  'duo-seats bulk-assign --holders-of duo-pro --add-on duo-enterprise': /^Seats free: 26 before, 1 after\.$/m,
}

/** The tasks that talk to a GitLab, or look whether they could. */
const connected: Record<string, RegExp> = {
  'duo-seats link https://gitlab.example.com': /^Linked to /,
  'duo-seats sync': /^http:\/\/127\.0\.0\.1/,
  'duo-seats bulk-assign --members-of acme/platform': /^hedy +✓ assigned/m,
  'duo-seats doctor': /token/,
}

/** Commands that a shell has run: the first of each. The others run in this process. */
const started = new Set<string>()

function runTask(workdir: Workdir, command: string): Promise<Finished> {
  const [, ...args] = command.split(' ')
  const [name = ''] = args
  const needsShell = !started.has(name) || args.includes('>')
  started.add(name)
  if (!needsShell) return workdir.inProcess.run(args, { env: frozenClock })
  return runInShell(workdir, `export NODE_OPTIONS='${frozenClock.NODE_OPTIONS}'; ${command}`)
}

async function expectChange(workdir: Workdir, { gained = [], lost = [], file }: Expected): Promise<void> {
  const before = users.map(({ username }) => username).filter((name) => name !== 'hedy')
  const after = [...before, ...gained].filter((name) => !lost.includes(name))
  expect(await listHolders(workdir)).toEqual(after.sort((a, b) => a.localeCompare(b, 'en')))
  if (file !== undefined) expect(workdir.read(file[0])).toMatch(file[1])
}

describe('the tasks of the README', () => {
  test('the tasks of the README are at least twenty, each with a test', () => {
    const tested = [tasks, questions, moves, connected].flatMap((group) => Object.keys(group))
    expect([...commands].sort()).toEqual(tested.sort())
    expect(commands.length).toBeGreaterThanOrEqual(20)
  })

  test('the sample of the played GitLab has the users of the tasks', () => {
    const known = sampleNames.map(({ username }) => username)
    const typed = commands.flatMap(
      (command) => /(?: (?:un)?assign|--user) ([a-z ]+)/.exec(command)?.[1]?.trim().split(' ') ?? [],
    )
    expect(new Set(typed)).toEqual(new Set(['ada', 'grace', 'linus']))
    expect(known).toEqual(expect.arrayContaining(typed))
  })

  test.each(Object.entries(tasks))('%s does what its row says', async (command, expected) => {
    const workdir = await openDirectory()
    const { code, stdout, stderr } = await runTask(workdir, command)
    expect(code, stderr).toBe(0)
    if (expected.stdout !== undefined) expect(stdout).toMatch(expected.stdout)
    await expectChange(workdir, expected)
  })

  test.each(Object.entries(moves))('%s does what its row says', async (command, stdout) => {
    const workdir = await openDirectory()
    const purchases = [
      ...facts.add_on_purchases,
      makePurchase({ id: 2, add_on: 'duo-enterprise', quantity: 26 }),
    ]
    const both = makeTeamSnapshot({ ...facts, taken_at: '2026-03-02T08:59:00Z', add_on_purchases: purchases })
    await workdir.inProcess.runExpecting(0, ['sync', '--from', workdir.write('both.json', both)])
    const finished = await workdir.inProcess.run(command.split(' ').slice(1))
    expect(finished.code, finished.stderr).toBe(0)
    expect(finished.stdout).toMatch(stdout)
  })

  // `script` gives the command a terminal.
  test.runIf(existsSync('/usr/bin/script')).each(Object.entries(questions))(
    '%s does what its row says once it is confirmed',
    async (command, expected) => {
      const workdir = await openDirectory()
      const { code, screen } = await runAtTerminal(workdir, command.split(' ').slice(1), { answer: 'y\n' })
      expect(code, screen).toBe(0)
      await expectChange(workdir, expected)
    },
  )

  test('the tasks of the README that talk to a GitLab do what their rows say, one after the other', async () => {
    const workdir = new Workdir()
    const snapshot = workdir.write('snapshot.json', makeTeamSnapshot({ ...facts, groups }))
    await workdir.inProcess.runExpecting(0, ['sync', '--from', snapshot, '--store', 'gitlab.db'])
    const gitlab = await hostGitLab(workdir.join('gitlab.db'))
    for (const [command, stdout] of Object.entries(connected)) {
      const args = command.replace('https://gitlab.example.com', gitlab.url).split(' ').slice(1)
      const finished = await workdir.run(args, { env: { GITLAB_TOKEN: gitlab.token } })
      // A machine without a way to the internet fails two checks.
      expect(command === 'duo-seats doctor' ? [0, 1] : [0], finished.stderr).toContain(finished.code)
      expect(finished.stdout).toMatch(stdout)
    }
  })
})
