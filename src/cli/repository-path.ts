import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import type { Environment } from '../config.ts'

/**
 * The path of a list as GitLab names it: below `CI_PROJECT_DIR`, else below the folder with `.git`, else below the working
 * directory. A file outside of them is its name alone.
 *
 * @param source as typed, `-` for standard input
 * @returns null without a file
 */
export function findRepositoryPath(source: string | null, { CI_PROJECT_DIR }: Environment): string | null {
  if (source === null || source === '-') return null
  const folder = resolveFolder(dirname(source))
  const path = join(folder, basename(source))
  const roots = [
    CI_PROJECT_DIR ? resolveFolder(CI_PROJECT_DIR) : null,
    findGitFolder(folder),
    resolveFolder('.'),
  ]
  const inside = roots
    .flatMap((root) => (root === null ? [] : [relative(root, path)]))
    .find((candidate) => !candidate.startsWith(`..${sep}`) && !isAbsolute(candidate))
  return (inside ?? basename(source)).replaceAll(sep, '/')
}

/** A link on the way to the folder would hide that one path is below the other. */
function resolveFolder(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return resolve(path)
  }
}

/** A worktree has a file of this name. */
function findGitFolder(folder: string): string | null {
  if (existsSync(join(folder, '.git'))) return folder
  const parent = dirname(folder)
  return parent === folder ? null : findGitFolder(parent)
}
