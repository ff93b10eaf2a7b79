import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { openPrivateDatabase } from '../../src/store/private-database.ts'

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
