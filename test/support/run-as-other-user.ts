import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, cpSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe } from 'vitest'
import type { Finished } from './command-line.ts'
import { runTogether } from './run-together.ts'
import { binary, type Workdir } from './workdir.ts'

const isRoot = process.getuid?.() === 0

/** Permissions do not bind root, so the binary runs as this user of most systems. */
const unprivilegedId = 65_534

const user = isRoot ? { uid: unprivilegedId, gid: unprivilegedId } : {}

let program = binary

/** Tests of missing permissions. They are skipped where root cannot run Node as another user. */
export function describeUnprivileged(name: string, define: () => void): void {
  describe.skipIf(!canRun(['--version']))(name, () => {
    beforeAll(() => {
      // The checkout may be in a folder that only root may enter.
      if (!canRun([binary, '--version'])) program = copyProgram()
    })
    afterAll(() => {
      if (program !== binary) rmSync(join(dirname(program), '..'), { recursive: true })
      program = binary
    })
    define()
  })
}

function canRun(args: readonly string[]): boolean {
  return spawnSync(process.execPath, args, { ...user, env: {} }).status === 0
}

/** Into a folder that all users may enter, without the sources of SQLite. */
function copyProgram(): string {
  const folder = mkdtempSync(join(tmpdir(), 'duo-seats-program-'))
  chmodSync(folder, 0o755)
  const checkout = join(dirname(realpathSync(binary)), '..')
  for (const name of ['bin', 'dist', 'package.json'])
    cpSync(join(checkout, name), join(folder, name), { recursive: true })
  const sqlite = dirname(createRequire(realpathSync(binary)).resolve('better-sqlite3/package.json'))
  cpSync(sqlite, join(folder, 'node_modules/better-sqlite3'), {
    recursive: true,
    filter: (source) => !['deps', 'src'].some((name) => source === join(sqlite, name)),
  })
  return join(folder, 'bin/duo-seats.js')
}

/** Gives a directory and its files to the user of {@link runUnprivileged}. */
export function giveAway(workdir: Workdir): void {
  if (!isRoot) return
  chownSync(workdir.path, unprivilegedId, unprivilegedId)
  for (const name of readdirSync(workdir.path)) chownSync(workdir.join(name), unprivilegedId, unprivilegedId)
}

export function runUnprivileged(workdir: Workdir, args: readonly string[]): Finished {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: workdir.path,
    env: { PATH: process.env['PATH'], HOME: workdir.path, DUO_SEATS_STORE: workdir.join('store.db') },
    encoding: 'utf8',
    ...user,
  })
  return { code: status, stdout, stderr }
}

/** As {@link runUnprivileged}, with one process for all commands. */
export function runTogetherUnprivileged(
  workdir: Workdir,
  commands: readonly (readonly string[])[],
): Promise<Finished[]> {
  return runTogether(workdir, commands, { ...user, program })
}
