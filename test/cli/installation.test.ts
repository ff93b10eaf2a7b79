import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { transformSync } from 'esbuild'
import { describe, expect, test } from 'vitest'
import { binary, fixtures, Workdir } from '../support/workdir.ts'

const root = resolve(dirname(binary), '..')

function run(workdir: Workdir, program: string, args: readonly string[], nodeArgs: readonly string[] = []) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...nodeArgs, program, ...args], {
    cwd: workdir.path,
    env: { PATH: process.env['PATH'], HOME: workdir.path },
    encoding: 'utf8',
  })
  return { code: status, stdout, stderr }
}

/** A copy of the tool whose better-sqlite3 has no compiled part. */
function installWithoutAddon(workdir: Workdir): { program: string; library: string } {
  for (const part of ['bin', 'dist', 'package.json'])
    cpSync(join(root, part), workdir.join(part), { recursive: true })
  const library = workdir.join('node_modules/better-sqlite3')
  mkdirSync(library, { recursive: true })
  for (const part of ['lib', 'package.json'])
    cpSync(resolve(root, 'node_modules/better-sqlite3', part), join(library, part), { recursive: true })
  return { program: workdir.join('bin/duo-seats.js'), library }
}

function writeAddon(library: string, content: string | Uint8Array): void {
  mkdirSync(join(library, 'build/Release'), { recursive: true })
  writeFileSync(join(library, 'build/Release/better_sqlite3.node'), content)
}

const canCompile = spawnSync('gcc', ['--version']).status === 0

/** An addon for a Node.js that does not exist. */
function compileForeignAddon(workdir: Workdir): Uint8Array {
  const source = workdir.write(
    'foreign.c',
    `extern void node_module_register(void *);
    static struct { int version; unsigned flags; void *pointers[7]; } module = { 1 };
    __attribute__((constructor)) static void begin(void) {
      module.pointers[4] = "better_sqlite3";
      node_module_register(&module);
    }`,
  )
  execFileSync('gcc', ['-shared', '-fPIC', '-o', workdir.join('foreign.node'), source])
  return readFileSync(workdir.join('foreign.node'))
}

const sync = ['sync', '--from', join(fixtures, 'snapshot.json'), '--store', 'store.db']
const machine = `Node.js ${process.version}`

test('a clone that was not built tells what to type', () => {
  const workdir = new Workdir()
  cpSync(join(root, 'bin'), workdir.join('bin'), { recursive: true })
  cpSync(join(root, 'package.json'), workdir.join('package.json'))
  expect(run(workdir, workdir.join('bin/duo-seats.js'), ['list'])).toEqual({
    code: 1,
    stdout: '',
    stderr:
      'error: duo-seats is not built: its folder dist is missing.\n' +
      'hint: In the folder of its package.json, type: npm run build\n',
  })
})

test('npm runs no script of the package itself at an installation', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object }
  const hooks = ['preinstall', 'install', 'postinstall', 'preprepare', 'prepare', 'postprepare', 'prepublish']
  expect(Object.keys(scripts).filter((name) => hooks.includes(name))).toEqual([])
  expect(scripts).toMatchObject({
    prepack: 'npm run build',
    predemo: 'npm run build',
    pretest: 'npm run build',
  })
})

describe('a better-sqlite3 that cannot be loaded', () => {
  test('sync tells what is missing and what to type where npm ran no install script', () => {
    const workdir = new Workdir()
    const { program } = installWithoutAddon(workdir)
    expect(run(workdir, program, sync)).toEqual({
      code: 1,
      stdout: '',
      stderr:
        `error: better-sqlite3, the library that reads the store, is not installed completely: it has no compiled part for ${machine} on ${process.platform}-${process.arch}.\n` +
        `hint: Type: cd "${workdir.path}" && npm rebuild better-sqlite3\n` +
        'Or install the tool again, with the install script of the library: npm install --global --allow-scripts=better-sqlite3 duo-seats-VERSION.tgz\n',
    })
  })

  test('sync tells that another machine compiled it', () => {
    const workdir = new Workdir()
    const { program, library } = installWithoutAddon(workdir)
    writeAddon(library, 'not for this machine '.repeat(1000))
    const { code, stderr } = run(workdir, program, sync)
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining(`has a compiled part that does not fit ${machine}`),
    ])
    expect(stderr).toContain(`cd "${workdir.path}" && npm rebuild better-sqlite3\n`)
  })

  test.skipIf(!canCompile)('sync tells that it was compiled for another version of Node.js', () => {
    const workdir = new Workdir()
    const { program, library } = installWithoutAddon(workdir)
    writeAddon(library, compileForeignAddon(workdir))
    const { code, stderr } = run(workdir, program, sync)
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining(`was compiled for another version of Node.js than ${machine}`),
    ])
    expect(stderr).toContain(`cd "${workdir.path}" && npm rebuild better-sqlite3\n`)
  })

  test('sync tells how to compile a library without an install script', () => {
    const workdir = new Workdir()
    const { program, library } = installWithoutAddon(workdir)
    const path = join(library, 'package.json')
    const { scripts, ...rest } = JSON.parse(readFileSync(path, 'utf8'))
    writeFileSync(path, JSON.stringify({ ...rest, scripts: { ...scripts, install: undefined } }))
    expect(run(workdir, program, sync).stderr).toContain(
      `cd "${workdir.path}" && cd node_modules/better-sqlite3 && npm run build-release\n`,
    )
  })

  test('sync tells how to install the tool again where the library is missing', () => {
    const workdir = new Workdir()
    const { program, library } = installWithoutAddon(workdir)
    rmSync(library, { recursive: true })
    const { code, stderr } = run(workdir, program, sync)
    expect([code, stderr]).toEqual([1, expect.stringContaining('is not installed completely')])
    expect(stderr).toContain(
      'hint: Install the tool again, with the install script of the library: npm install --global --allow-scripts=better-sqlite3',
    )
  })
})

describe('a Node.js that is too old', () => {
  test.each(['12.22.12', '18.20.4', '20.18.3'])(
    'version %s is reported before anything is loaded',
    (version) => {
      const workdir = new Workdir()
      const pretend = workdir.write(
        'pretend.cjs',
        `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })
      Object.defineProperty(process, 'version', { value: 'v${version}' })`,
      )
      cpSync(join(root, 'bin'), workdir.join('bin'), { recursive: true })
      expect(run(workdir, workdir.join('bin/duo-seats.js'), ['list'], ['--require', pretend])).toEqual({
        code: 1,
        stdout: '',
        stderr:
          `error: duo-seats needs Node.js 20.19 or newer, and this is v${version}.\n` +
          'hint: Install a newer Node.js, or choose one in your version manager: nvm install 22\n',
      })
    },
  )

  test('Node.js 12 can read the file that reports it, and the floor is that of the package', () => {
    const code = readFileSync(binary, 'utf8')
    const { code: lowered } = transformSync(code, { target: 'node12' })
    expect(lowered).toBe(transformSync(code, { target: 'esnext' }).code)
    const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    expect(engines).toEqual({ node: '>=20.19' })
  })
})
