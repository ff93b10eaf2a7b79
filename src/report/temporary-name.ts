import { createHash, randomBytes } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { isAlive } from '../is-alive.ts'

/** Cut, since a name may be as long as the file system allows. */
const longestStem = 48

const hostMark = createHash('sha256').update(hostname()).digest('hex').slice(0, 8)

/** A hidden name beside a target, with the host and the process in hexadecimal: `.NAME.HHHHHHHHPPPPPPPPRRRRRRRRRRRR.tmp`. */
export function nameTemporary(target: string): string {
  const pid = process.pid.toString(16).padStart(8, '0')
  return join(dirname(target), `${stemOf(target)}${hostMark}${pid}${randomBytes(6).toString('hex')}.tmp`)
}

function stemOf(target: string): string {
  return `.${basename(target).slice(0, longestStem)}.`
}

/** Removes the temporary files of a target whose process on this host was killed. A file that cannot be removed stays. */
export async function removeLeftovers(target: string): Promise<void> {
  const stem = stemOf(target)
  for (const name of await readdir(dirname(target)).catch(() => [])) {
    const [, host, pid = ''] = name.startsWith(stem)
      ? (/^([0-9a-f]{8})([0-9a-f]{8})[0-9a-f]{12}\.tmp$/.exec(name.slice(stem.length)) ?? [])
      : []
    if (host === hostMark && !isAlive(Number.parseInt(pid, 16)))
      await rm(join(dirname(target), name), { force: true }).catch(() => {})
  }
}
