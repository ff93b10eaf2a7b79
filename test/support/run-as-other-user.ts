import { spawnSync } from 'node:child_process'
import { chownSync, readdirSync } from 'node:fs'
import type { Finished } from './command-line.ts'
import { binary, type Workdir } from './workdir.ts'

const isRoot = process.getuid?.() === 0

/** A user who may only do as permissions allow: root may do everything, so it runs as `nobody`. */
const nobody = 65_534

/** Whether the binary can run as a user without privileges. */
export const canRunUnprivileged =
  !isRoot ||
  spawnSync(process.execPath, [binary, '--version'], { uid: nobody, gid: nobody, env: {} }).status === 0

/** Gives a directory and its files to the user of {@link runUnprivileged}. */
export function giveAway(workdir: Workdir): void {
  if (!isRoot) return
  chownSync(workdir.path, nobody, nobody)
  for (const name of readdirSync(workdir.path)) chownSync(workdir.join(name), nobody, nobody)
}

export function runUnprivileged(workdir: Workdir, args: readonly string[]): Finished {
  const { status, stdout, stderr } = spawnSync(process.execPath, [binary, ...args], {
    cwd: workdir.path,
    env: { PATH: process.env['PATH'], HOME: workdir.path, DUO_SEATS_STORE: workdir.join('store.db') },
    encoding: 'utf8',
    ...(isRoot && { uid: nobody, gid: nobody }),
  })
  return { code: status, stdout, stderr }
}
