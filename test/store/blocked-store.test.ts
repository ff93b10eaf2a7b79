import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { canPlayDrives, playDrive } from '../support/failing-drive.ts'
import { canRunUnprivileged, giveAway, runUnprivileged } from '../support/run-as-other-user.ts'
import { openTeam } from '../support/sample-team.ts'
import type { Workdir } from '../support/workdir.ts'

/** The team's store in a folder of its own. */
async function openDrive() {
  const workdir = await openTeam()
  mkdirSync(workdir.join('drive'))
  renameSync(workdir.join('store.db'), workdir.join('drive/store.db'))
  return { workdir, store: workdir.join('drive/store.db') }
}

const readings = [['list'], ['runs'], ['runs', '--user', 'ada']]

describe.skipIf(!canPlayDrives)('a store on a drive that lacks what SQLite needs', () => {
  const cases = (['no-locks', 'locks-taken', 'no-memory'] as const).flatMap((fault) =>
    (['list', 'assign bob', 'assign bob --dry-run', 'doctor'] as const).map(
      (command) => [fault, command] as const,
    ),
  )

  test.each(cases)('%s: %s names the folder and a local disk', async (fault, command) => {
    const { workdir, store } = await openDrive()
    const env = { ...playDrive(workdir, 'drive', fault), DUO_SEATS_STORE: store }
    const { code, stdout, stderr } = await workdir.run(command.split(' '), { env })
    expect(code).toBe(1)
    const printed = command === 'doctor' ? stdout.replaceAll(/\s+/g, ' ') : stderr
    expect(printed).toContain('does not support what SQLite needs, locks and shared memory')
    expect(printed).toContain('Name a file on a local disk with --store or DUO_SEATS_STORE.')
    expect(readdirSync(workdir.join('drive')).filter((name) => name.includes('probe'))).toEqual([])
  })

  test.each(['no-locks', 'locks-taken', 'no-memory'] as const)(
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
  const cases = (['full', 'read-only'] as const).flatMap((fault) =>
    readings.map((args) => [fault, args.join(' ')] as const),
  )

  test.each(cases)('%s: %s prints what it prints elsewhere', async (fault, command) => {
    const { workdir, store } = await openDrive()
    const expected = await workdir.inProcess.run(command.split(' '), { env: { DUO_SEATS_STORE: store } })
    const env = { ...playDrive(workdir, 'drive', fault), DUO_SEATS_STORE: store }
    expect(await workdir.run(command.split(' '), { env })).toEqual(expected)
    expect(expected.code).toBe(0)
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

describe.skipIf(!canRunUnprivileged)('a store without permissions', () => {
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
    const found = runUnprivileged(workdir, ['list'])
    const { code, stderr } = runUnprivileged(workdir, ['assign', 'bob'])
    chmodSync(workdir.path, 0o700)
    expect([found, code, stderr]).toEqual([
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

  test('assign names the file that is read-only, and leaves no file beside the store', async () => {
    const workdir = await openOwn()
    const path = workdir.join('store.db')
    chmodSync(path, 0o444)
    expect(runUnprivileged(workdir, ['assign', 'bob'])).toEqual({
      code: 1,
      stdout: '',
      stderr:
        `error: The store ${path} cannot be written to: you may not write to ${path}.\n` +
        `hint: Type: chmod u+w "${path}"\n`,
    })
    expect(readdirSync(workdir.path)).toEqual(['store.db'])
    chmodSync(path, 0o600)
    expect(runUnprivileged(workdir, ['assign', 'bob']).code).toBe(0)
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
        `hint: Type: chmod u+w "${workdir.join('store.db-shm')}"\n`,
    ])
  })

  test.each(['list', 'sync', 'assign bob', 'link http://127.0.0.1:1'])(
    '%s does not take a store in a folder of mode 000 for a missing one',
    async (command) => {
      const workdir = await openOwn()
      const folder = workdir.join('closed')
      mkdirSync(folder)
      giveAway(workdir)
      chmodSync(folder, 0)
      const store = `${folder}/store.db`
      const { code, stderr } = runUnprivileged(workdir, [...command.split(' '), '--store', store])
      expect([code, stderr]).toEqual([
        1,
        `error: The store ${store} cannot be reached: you may not enter its folder.\n` +
          `hint: Check the permissions of the folder ${folder}, or name another file with --store.\n`,
      ])
      expect(statSync(folder).isDirectory()).toBe(true)
    },
  )
})
