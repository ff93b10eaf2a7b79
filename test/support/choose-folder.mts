import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** More than all tests need at the same time. A container has 64 MB unless told otherwise. */
const neededBytes = 2 ** 30

/** The folder for the directories of tests: in memory where it can, since a store waits for the disk at each commit. */
export function chooseFolder(memory = '/dev/shm'): string {
  return hasRoom(memory) && runsPrograms(memory) ? memory : tmpdir()
}

function hasRoom(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize >= neededBytes
  } catch {
    return false
  }
}

/** A container often mounts it with "noexec". */
function runsPrograms(folder: string): boolean {
  const directory = mkdtempSync(join(folder, 'duo-seats-test-'))
  try {
    const program = join(directory, 'program')
    writeFileSync(program, '#!/bin/sh\n', { mode: 0o700 })
    return spawnSync(program).status === 0
  } finally {
    rmSync(directory, { recursive: true })
  }
}
