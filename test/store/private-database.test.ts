import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { openPrivateDatabase } from '../../src/store/private-database.ts'
import { canPlayDrives, playDrive } from '../support/failing-drive.ts'
import { makeTeamSnapshot, openTeam } from '../support/sample-team.ts'

afterEach(() => vi.unstubAllEnvs())

test('a private database leaves no file in the folder of temporary files, not even while it is written', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'private-'))
  try {
    vi.stubEnv('TMPDIR', folder)
    const database = await openPrivateDatabase('plan', 'CREATE TABLE texts (text TEXT)')
    const add = database.prepare('INSERT INTO texts VALUES (hex(zeroblob(5000)))')
    for (let row = 0; row < 3; row += 1) add.run()
    database.transaction(() => {
      for (let row = 0; row < 1000; row += 1) add.run()
      expect(readdirSync(folder)).toEqual([])
    })()
    expect(readdirSync(folder)).toEqual([])
    database.close()
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test.skipIf(!canPlayDrives)(
  'sync from a snapshot and a dry run name TMPDIR when its drive is full',
  async () => {
    const workdir = await openTeam()
    const folder = workdir.join('drive')
    mkdirSync(folder)
    workdir.write('snapshot.json', makeTeamSnapshot())
    workdir.write('people.csv', 'username\nbob\n')
    const env = { ...playDrive(workdir, 'drive', 'full'), TMPDIR: folder }
    for (const [line, content] of [
      ['sync --from snapshot.json', 'snapshot'],
      ['bulk-assign people.csv --dry-run', 'plan'],
    ] as const)
      expect(await workdir.run([...line.split(' '), '--quiet'], { env })).toEqual({
        code: 1,
        stdout: '',
        stderr:
          `error: The ${content} cannot be kept in ${folder}, the folder of temporary files: database or disk is full.\n` +
          'hint: Set the environment variable TMPDIR to a folder of your own with free space.\n',
      })
  },
)
