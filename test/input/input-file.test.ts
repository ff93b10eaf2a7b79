import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  appendFileSync,
  chmodSync,
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { buildSync } from 'esbuild'
import { describe, expect, test } from 'vitest'
import { openCsvSource } from '../../src/input/csv/csv-source.ts'
import {
  encodeUtf16,
  makeDirectory,
  readAllRequests,
  readAllRows,
  readRefusal,
  withSource,
  writeInput,
} from './read-csv.ts'

const directory = makeDirectory()

describe('the file of a source', () => {
  const list = 'username\nada\nbob\n'
  const longList = `username\n${`${'a'.repeat(39)}\n`.repeat(20_000)}`

  test('a CSV source reports its name, the progress, and the hash after the first reading', async () => {
    const path = writeInput(directory, longList)
    await withSource(path, {}, async (source) => {
      expect([source.file.name, source.file.sha256, source.hasBom]).toEqual([path, null, false])
      const progress: number[] = []
      for await (const _ of source.readBatches()) progress.push(source.file.progress)
      expect(progress).toEqual(progress.toSorted((a, b) => a - b))
      expect([progress.length > 5, progress.every((part) => part > 0), progress.at(-1)]).toEqual([
        true,
        true,
        1,
      ])
      expect(source.file.sha256).toBe(createHash('sha256').update(readFileSync(path)).digest('hex'))
    })
  })

  test.each([`\ufeff${list}`, encodeUtf16(list, 'big')])(
    'a CSV source reports a byte order mark',
    async (content) => {
      expect(await withSource(writeInput(directory, content), {}, async ({ hasBom }) => hasBom)).toBe(true)
    },
  )

  test('a CSV source reads its file again, also during another reading', async () => {
    await withSource(writeInput(directory, list), {}, async (source) => {
      const first = await readAllRequests(source)
      const second = []
      for await (const batch of source.readBatches()) {
        second.push(...batch)
        expect(await readAllRequests(source)).toEqual(first)
      }
      expect(second).toEqual(first)
    })
  })

  test('a CSV source reads the opened file after another one replaced it', async () => {
    const path = writeInput(directory, list)
    await withSource(path, {}, async (source) => {
      const first = await readAllRequests(source)
      renameSync(writeInput(directory, 'username\neve\n'), path)
      expect(await readAllRequests(source)).toEqual(first)
    })
  })

  const changed = { exit: 'failed', message: expect.stringMatching(/^.+ changed while it was read\.$/) }

  test('a CSV source returns the same requests of a short file after it changed', async () => {
    const path = writeInput(directory, list)
    await withSource(path, {}, async (source) => {
      const first = await readAllRequests(source)
      appendFileSync(path, 'eve\n')
      expect(await readAllRequests(source)).toEqual(first)
      await expect(readAllRows(source)).rejects.toMatchObject(changed)
    })
  })

  test('a CSV source refuses a long file that grew between two readings', async () => {
    const path = writeInput(directory, longList)
    await withSource(path, {}, async (source) => {
      await readAllRequests(source)
      appendFileSync(path, 'eve\n')
      await expect(readAllRequests(source)).rejects.toMatchObject(changed)
    })
  })

  test.each(['', 'email,username\n'])(
    'a CSV source refuses a file with a header that changed to %j',
    async (content) => {
      const path = writeInput(directory, list)
      await withSource(path, {}, async (source) => {
        writeFileSync(path, content)
        await expect(readAllRequests(source)).rejects.toMatchObject(changed)
      })
    },
  )

  test('a CSV source recognizes its file under any name', async () => {
    const path = writeInput(directory, list)
    symlinkSync(path, join(directory, 'symbolic'))
    linkSync(path, join(directory, 'hard'))
    const names = [
      path,
      join(directory, 'symbolic'),
      join(directory, 'hard'),
      writeInput(directory, list),
      'gone',
    ]
    const answers = await withSource(path, {}, (source) =>
      Promise.all(names.map((name) => source.isSameFile(name))),
    )
    expect(answers).toEqual([true, true, true, false, false])
  })

  test('a CSV source reads a FIFO twice', async () => {
    const path = join(directory, 'fifo')
    execFileSync('mkfifo', [path])
    const [source] = await Promise.all([
      openCsvSource(path, { header: true }),
      writeFile(path, `username\n${'ada\n'.repeat(100_000)}`),
    ])
    const lengths = [(await readAllRequests(source)).length, (await readAllRequests(source)).length]
    expect([source.file.name, await source.isSameFile(path), ...lengths]).toEqual([
      path,
      true,
      100_000,
      100_000,
    ])
    await source.close()
  })

  test('a CSV source stops waiting for a silent FIFO when the signal is aborted', async () => {
    const path = join(directory, 'silent-fifo')
    execFileSync('mkfifo', [path])
    const controller = new AbortController()
    const opening = openCsvSource(path, { header: true, signal: controller.signal })
    const writer = await open(path, 'w')
    await writer.writeFile('username\n')
    controller.abort(new Error('interrupted'))
    await expect(opening).rejects.toThrow('interrupted')
    await writer.close()
  })
})

describe('an unreadable file', () => {
  test('openCsvSource refuses a missing file', async () => {
    expect(await readRefusal(join(directory, 'gone.csv'))).toEqual([
      'usage',
      'The file FILE does not exist.',
      'Check the name, or give - for standard input.',
    ])
  })

  test('openCsvSource refuses a directory', async () => {
    expect(await readRefusal(directory)).toEqual([
      'usage',
      'FILE is a directory, not a file.',
      'Name a file in it.',
    ])
  })

  test('openCsvSource refuses a circular link', async () => {
    const path = join(directory, 'circle')
    symlinkSync(path, path)
    expect(await readRefusal(path)).toEqual([
      'usage',
      'FILE cannot be read (ELOOP).',
      'Check that other programs can open it.',
    ])
  })
})

describe('a separate process', () => {
  const script = join(directory, 'read.mjs')
  buildSync({
    stdin: {
      contents: `
        import { readdirSync } from 'node:fs'
        import { openCsvSource } from './src/input/csv/csv-source.ts'
        // The superuser may read every file, so this process becomes another user.
        if (process.env.UNPRIVILEGED && process.getuid() === 0) process.setuid(65534)
        const print = (...words) => process.stdout.write(words.map(String).join(' ') + '\\n')
        const controller = new AbortController()
        if (process.argv[4] === 'abort') setTimeout(() => controller.abort(new Error('interrupted')), 200)
        try {
          const source = await openCsvSource(process.argv[2], { header: true, signal: controller.signal })
          for (let reading = 0; reading < 2; reading += 1)
            for await (const batch of source.readBatches()) for (const { input } of batch) print(input)
          print(source.file.name, await source.isSameFile(process.argv[3]), readdirSync(process.env.TMPDIR).length)
          await source.close()
        } catch (error) {
          print(error.exit, error.message)
        }`,
      resolveDir: join(import.meta.dirname, '../..'),
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: script,
    logLevel: 'error',
  })
  const empty = join(directory, 'empty')
  mkdirSync(empty)
  const list = writeInput(directory, 'username\nada\nbob\n')

  /** Without variables that color the output. */
  const bareEnv = { PATH: process.env['PATH'] }

  function run(input: string, options: object): string {
    const { stdout, stderr } = spawnSync(process.execPath, [script, input, list], {
      encoding: 'utf8',
      env: { ...bareEnv, TMPDIR: empty },
      ...options,
    })
    return stdout + stderr
  }

  function runOn(path: string): string {
    const descriptor = openSync(path, 'r')
    try {
      return run('-', { stdio: [descriptor, 'pipe', 'pipe'] })
    } finally {
      closeSync(descriptor)
    }
  }

  test('a CSV source reads a pipe on standard input twice, and deletes its copy', () => {
    expect(run('-', { input: readFileSync(list) })).toBe('ada\nbob\nada\nbob\n- false 0\n')
    expect(readdirSync(empty)).toEqual([])
  })

  test('a CSV source recognizes the file of standard input', () => {
    expect(runOn(list)).toBe('ada\nbob\nada\nbob\n- true 0\n')
  })

  test('a CSV source names standard input in its messages', () => {
    expect(run('-', { input: 'username\n"ada' })).toBe(
      'usage standard input, line 2: a quote (") is opened in this row and never closed.\n',
    )
    expect(run('-', { input: '' })).toBe('usage standard input has no header line: it has no rows.\n')
    expect(runOn(directory)).toBe('usage standard input is a directory, not a file.\n')
  })

  test.each([
    ['standard input', 'exec "$0" "$1" - "$2" abort'],
    ['a path', 'exec 3<&0; exec "$0" "$1" <(exec cat <&3 2>&-) "$2" abort'],
  ])('a CSV source stops waiting for a silent pipe on %s when the signal is aborted', async (_, command) => {
    const child = spawn('bash', ['-c', command, process.execPath, script, list], { env: bareEnv })
    child.stdin.write('username\n')
    expect(await text(child.stdout)).toBe('undefined interrupted\n')
    child.stdin.destroy()
  })

  test('a CSV source reports that the copy of a pipe cannot be written', () => {
    const tmpdir = join(directory, 'gone')
    expect(run('-', { input: 'username\n', env: { ...bareEnv, TMPDIR: tmpdir } })).toBe(
      `failed standard input cannot be copied to ${tmpdir}. It is read twice, which needs a copy.\n`,
    )
  })

  test('openCsvSource reports a missing permission', () => {
    const secret = writeInput(directory, 'username\n')
    chmodSync(secret, 0)
    const env = { ...bareEnv, TMPDIR: empty, UNPRIVILEGED: '1' }
    expect(run(secret, { env })).toBe(`usage You do not have permission to read ${secret}.\n`)
  })
})
