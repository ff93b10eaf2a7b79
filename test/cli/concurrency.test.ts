import { type ChildProcess, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, openSync, readSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { makePurchase, makeUser } from '../support/make-snapshot.ts'
import { listHolders, readStore } from '../support/read-store.ts'
import type { RunDocument } from '../support/run-document.ts'
import { openTeam } from '../support/sample-team.ts'
import { collect, type Finished, type Workdir } from '../support/workdir.ts'

const names = Array.from({ length: 8 }, (_, index) => `user-${index + 1}`)

/** Eight users and three seats, all of them free. */
function openRace(): Promise<Workdir> {
  return openTeam({
    add_on_purchases: [makePurchase({ quantity: 3 })],
    users: names.map((name, index) => makeUser(index + 1, name)),
    seats: [],
  })
}

/** Takes the write lock of the store, as another process would. */
function lockStore(workdir: Workdir): Database.Database {
  const database = new Database(workdir.join('store.db'))
  database.exec('BEGIN IMMEDIATE')
  return database
}

/** Calls back once a command prints that it waits for the lock. */
function onceWaiting({ stderr }: ChildProcess, act: () => void): void {
  const look = (text: string) => {
    if (!text.includes('(waiting')) return
    stderr?.off('data', look)
    act()
  }
  stderr?.setEncoding('utf8').on('data', look)
}

/** Starts the commands while the store is locked, and unlocks it once all of them wait. */
async function runAtOnce(workdir: Workdir, commands: string[][]): Promise<RunDocument[]> {
  const gate = lockStore(workdir)
  const children = commands.map((command) => workdir.start([...command, '--format', 'json']))
  const finished = Promise.all(children.map(collect))
  await Promise.all(children.map((child) => new Promise<void>((done) => onceWaiting(child, done))))
  gate.close()
  return (await finished).map(toDocument)
}

/** Checks that stderr holds nothing but progress, the shortage, the place of the changes and the number of failures. */
function toDocument({ code, stdout, stderr }: Finished): RunDocument {
  const document = JSON.parse(stdout) as RunDocument
  const failed = document.results.filter(({ success }) => !success).length
  const { rows } = document.summary
  const recorded = 'Recorded in the store only: GitLab itself was not changed.\n'
  const told = `error: ${failed} of ${rows} ${rows === 1 ? 'row' : 'rows'} failed.\nhint: The message of each result has the reason; --results FILE writes them to a file.\n`
  expect(stderr.replace(/^(Planning|A list that is too long gets ).*\n/gm, '')).toBe(
    failed === 0 ? recorded : recorded + told,
  )
  expect(code).toBe(failed === 0 ? 0 : 3)
  return document
}

function listNamesWith(documents: RunDocument[], outcome: string): string[] {
  const results = documents.flatMap((document) => document.results)
  return results.filter((result) => result.outcome === outcome).map(({ input }) => input)
}

describe('eight processes that compete for three seats', () => {
  test('eight assign processes for one user each assign every seat once', async () => {
    const workdir = await openRace()
    const documents = await runAtOnce(
      workdir,
      names.map((name) => ['assign', name]),
    )
    const holders = listHolders(workdir)
    expect(holders).toHaveLength(3)
    expect(listNamesWith(documents, 'assigned').sort()).toEqual(holders)
    expect(listNamesWith(documents, 'no_seats_available')).toHaveLength(5)
    expect(documents.map(({ run }) => run.id).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })

  test('eight bulk-assign processes with overlapping lists assign every seat once', async () => {
    const workdir = await openRace()
    for (const [index, name] of names.entries()) {
      const turned = [...names.slice(index), ...names.slice(0, index)].slice(0, 5)
      workdir.write(`${name}.csv`, `username\n${turned.join('\n')}\n`)
    }
    const documents = await runAtOnce(
      workdir,
      names.map((name) => ['bulk-assign', `${name}.csv`]),
    )
    const holders = listHolders(workdir)
    expect(holders).toHaveLength(3)
    expect(listNamesWith(documents, 'assigned').sort()).toEqual(holders)
    const isHeld = (name: string) => holders.includes(name)
    expect(listNamesWith(documents, 'already_assigned').every(isHeld)).toBe(true)
    expect(listNamesWith(documents, 'no_seats_available').some(isHeld)).toBe(false)
    expect(documents.map(({ summary }) => summary.rows)).toEqual(names.map(() => 5))
  })
})

describe('a store that another process has locked', () => {
  test.each<[string[], string, string]>([
    [[], 'Planning', '1 assigned'],
    [['--dry-run'], 'Planning', '1 assigned'],
  ])(
    'assign with the options %j waits for the lock of the store and says so on stderr',
    async (options, step, outcome) => {
      const workdir = await openTeam()
      const other = lockStore(workdir)
      const child = workdir.start(['assign', 'bob', ...options])
      onceWaiting(child, () => other.exec('COMMIT'))
      const { code, stdout, stderr } = await collect(child)
      other.close()
      expect([code, stderr]).toEqual([0, `${step} (waiting for another process that writes to the store)\n`])
      expect(stdout).toContain(`1 row: ${outcome}.`)
    },
  )

  test('list reads a store that another process has locked', async () => {
    const workdir = await openTeam()
    const other = lockStore(workdir)
    const stdout = await workdir.runExpecting(0, ['list', '--format', 'csv'])
    other.close()
    expect(stdout.split('\n')[1]).toMatch(/^ada,1,/)
  })

  test('bulk-assign stops waiting for the lock on Ctrl-C and leaves no file', async () => {
    const workdir = await openTeam()
    const before = readStore(workdir)
    workdir.write('people.csv', 'username\nbob\n')
    const other = lockStore(workdir)
    const child = workdir.start(['bulk-assign', 'people.csv', '--results', 'all.csv'])
    onceWaiting(child, () => child.kill('SIGINT'))
    const { code, stdout, stderr } = await collect(child)
    other.close()
    expect([code, stdout]).toEqual([130, ''])
    expect(stderr).toBe(`\
Planning (waiting for another process that writes to the store)
error: Interrupted: nothing was written.
hint: Run the same command again to continue.
`)
    expect(readStore(workdir)).toEqual(before)
  })
})

/** Reads one byte of a pipe without waiting. Returns false when the pipe is empty. */
function holdsText(pipe: number): boolean {
  try {
    return readSync(pipe, Buffer.alloc(1)) === 1
  } catch (error) {
    if ((error as { code?: string }).code === 'EAGAIN') return false
    throw error
  }
}

describe('a dry run with a slow reader', () => {
  test('bulk-assign --dry-run does not lock the store while a slow reader reads its output', async () => {
    const workdir = await openTeam()
    const typos = Array.from({ length: 2000 }, (_, index) => `typo-${index}\n`).join('')
    workdir.write('people.csv', `username\n${typos}`)
    const child = workdir.start(['bulk-assign', 'people.csv', '--dry-run', '-q', '--format', 'ndjson'])
    // Without a reader the printing stops when the pipe is full.
    await once(child.stdout ?? child, 'readable')
    const { code, stderr } = await workdir.run(['assign', 'bob'])
    expect([code, stderr]).toEqual([0, ''])
    expect((await collect(child)).stdout.split('\n')).toHaveLength(2001)
  })

  test('bulk-assign --dry-run does not lock the store while a slow pipe takes its --results', async () => {
    const workdir = await openTeam()
    const typos = Array.from({ length: 2000 }, (_, index) => `typo-${index}\n`).join('')
    workdir.write('people.csv', `username\n${typos}`)
    execFileSync('mkfifo', [workdir.join('pipe')])
    // Opened for reading and writing: opening does not wait then. One byte shows that the results are coming.
    const pipe = openSync(workdir.join('pipe'), constants.O_RDWR | constants.O_NONBLOCK)
    const child = workdir.start(['bulk-assign', 'people.csv', '--dry-run', '--results', 'pipe'])
    const finished = collect(child)
    while (!holdsText(pipe)) await delay(20)
    const { code } = await workdir.run(['assign', 'bob'])
    expect(code).toBe(0)
    child.kill('SIGKILL')
    closeSync(pipe)
    await finished
  })
})
