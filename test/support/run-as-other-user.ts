import { spawnSync } from 'node:child_process'
import { chownSync, readdirSync } from 'node:fs'
import type { Finished } from './command-line.ts'
import { runTogether } from './run-together.ts'
import { binary, type Workdir } from './workdir.ts'

const isRoot = process.getuid?.() === 0

/** Permissions do not bind root, so the binary runs as this user of most systems. */
const unprivilegedId = 65_534

/** Whether the binary can run as a user without privileges. */
export const canRunUnprivileged =
  !isRoot ||
  spawnSync(process.execPath, [binary, '--version'], { uid: unprivilegedId, gid: unprivilegedId, env: {} })
    .status === 0

/** Gives a directory and its files to the user of {@link runUnprivileged}. */
export function giveAway(workdir: Workdir): void {
  if (!isRoot) return
  chownSync(workdir.path, unprivilegedId, unprivilegedId)
  for (const name of readdirSync(workdir.path)) chownSync(workdir.join(name), unprivilegedId, unprivilegedId)
}

export function runUnprivileged(workdir: Workdir, args: readonly string[]): Finished {
  const { status, stdout, stderr } = spawnSync(process.execPath, [binary, ...args], {
    cwd: workdir.path,
    env: { PATH: process.env['PATH'], HOME: workdir.path, DUO_SEATS_STORE: workdir.join('store.db') },
    encoding: 'utf8',
    ...(isRoot && { uid: unprivilegedId, gid: unprivilegedId }),
  })
  return { code: status, stdout, stderr }
}

/** As {@link runUnprivileged}, with one process for all commands. */
export function runTogetherUnprivileged(
  workdir: Workdir,
  commands: readonly (readonly string[])[],
): Promise<Finished[]> {
  return runTogether(workdir, commands, isRoot ? { uid: unprivilegedId, gid: unprivilegedId } : {})
}
