import { lstatSync, readlinkSync, statSync } from 'node:fs'
import { dirname, join, parse, resolve, sep } from 'node:path'

/** As in Linux. */
const mostLinks = 40

/**
 * Finds a symbolic link on the way to a path that another user may have planted: it lies in a sticky folder that all users may write
 * to, and belongs neither to this user nor to the owner of the folder. Linux does not follow such links if `protected_symlinks` is
 * set, but a path that is resolved by a program evades that.
 *
 * @param uid default: the user of this process
 */
export function findForeignLink(path: string, uid = process.geteuid?.()): string | null {
  const { root } = parse(resolve(path))
  let place = root
  const names = resolve(path).slice(root.length).split(sep)
  for (let links = 0; names.length > 0 && links <= mostLinks; ) {
    const next = join(place, names.shift() ?? '')
    const target = readLink(next)
    if (target === null) {
      place = next
      continue
    }
    if (isForeign(next, uid)) return next
    links += 1
    const goal = resolve(place, target)
    place = root
    names.unshift(...goal.slice(root.length).split(sep))
  }
  return null
}

function readLink(path: string): string | null {
  try {
    return readlinkSync(path)
  } catch {
    return null
  }
}

const stickyForAll = 0o1002

function isForeign(link: string, uid: number | undefined): boolean {
  const folder = statSync(dirname(link))
  if ((folder.mode & stickyForAll) !== stickyForAll) return false
  const owner = lstatSync(link).uid
  return owner !== uid && owner !== folder.uid
}
