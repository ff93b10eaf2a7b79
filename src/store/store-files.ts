import { accessSync, constants, existsSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { quoteForShell } from '../domain/quote-for-shell.ts'
import { UserError } from '../errors.ts'
import { codeOf } from './code-of.ts'

/** The store, and the files beside it without which it cannot be written. */
const writtenSuffixes = ['', '-wal', '-shm', '-push']

/** Includes the files beside the store, also before they exist. */
export function isStoreFile(path: string, storePath: string): boolean {
  const [file, store] = [locateFile(path), locateFile(storePath)]
  return [...writtenSuffixes, '-page'].some((suffix) => file === store + suffix)
}

/** The file itself may be missing. */
function locateFile(path: string): string {
  return existsSync(path) ? realpathSync(path) : join(followLinks(dirname(resolve(path))), basename(path))
}

/** @throws UserError if the system does not let this user look */
export function doesStoreExist(path: string): boolean {
  try {
    statSync(path)
    return true
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return false
    throw new UserError(
      'failed',
      `The store ${path} cannot be reached: ${reasons[code] ?? code}.`,
      `Check the permissions of the folder ${dirname(resolve(path))}, or name another file with --store.`,
      error,
    )
  }
}

/** SQLite puts its files beside the store itself, not beside a link that leads to it. */
export function followLinks(path: string): string {
  return existsSync(path) ? realpathSync(path) : resolve(path)
}

const reasons: Record<string, string> = {
  EACCES: 'you may not enter its folder',
  EPERM: 'the permissions do not allow it',
  EROFS: 'the file system is read-only',
  ELOOP: 'its symbolic links lead in a circle',
}

/** @returns the reason why this user may not write to a file or folder */
function findObstacle(path: string): string | null {
  try {
    accessSync(path, constants.W_OK)
    return null
  } catch (error) {
    const code = codeOf(error)
    return reasons[code] ?? code
  }
}

/** Finds the first file or folder that keeps a store from being written. The hint is a command where one is enough. */
export function findBlockedFile(path: string): { reason: string; hint: string } | null {
  const store = followLinks(path)
  for (const file of writtenSuffixes.map((suffix) => store + suffix)) {
    const stats = statSync(file, { throwIfNoEntry: false })
    const obstacle = stats === undefined ? null : findObstacle(file)
    if (stats === undefined || obstacle === null) continue
    if (obstacle === reasons['EROFS']) return { reason: obstacle, hint: otherFile }
    const isOwn = stats.uid === process.geteuid?.()
    const hint = isOwn
      ? `Type: chmod u+w ${quoteForShell(file)}`
      : `Ask its owner for permission. ${otherFile}`
    return { reason: `you may not write to ${file}`, hint }
  }
  const folder = dirname(store)
  const obstacle = findObstacle(folder)
  if (obstacle === null) return null
  const isFixed = obstacle === reasons['EROFS']
  const reason = isFixed
    ? obstacle
    : `you may not write to the folder ${folder}, where SQLite puts files beside it`
  return { reason, hint: otherFile }
}

const otherFile = 'Name a file in a folder of your own with --store or DUO_SEATS_STORE.'
