import { chmodSync, existsSync, lchownSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { findForeignLink } from '../../src/foreign-link.ts'
import { openTeam } from '../support/sample-team.ts'
import type { Workdir } from '../support/workdir.ts'

/** Only root can make a link for another user. */
const isRoot = process.getuid?.() === 0
const other = 65_534

interface Place {
  workdir: Workdir
  /** A folder such as `/tmp`. */
  shared: string
  /** A file of this user, to which the links lead. */
  target: string
}

async function openSharedFolder(): Promise<Place> {
  const workdir = await openTeam()
  const shared = workdir.join('shared')
  mkdirSync(shared)
  chmodSync(shared, 0o1777)
  workdir.write('list.csv', 'username\nnobody\n')
  return { workdir, shared, target: workdir.write('precious.txt', 'precious\n') }
}

/** @param path of the link, which belongs to another user */
function plantLink(target: string, path: string): void {
  symlinkSync(target, path)
  lchownSync(path, other, other)
}

describe.skipIf(!isRoot)('a symbolic link of another user in a folder that all users share', () => {
  test.each(['--results', '--rejects'])('bulk-assign does not write %s through it', async (option) => {
    const { workdir, shared, target } = await openSharedFolder()
    plantLink(target, `${shared}/out.csv`)
    const args = ['bulk-assign', 'list.csv', option, `${shared}/out.csv`]
    expect(await workdir.inProcess.run(args)).toEqual({
      code: 1,
      stdout: '',
      stderr:
        `error: ${shared}/out.csv cannot be written: ${shared}/out.csv is a symbolic link of another user in a folder that all users share.\n` +
        'hint: Name a file in a folder of your own.\n',
    })
    expect(readFileSync(target, 'utf8')).toBe('precious\n')
  })

  test('bulk-assign does not write --results through a linked folder', async () => {
    const { workdir, shared } = await openSharedFolder()
    plantLink(workdir.path, `${shared}/folder`)
    const args = ['bulk-assign', 'list.csv', '--results', `${shared}/folder/out.csv`]
    const { code, stderr } = await workdir.inProcess.run(args)
    expect([code, stderr]).toEqual([1, expect.stringContaining(`${shared}/folder is a symbolic link`)])
    expect(existsSync(workdir.join('out.csv'))).toBe(false)
  })

  test.each(['new.db', 'empty.db'])('sync does not make the store %s through it', async (name) => {
    const { workdir, shared } = await openSharedFolder()
    const target = name === 'new.db' ? workdir.join(name) : workdir.write(name, '')
    plantLink(target, `${shared}/store.db`)
    const snapshot = new URL('../../fixtures/snapshot.json', import.meta.url).pathname
    const args = ['sync', '--from', snapshot, '--store', `${shared}/store.db`]
    expect(await workdir.inProcess.run(args)).toEqual({
      code: 1,
      stdout: '',
      stderr:
        `error: The store ${shared}/store.db leads through ${shared}/store.db, a symbolic link of another user in a folder that all users share.\n` +
        'hint: Name a file in a folder of your own with --store or DUO_SEATS_STORE.\n',
    })
    expect(statSync(target, { throwIfNoEntry: false })?.size ?? 0).toBe(0)
  })

  test('a link of the owner of the folder, of this user, or in another folder is followed', async () => {
    const { workdir, shared, target } = await openSharedFolder()
    plantLink(target, `${shared}/foreign`)
    symlinkSync(`${shared}/foreign`, workdir.join('own'))
    expect(findForeignLink(`${shared}/foreign`)).toBe(`${shared}/foreign`)
    expect(findForeignLink(workdir.join('own'))).toBe(`${shared}/foreign`)
    expect(findForeignLink(`${shared}/foreign`, other)).toBe(null)
    plantLink(target, workdir.join('unshared'))
    expect(findForeignLink(workdir.join('unshared'))).toBe(null)
    chmodSync(shared, 0o777)
    expect(findForeignLink(`${shared}/foreign`)).toBe(null)
  })
})

test('links in a circle, missing files and plain paths are no links of another user', async () => {
  const { workdir, shared, target } = await openSharedFolder()
  symlinkSync(workdir.join('b'), workdir.join('a'))
  symlinkSync(workdir.join('a'), workdir.join('b'))
  for (const path of [workdir.join('a'), `${shared}/missing/x`, target, '/', '.'])
    expect(findForeignLink(path)).toBe(null)
})
