import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = '/dev/shm'

/** The store of one test has a few megabytes, and stores of failed tests stay. */
const enoughBytes = 2 ** 30

/**
 * Returns a folder in memory: SQLite waits for the disk at the end of each transaction, so tests wait more than they work.
 *
 * @returns null where it does not exist, is small or cannot run programs, as in some containers
 */
export function findMemoryFolder(): string | null {
  if (!existsSync(folder)) return null
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize >= enoughBytes && canRunPrograms() ? folder : null
}

function canRunPrograms(): boolean {
  try {
    const directory = mkdtempSync(join(folder, 'duo-seats-test-'))
    const program = join(directory, 'program')
    writeFileSync(program, '#!/bin/sh\n', { mode: 0o700 })
    const { status } = spawnSync(program)
    rmSync(directory, { recursive: true })
    return status === 0
  } catch {
    return false
  }
}
