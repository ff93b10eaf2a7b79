import { mkdirSync, readdirSync, readFileSync, truncateSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { makeSeat, makeSnapshot, makeUser } from '../support/make-snapshot.ts'
import { Workdir } from '../support/workdir.ts'

const snapshot = makeSnapshot({ users: [makeUser(7, 'ada')], seats: [makeSeat(7)] })

/** A directory with a store in which ada holds a seat. */
async function makeStore(): Promise<Workdir> {
  const workdir = new Workdir()
  await workdir.inProcess.runExpecting(0, ['sync', '--from', workdir.write('snapshot.json', snapshot)])
  return workdir
}

function changeStore(workdir: Workdir, sql: string): void {
  const database = new Database(workdir.join('store.db'))
  database.exec(sql)
  database.close()
}

const anotherStore = 'hint: Name another file with --store or DUO_SEATS_STORE.\n'

describe('a store that cannot be opened', () => {
  test.each(['list', 'assign ada'])('%s reports the path of a store that does not exist', async (command) => {
    const workdir = new Workdir()
    expect(await workdir.inProcess.run(command.split(' '))).toEqual({
      code: 1,
      stdout: '',
      stderr:
        `error: The store ${workdir.join('store.db')} does not exist.\n` +
        'hint: Create it with "duo-seats link URL" or "duo-seats sync --from snapshot.json", or name another with --store.\n',
    })
    expect(readdirSync(workdir.path)).toEqual([])
  })

  test('the default store lies in XDG_DATA_HOME, else in the home directory', async () => {
    const workdir = new Workdir()
    const inHome = await workdir.run(['list'], { env: { DUO_SEATS_STORE: '' } })
    expect(inHome.stderr).toContain(
      `error: The store ${workdir.join('.local/share/duo-seats/store.db')} does not exist.`,
    )
    const inXdg = await workdir.run(['list'], { env: { DUO_SEATS_STORE: '', XDG_DATA_HOME: '/xdg' } })
    expect(inXdg.stderr).toContain('error: The store /xdg/duo-seats/store.db does not exist.')
  })

  test('an empty file is opened as an empty store', async () => {
    const workdir = new Workdir()
    workdir.write('store.db', '')
    expect(await workdir.inProcess.run(['list'])).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'error: The store is empty: it has no users and no seats.\n' +
        'hint: Link it with "duo-seats link URL", or fill it with "duo-seats sync --from snapshot.json".\n',
    })
  })

  test.each(['list', 'sync --from snapshot.json'])(
    '%s refuses a file of another format as a store and leaves it as it is',
    async (command) => {
      const workdir = new Workdir()
      workdir.write('snapshot.json', snapshot)
      workdir.write('store.db', 'username\nada\n'.repeat(100))
      expect(await workdir.inProcess.run(command.split(' '))).toEqual({
        code: 1,
        stdout: '',
        stderr: `error: ${workdir.join('store.db')} is not a duo-seats store.\n${anotherStore}`,
      })
      expect(workdir.read('store.db')).toBe('username\nada\n'.repeat(100))
    },
  )

  test.each(['list', 'sync --from snapshot.json'])(
    '%s refuses a database of another program and leaves it as it is',
    async (command) => {
      const workdir = new Workdir()
      workdir.write('snapshot.json', snapshot)
      changeStore(workdir, 'CREATE TABLE cookies (id INTEGER)')
      const before = readFileSync(workdir.join('store.db'))
      expect(await workdir.inProcess.run(command.split(' '))).toEqual({
        code: 1,
        stdout: '',
        stderr: `error: ${workdir.join('store.db')} is a database of another program.\n${anotherStore}`,
      })
      expect(readFileSync(workdir.join('store.db')).equals(before)).toBe(true)
      expect(readdirSync(workdir.path)).toEqual(['snapshot.json', 'store.db'])
    },
  )

  test('a store of a newer duo-seats is refused and left as it is', async () => {
    const workdir = await makeStore()
    changeStore(workdir, 'PRAGMA user_version = 99')
    const before = readFileSync(workdir.join('store.db'))
    expect(await workdir.inProcess.run(['list'])).toEqual({
      code: 1,
      stdout: '',
      stderr:
        `error: The store ${workdir.join('store.db')} was written by a newer duo-seats.\n` +
        'hint: Install the newer duo-seats, or name another store with --store.\n',
    })
    expect(readFileSync(workdir.join('store.db')).equals(before)).toBe(true)
  })

  test.each(['in the middle', 'after its first page'])(
    'a store that is damaged %s is reported as damaged',
    async (where) => {
      const workdir = await makeStore()
      const path = workdir.join('store.db')
      if (where === 'in the middle') workdir.write('store.db', readFileSync(path).fill(0xff, 4096))
      else truncateSync(path, 4096)
      expect(await workdir.inProcess.run(['list'])).toEqual({
        code: 1,
        stdout: '',
        stderr:
          `error: The store ${path} is damaged.\n` +
          'hint: Restore the file from a backup, or fill a new store with "duo-seats sync --from snapshot.json --store FILE".\n',
      })
    },
  )

  test('a directory is refused as a store', async () => {
    const workdir = new Workdir()
    mkdirSync(workdir.join('store.db'))
    const { code, stdout, stderr } = await workdir.inProcess.run(['list'])
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr.split('\n')[0]).toBe(`error: The store ${workdir.join('store.db')} cannot be opened.`)
  })

  test.each(['taken', 'taken/store.db'])('a store at --store %s cannot be created', async (path) => {
    const workdir = new Workdir()
    workdir.write('snapshot.json', snapshot)
    if (path === 'taken') mkdirSync(workdir.join('taken'))
    else workdir.write('taken', 'a file')
    const { code, stdout, stderr } = await workdir.inProcess.run([
      'sync',
      '--from',
      'snapshot.json',
      '--store',
      path,
    ])
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(
      /^error: The store taken\S* cannot be created: .+\.\nhint: Name a file in a folder of your own /,
    )
  })

  test('a store that cannot be opened is reported as a JSON document with --format json', async () => {
    const workdir = new Workdir()
    const { code, stdout } = await workdir.inProcess.run(['list', '--format', 'json', '--store', 'none.db'])
    expect([code, JSON.parse(stdout)]).toEqual([
      1,
      {
        schema: 1,
        error: {
          code: 'failed',
          message: 'The store none.db does not exist.',
          hint: 'Create it with "duo-seats --store none.db link URL" or "duo-seats --store none.db sync --from snapshot.json", or name another with --store.',
        },
      },
    ])
  })
})

test('eight processes that create the same store at once all succeed', async () => {
  const workdir = new Workdir()
  workdir.write('snapshot.json', snapshot)
  const all = Array.from({ length: 8 }, () => workdir.run(['sync', '--from', 'snapshot.json', '--quiet']))
  expect(await Promise.all(all)).toEqual(Array(8).fill({ code: 0, stdout: '', stderr: '' }))
})

test('a command waits for another process that is creating the store', async () => {
  const workdir = new Workdir()
  workdir.write('snapshot.json', snapshot)
  const other = new Database(workdir.join('store.db'))
  other.exec('BEGIN IMMEDIATE')
  const syncing = workdir.run(['sync', '--from', 'snapshot.json', '--quiet'])
  await setTimeout(2_000)
  other.close()
  expect(await syncing).toEqual({ code: 0, stdout: '', stderr: '' })
})

test('a finished command leaves no file besides the store', async () => {
  const workdir = await makeStore()
  await workdir.runExpecting(0, ['list'])
  await workdir.runExpecting(0, ['assign', 'ada'])
  expect(readdirSync(workdir.path)).toEqual(['snapshot.json', 'store.db'])
})

test('--store takes precedence over DUO_SEATS_STORE', async () => {
  const workdir = await makeStore()
  const { stderr } = await workdir.run(['list', '--store', 'other.db'])
  expect(stderr).toContain('The store other.db does not exist.')
})
