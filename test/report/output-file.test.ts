import { execFile, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openOutputFile } from '../../src/report/output-file.ts'

async function makeDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'output-file-test-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  return directory
}

test('an output file appears complete once it is committed', async () => {
  const directory = await makeDirectory()
  const path = join(directory, 'rejects.csv')
  const file = await openOutputFile(path)
  await file.output.write('a\n'.repeat(100_000))
  const [temporary] = await readdir(directory)
  expect(temporary).toMatch(/^\.rejects\.csv\.[0-9a-f]+\.tmp$/)
  await file.commit()
  await file.discard()
  expect(await readdir(directory)).toEqual(['rejects.csv'])
  expect((await readFile(path, 'utf8')).length).toBe(200_000)
})

test('a discarded output file leaves the earlier file unchanged', async () => {
  const directory = await makeDirectory()
  const path = join(directory, 'rejects.csv')
  await writeFile(path, 'old\n')
  const file = await openOutputFile(path)
  await file.output.write('new\n')
  await file.discard()
  await file.discard()
  expect(await readdir(directory)).toEqual(['rejects.csv'])
  expect(await readFile(path, 'utf8')).toBe('old\n')
})

describe('the temporary files of killed processes', () => {
  /** Leaves the file of a process that has ended. @returns its name */
  async function leaveFile(path: string): Promise<string> {
    const file = await openOutputFile(path)
    const [name = ''] = (await readdir(dirname(path))).filter((entry) => entry.endsWith('.tmp'))
    const content = await readFile(join(dirname(path), name))
    await file.discard()
    const { pid } = spawnSync('true')
    const digits = (number: number) => number.toString(16).padStart(8, '0')
    const left = name.replace(digits(process.pid), digits(pid))
    await writeFile(join(dirname(path), left), content)
    return left
  }

  test('the temporary files of killed processes are removed by the next output file at the same place', async () => {
    const directory = await makeDirectory()
    const path = join(directory, 'rejects.csv')
    const left = await leaveFile(path)
    expect(await readdir(directory)).toEqual([left])
    await (await openOutputFile(join(directory, 'rejects.csv2'))).commit()
    expect(await readdir(directory)).toEqual([left, 'rejects.csv2'])
    await (await openOutputFile(path)).commit()
    expect(await readdir(directory)).toEqual(['rejects.csv', 'rejects.csv2'])
  })

  test('the temporary files of killed processes stay if the process is alive, or if it ran on another host', async () => {
    const directory = await makeDirectory()
    const path = join(directory, 'rejects.csv')
    const left = await leaveFile(path)
    await rm(join(directory, left))
    const host = left.replace(/^(\.rejects\.csv\.)[0-9a-f]{8}/, '$100000000')
    const alive = left.replace(/(?<=csv\.[0-9a-f]{8})[0-9a-f]{8}/, process.ppid.toString(16).padStart(8, '0'))
    for (const name of [host, alive]) await writeFile(join(directory, name), '')
    await (await openOutputFile(path)).commit()
    expect(await readdir(directory)).toEqual([host, alive, 'rejects.csv'].sort())
  })
})

test('a replaced file keeps its mode', async () => {
  const path = join(await makeDirectory(), 'rejects.csv')
  await writeFile(path, 'old\n')
  await chmod(path, 0o660)
  const file = await openOutputFile(path)
  await file.output.write('new\n')
  await file.commit()
  expect(await readFile(path, 'utf8')).toBe('new\n')
  expect((await stat(path)).mode & 0o777).toBe(0o660)
})

test('an output file at a symbolic link replaces the target and keeps the link', async () => {
  const directory = await makeDirectory()
  await mkdir(join(directory, 'real'))
  const target = join(directory, 'real', 'target.csv')
  const link = join(directory, 'link.csv')
  await writeFile(target, 'old\n')
  await symlink(target, link)
  const file = await openOutputFile(link)
  await file.output.write('new\n')
  await file.commit()
  expect(await readlink(link)).toBe(target)
  expect(await readFile(target, 'utf8')).toBe('new\n')
})

test('an output file may have the longest name that the file system allows', async () => {
  const directory = await makeDirectory()
  const name = `${'ü'.repeat(125)}.csv`
  const file = await openOutputFile(join(directory, name))
  await file.commit()
  expect(await readdir(directory)).toEqual([name])
})

test.runIf(existsSync('/dev/shm'))('an output file in /dev/shm appears once it is committed', async () => {
  const directory = await mkdtemp('/dev/shm/output-file-test-')
  onTestFinished(() => rm(directory, { recursive: true }))
  const file = await openOutputFile(join(directory, 'rejects.csv'))
  expect(await readdir(directory)).toEqual([expect.stringMatching(/^\.rejects\.csv\..*\.tmp$/)])
  await file.commit()
  expect(await readdir(directory)).toEqual(['rejects.csv'])
})

test('/dev/null stays a device after it is written to', async () => {
  const file = await openOutputFile('/dev/null')
  await file.output.write('gone\n')
  await file.commit()
  expect((await stat('/dev/null')).isCharacterDevice()).toBe(true)
})

test('a named pipe is written to directly', async () => {
  const path = join(await makeDirectory(), 'pipe')
  await promisify(execFile)('mkfifo', [path])
  const reading = promisify(execFile)('cat', [path])
  const file = await openOutputFile(path)
  await file.output.write('through\n')
  await file.commit()
  expect((await reading).stdout).toBe('through\n')
  expect((await stat(path)).isFIFO()).toBe(true)
})

test('an output file in a missing folder, or at the path of a folder, fails before anything is written', async () => {
  const directory = await makeDirectory()
  await expect(openOutputFile(join(directory, 'missing', 'a.csv'))).rejects.toMatchObject({ code: 'ENOENT' })
  await expect(openOutputFile(directory)).rejects.toMatchObject({ code: 'EISDIR' })
  await expect(openOutputFile('/proc/self/a.csv')).rejects.toMatchObject({ syscall: 'open' })
})

test.skipIf(process.getuid?.() === 0)('a folder without permission fails at once', async () => {
  const directory = await makeDirectory()
  await chmod(directory, 0o500)
  await expect(openOutputFile(join(directory, 'a.csv'))).rejects.toMatchObject({ code: 'EACCES' })
})
