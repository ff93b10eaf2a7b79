import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { openTeam } from '../support/sample-team.ts'

const headerBytes = 100

test('list never takes a damaged header for a bug', async () => {
  const workdir = await openTeam()
  const sound = readFileSync(workdir.join('store.db'))
  const bugs: string[] = []
  for (let at = 0; at < headerBytes; at += 1)
    for (const mask of [0x01, 0xff]) {
      const bytes = Buffer.from(sound)
      bytes[at] = (bytes[at] ?? 0) ^ mask
      workdir.write('store.db', bytes)
      const { stderr } = await workdir.inProcess.run(['list', '--quiet'])
      if (stderr.includes('bug')) bugs.push(`${at} ^ ${mask}: ${stderr}`)
    }
  expect(bugs).toEqual([])
})

test('list never takes a damaged page for a bug', async () => {
  const workdir = await openTeam()
  const sound = readFileSync(workdir.join('store.db'))
  const bugs: string[] = []
  // Most of the schema is on the first page; a prime number meets each part of it.
  for (let at = headerBytes; at < sound.length; at += at < 8_192 ? 37 : 1_009) {
    const bytes = Buffer.from(sound)
    bytes[at] = (bytes[at] ?? 0) ^ 0x01
    workdir.write('store.db', bytes)
    const { stderr } = await workdir.inProcess.run(['list', '--quiet'])
    if (stderr.includes('bug')) bugs.push(`${at}: ${stderr}`)
  }
  expect(bugs).toEqual([])
})

test.each([47, 60])('list reports the damaged byte %d of the header as a damaged store', async (at) => {
  const workdir = await openTeam()
  const bytes = readFileSync(workdir.join('store.db'))
  bytes[at] = (bytes[at] ?? 0) ^ 0xff
  workdir.write('store.db', bytes)
  expect(await workdir.inProcess.run(['list'])).toEqual({
    code: 1,
    stdout: '',
    stderr:
      `error: The store ${workdir.join('store.db')} is damaged.\n` +
      'hint: Restore the file from a backup, or fill a new store with "duo-seats sync --from snapshot.json --store FILE".\n',
  })
})
