import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { canPlayDrives, playDrive } from '../support/failing-drive.ts'
import {
  describeUnprivileged,
  giveAway,
  runTogetherUnprivileged,
  runUnprivileged,
} from '../support/run-as-other-user.ts'
import { runTogether } from '../support/run-together.ts'
import { makeTeamSnapshot, openTeam } from '../support/sample-team.ts'
import type { Finished, Workdir } from '../support/workdir.ts'

/** The team's store in a folder of its own. */
async function openDrive() {
  const workdir = await openTeam()
  mkdirSync(workdir.join('drive'))
  renameSync(workdir.join('store.db'), workdir.join('drive/store.db'))
  return { workdir, store: workdir.join('drive/store.db') }
}

const readings = [['list'], ['runs'], ['runs', '--user', 'ada']]

describe.skipIf(!canPlayDrives)('a store on a drive that lacks what SQLite needs', () => {
  const faults = ['no-locks', 'locks-taken', 'no-memory'] as const

  test.each(faults)(
    '%s: list, assign, its dry run and doctor name the folder and a local disk',
    async (fault) => {
      const { workdir, store } = await openDrive()
      const env = { ...playDrive(workdir, 'drive', fault), DUO_SEATS_STORE: store }
      const commands = ['list', 'assign bob', 'assign bob --dry-run', 'doctor'].map((line) => line.split(' '))
      const finished = await runTogether(workdir, commands, { env })
      for (const [index, { code, stdout, stderr }] of finished.entries()) {
        expect(code).toBe(1)
        const printed = commands[index]?.[0] === 'doctor' ? stdout.replaceAll(/\s+/g, ' ') : stderr
        expect(printed).toContain('does not support what SQLite needs, locks and shared memory')
        expect(printed).toContain('Name a file on a local disk with --store or DUO_SEATS_STORE.')
      }
      expect(readdirSync(workdir.join('drive')).filter((name) => name.includes('probe'))).toEqual([])
    },
  )

  test.each(faults)(
    '%s: sync that would create the store there names the folder and a local disk',
    async (fault) => {
      const { workdir } = await openDrive()
      const store = workdir.join('drive/new.db')
      const snapshot = workdir.write('snapshot.json', {})
      const env = { ...playDrive(workdir, 'drive', fault), DUO_SEATS_STORE: store }
      writeFileSync(snapshot, readFileSync(new URL('../../fixtures/snapshot.json', import.meta.url)))
      expect(await workdir.run(['sync', '--from', 'snapshot.json', '-q'], { env })).toEqual({
        code: 1,
        stdout: '',
        stderr:
          `error: The folder ${workdir.join('drive')} does not support what SQLite needs, locks and shared memory, so it cannot hold the store ${store}.\n` +
          'hint: Network drives often lack them. Name a file on a local disk with --store or DUO_SEATS_STORE.\n',
      })
    },
  )

  test('list through a symbolic link to the drive names the folder of the store', async () => {
    const { workdir, store } = await openDrive()
    symlinkSync(store, workdir.join('link.db'))
    const env = { ...playDrive(workdir, 'drive', 'no-locks'), DUO_SEATS_STORE: workdir.join('link.db') }
    expect((await workdir.run(['list'], { env })).stderr).toContain(
      `error: The folder ${workdir.join('drive')} does not support what SQLite needs`,
    )
  })

  test('a store that another process really uses is reported as in use', async () => {
    const workdir = await openTeam()
    const other = new Database(workdir.join('store.db'))
    other.pragma('locking_mode = EXCLUSIVE')
    other.exec('BEGIN EXCLUSIVE')
    expect((await workdir.inProcess.run(['list'])).stderr).toContain(
      `error: The store ${workdir.join('store.db')} is in use by another process.\n`,
    )
    other.close()
  })
})

describe.skipIf(!canPlayDrives)('a store on a drive that takes no more bytes', () => {
  test.each(['full', 'read-only'] as const)('%s: readings print what they print elsewhere', async (fault) => {
    const { workdir, store } = await openDrive()
    const expected: Finished[] = []
    for (const args of readings)
      expected.push(await workdir.inProcess.run(args, { env: { DUO_SEATS_STORE: store } }))
    const env = { ...playDrive(workdir, 'drive', fault), DUO_SEATS_STORE: store }
    expect(await runTogether(workdir, readings, { env })).toEqual(expected)
    expect(expected.map(({ code }) => code)).toEqual(readings.map(() => 0))
  })

  test.each([
    ['full', 'The disk is full: the store STORE could not be written.'],
    ['read-only', 'The store STORE cannot be written to: the file system is read-only.'],
  ] as const)('%s: assign reports it', async (fault, sentence) => {
    const { workdir, store } = await openDrive()
    const env = { ...playDrive(workdir, 'drive', fault), DUO_SEATS_STORE: store }
    const { code, stderr } = await workdir.run(['assign', 'bob'], { env })
    expect([code, stderr.split('\n')[0]]).toEqual([1, `error: ${sentence.replace('STORE', store)}`])
  })
})

describeUnprivileged('a store without permissions', () => {
  async function openOwn(): Promise<Workdir> {
    const workdir = await openTeam()
    giveAway(workdir)
    return workdir
  }

  test.each(readings)('%s %s reads a store of mode 444 and leaves no file beside it', async (...args) => {
    const workdir = await openOwn()
    const expected = await workdir.inProcess.run(args)
    chmodSync(workdir.join('store.db'), 0o444)
    expect(runUnprivileged(workdir, args)).toEqual(expected)
    expect(expected.code).toBe(0)
    expect(readdirSync(workdir.path)).toEqual(['store.db'])
  })

  test('completion reads a store of mode 444 and leaves no file beside it', async () => {
    const workdir = await openOwn()
    const typed = ['completion', 'fish', '--', 'assign', 'ca']
    const expected = await workdir.inProcess.run(typed)
    chmodSync(workdir.join('store.db'), 0o444)
    expect(runUnprivileged(workdir, typed)).toEqual(expected)
    expect(expected.stdout).toContain('carol')
    expect(readdirSync(workdir.path)).toEqual(['store.db'])
  })

  test('list reads a store in a folder of mode 555', async () => {
    const workdir = await openOwn()
    const expected = await workdir.inProcess.run(['list'])
    chmodSync(workdir.path, 0o555)
    const [found, assigned] = await runTogetherUnprivileged(workdir, [['list'], ['assign', 'bob']])
    chmodSync(workdir.path, 0o700)
    expect([found, assigned?.code, assigned?.stderr]).toEqual([
      expected,
      1,
      `error: The store ${workdir.join('store.db')} cannot be written to: you may not write to the folder ${workdir.path}, where SQLite puts files beside it.\n` +
        'hint: Name a file in a folder of your own with --store or DUO_SEATS_STORE.\n',
    ])
  })

  test('list reads the changes of another process in a store of mode 444', async () => {
    const workdir = await openOwn()
    const other = new Database(workdir.join('store.db'))
    other.exec("UPDATE users SET name = 'Countess' WHERE username = 'ada'")
    giveAway(workdir)
    chmodSync(workdir.join('store.db'), 0o444)
    const { code, stdout } = runUnprivileged(workdir, ['list'])
    expect([code, stdout]).toEqual([0, expect.stringContaining('Countess')])
    other.close()
  })

  /** A symbolic link in a folder of its own leads to the store. */
  function addLink(workdir: Workdir): string {
    mkdirSync(workdir.join('links'))
    symlinkSync(workdir.join('store.db'), workdir.join('links/store.db'))
    giveAway(workdir)
    return workdir.join('links/store.db')
  }

  test('assign writes through a symbolic link in a folder of mode 555', async () => {
    const workdir = await openOwn()
    const link = addLink(workdir)
    chmodSync(workdir.join('links'), 0o555)
    const { code, stderr } = runUnprivileged(workdir, ['assign', 'bob', '--store', link])
    expect([code, stderr]).toEqual([0, ''])
  })

  test('list reads the changes of another process through a symbolic link to a store of mode 444', async () => {
    const workdir = await openOwn()
    const link = addLink(workdir)
    const other = new Database(workdir.join('store.db'))
    other.exec("UPDATE users SET name = 'Countess' WHERE username = 'ada'")
    giveAway(workdir)
    chmodSync(workdir.join('store.db'), 0o444)
    const { code, stdout } = runUnprivileged(workdir, ['list', '--store', link])
    expect([code, stdout]).toEqual([0, expect.stringContaining('Countess')])
    other.close()
  })

  test('assign names the file that is read-only, and leaves no file beside the store', async () => {
    const workdir = await openOwn()
    const path = workdir.join('store.db')
    chmodSync(path, 0o444)
    expect(runUnprivileged(workdir, ['assign', 'bob'])).toEqual({
      code: 1,
      stdout: '',
      stderr:
        `error: The store ${path} cannot be written to: you may not write to ${path}.\n` +
        `hint: Type: chmod u+w ${path}\n`,
    })
    expect(readdirSync(workdir.path)).toEqual(['store.db'])
    chmodSync(path, 0o600)
    expect(runUnprivileged(workdir, ['assign', 'bob']).code).toBe(0)
  })

  test('sync from a snapshot names the store that is read-only', async () => {
    const workdir = await openOwn()
    const path = workdir.join('store.db')
    workdir.write('snapshot.json', makeTeamSnapshot())
    giveAway(workdir)
    chmodSync(path, 0o444)
    expect(runUnprivileged(workdir, ['sync', '--from', 'snapshot.json', '--quiet'])).toEqual({
      code: 1,
      stdout: '',
      stderr:
        `error: The store ${path} cannot be written to: you may not write to ${path}.\n` +
        `hint: Type: chmod u+w ${path}\n`,
    })
  })

  test('assign names a read-only file beside the store', async () => {
    const workdir = await openOwn()
    writeFileSync(workdir.join('store.db-shm'), '')
    writeFileSync(workdir.join('store.db-wal'), '')
    giveAway(workdir)
    chmodSync(workdir.join('store.db-shm'), 0o444)
    const { code, stderr } = runUnprivileged(workdir, ['assign', 'bob'])
    expect([code, stderr]).toEqual([
      1,
      `error: The store ${workdir.join('store.db')} cannot be written to: you may not write to ${workdir.join('store.db-shm')}.\n` +
        `hint: Type: chmod u+w ${workdir.join('store.db-shm')}\n`,
    ])
  })

  test('list, sync, assign and link do not take a store in a folder of mode 000 for a missing one', async () => {
    const workdir = await openOwn()
    const folder = workdir.join('closed')
    mkdirSync(folder)
    giveAway(workdir)
    chmodSync(folder, 0)
    const store = `${folder}/store.db`
    const commands = ['list', 'sync', 'assign bob', 'link http://127.0.0.1:1'].map((line) => [
      ...line.split(' '),
      '--store',
      store,
    ])
    const finished = await runTogetherUnprivileged(workdir, commands)
    expect(finished.map(({ code, stderr }) => [code, stderr])).toEqual(
      commands.map(() => [
        1,
        `error: The store ${store} cannot be reached: you may not enter its folder.\n` +
          `hint: Check the permissions of the folder ${folder}, or name another file with --store.\n`,
      ]),
    )
    expect(statSync(folder).isDirectory()).toBe(true)
  })
})
