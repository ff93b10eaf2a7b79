import { createWriteStream, type Stats } from 'node:fs'
import { access, constants, type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { findForeignLink } from '../foreign-link.ts'
import { createSpool } from './spool.ts'
import { nameTemporary, removeLeftovers } from './temporary-name.ts'
import { TextOutput } from './text-output.ts'

/** Not visible before it is complete. */
export interface OutputFile {
  output: TextOutput
  /** Syncs the content to the disk and puts the file in its place. */
  commit(): Promise<void>
  /** Leaves the place as it was: call it if {@link OutputFile.commit} failed or was not reached. */
  discard(): Promise<void>
}

/**
 * Writes into a hidden file beside the target, which takes its name and mode at {@link OutputFile.commit}. A device, a pipe or
 * anything below `/dev` is written to directly, except in `/dev/shm`, a folder in memory.
 *
 * @throws the error of the operating system if the place cannot be written to, {@link ForeignLinkError}
 */
export async function openOutputFile(path: string): Promise<OutputFile> {
  const link = findForeignLink(path)
  if (link !== null) throw new ForeignLinkError(link)
  const found = await findStats(path)
  if (isDevice(path) || (found !== null && !found.isFile())) return openDirectly(path)
  return openReplacement(await findTarget(path), found)
}

/** The path leads through a link that another user may have planted. */
class ForeignLinkError extends Error {
  constructor(link: string) {
    super(`${link} is a symbolic link of another user in a folder that all users share`)
  }
}

/** The text waits for the commit: the reader of a pipe may be slow. */
async function openDirectly(path: string): Promise<OutputFile> {
  const file = await open(path, 'a')
  const spool = await createSpool()
  let isSettled = false
  const settle = async () => {
    if (isSettled) return
    isSettled = true
    await spool.close()
    await file.close()
  }
  return {
    output: spool.output,
    commit: async () => {
      const target = toOutput(file)
      await spool.pipeTo(target)
      await target.end()
      await settle()
    },
    discard: settle,
  }
}

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants

/** Windows has no `O_NOFOLLOW`. */
const newFileOnly = O_WRONLY | O_CREAT | O_EXCL | (O_NOFOLLOW ?? 0)

async function openReplacement(target: string, found: Stats | null): Promise<OutputFile> {
  if (found !== null) await access(target, constants.W_OK)
  await removeLeftovers(target)
  const temporary = nameTemporary(target)
  const file = await open(temporary, newFileOnly, 0o644)
  if (found !== null) await file.chmod(found.mode & 0o777)
  const output = toOutput(file)
  let isSettled = false
  return {
    output,
    commit: async () => {
      await output.end()
      await file.sync()
      await rename(temporary, target)
      isSettled = true
      await file.close()
    },
    discard: async () => {
      if (isSettled) return
      isSettled = true
      await file.close()
      await rm(temporary, { force: true })
    },
  }
}

/** Takes the number, not the handle: the stream must not close a file that is still to be synced. */
function toOutput(file: FileHandle): TextOutput {
  return new TextOutput(createWriteStream('', { fd: file.fd, autoClose: false }))
}

async function findStats(path: string): Promise<Stats | null> {
  try {
    return await stat(path)
  } catch {
    return null
  }
}

/** The files need not exist yet. */
export async function isSameTarget(path: string, other: string): Promise<boolean> {
  return (await findTarget(path)) === (await findTarget(other))
}

/** Follows a symbolic link, so the link stays one. */
async function findTarget(path: string): Promise<string> {
  const folder = dirname(resolve(path))
  const place = async () => join(await realpath(folder).catch(() => folder), basename(path))
  return realpath(path).catch(place)
}

/** `/dev/stdout` can lead to a regular file, which is not ours to replace. */
function isDevice(path: string): boolean {
  return /^\/(dev\/(?!shm\/)|proc\/)/.test(resolve(path))
}
